public import EventLog

/// Which satisfaction-loyalty curve.
public struct LoyaltyQuestion: Sendable, Hashable {
    /// The days that a horizon may have.
    public static let horizons = 1...36_500

    /// As of then: orders that were cancelled later count, and answers that were given later do not.
    public var now: Timestamp
    /// `nps`, `csat`, `ces`, `enps` or `rating`.
    public var metric: String
    /// One survey; nil takes all together that use the metric on the same scale.
    public var survey: String?
    /// One question of it; nil takes all.
    public var question: String?
    /// Within how many days of 24 hours after an answer an order counts as repurchase, and within how many a person
    /// must be told what came of a complaint.
    public var horizonDays: Int
    /// Whether of each person only the first of the answers that are asked about counts.
    public var firstOnly: Bool
    /// First and last day of answers, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day of answers, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks about orders within half a year after a CSAT score; by default of all surveys and questions together and
    /// of all answers, by days in UTC.
    public init(
        now: Timestamp, metric: String = "csat", survey: String? = nil, question: String? = nil,
        horizonDays: Int = 180, firstOnly: Bool = false, from: CivilDate? = nil, to: CivilDate? = nil,
        zone: String = "UTC"
    ) {
        self.now = now
        self.metric = metric
        self.survey = survey
        self.question = question
        self.horizonDays = horizonDays
        self.firstOnly = firstOnly
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// A horizon within which no orders can be looked for.
public struct InvalidLoyaltyHorizon: Error, Equatable, Sendable, CustomStringConvertible {
    /// As it was given.
    public let days: Int

    public var description: String {
        "a horizon of \(days) days; expected \(LoyaltyQuestion.horizons.lowerBound) to "
            + "\(LoyaltyQuestion.horizons.upperBound)"
    }
}

/// A score that no answer can have.
public struct InvalidLoyaltyScore: Error, Equatable, Sendable, CustomStringConvertible {
    /// As it was asked for.
    public let score: Int
    /// The scale of the answers.
    public let scale: ClosedRange<Int>

    public var description: String {
        "a score of \(score); expected \(scale.lowerBound) to \(scale.upperBound)"
    }
}
