public import EventLog

/// Which duplicates to look for.
public struct DuplicateQuestion: Hashable, Sendable {
    /// Pairs that are less likely the same are left out, in basis points, unless a question says otherwise.
    public static let usualMinimum = 7_000

    /// The least score of a pair, 0 to 10,000 basis points.
    public var minimumScore: Int
    /// Only pairs with this customer or lead; nil looks for all.
    public var of: Tag?
    /// How many pairs are shown at most.
    public var limit: Int
    /// Whether pairs that were said to be different, or to be asked about again later, are shown too.
    public var includeReviewed: Bool
    /// The time that decides which pairs it is too early to ask about again.
    public var time: Timestamp

    /// A question about duplicates.
    public init(
        minimumScore: Int = DuplicateQuestion.usualMinimum, of: Tag? = nil, limit: Int = usualPageSize,
        includeReviewed: Bool = false, at time: Timestamp = .now()
    ) {
        self.minimumScore = minimumScore
        self.of = of
        self.limit = limit
        self.includeReviewed = includeReviewed
        self.time = time
    }
}

/// Two customers or leads that may be the same.
public struct DuplicatePair: Codable, Sendable, Hashable {
    /// The id that stands for one of them, as in tags; the first of the two in byte order.
    public let first: Tag
    /// The id that stands for the other one.
    public let second: Tag
    /// The name of the first; nil where none is known, or none may be shown.
    public internal(set) var firstName: String?
    /// The name of the second; nil where none is known, or none may be shown.
    public internal(set) var secondName: String?
    /// How likely they are the same, in basis points: what the evidence gives, not a share that was counted.
    public let scoreBp: Int
    /// What speaks for it and against it, the heaviest first.
    public let reasons: [DuplicateReason]
    /// What was said of them; nil where nothing was.
    public let review: DuplicateReview?
    /// Why names are not shown; nil where they may be.
    public internal(set) var withheld: Withheld?
}

/// What somebody has said of two customers or leads.
public struct DuplicateReview: Codable, Sendable, Hashable {
    /// What was said.
    public enum Decision: String, Codable, Sendable, CaseIterable {
        /// They may be the same: somebody should look.
        case suspected
        /// They are the same, and are to be merged.
        case same
        /// They are not the same.
        case different
        /// To be asked about again later.
        case snoozed
    }

    /// What was said.
    public let decision: Decision
    /// Until when they are not to be asked about; nil where that was not said.
    public let until: Timestamp?
    /// Where the event stands that says so.
    public let position: Position
}

/// Customers and leads that may be the same.
public struct Duplicates: Codable, Sendable, Hashable {
    /// The likeliest first; those that are as likely by their ids.
    public let pairs: [DuplicatePair]
    /// How many there are, also those beyond the limit.
    public let total: Int
    /// How many customers and leads were looked at.
    public let records: Int
    /// How many pairs of them were compared.
    public let compared: Int
    /// How many values, or parts of them, more customers share than are compared with each other; of a question about
    /// one, those of that one.
    public let crowded: Int
    /// How many ids were left out because their data must not be used now.
    public let withheld: Int
    /// The position that the answer is of.
    public let position: Position
}
