internal import Projection

/// What customers tell of their own accord, and what became of it (R27): complaints and suggestions, until the customer
/// was told. And what else than orders makes them worth more or less (R28): whom they sent to us, and what serving them
/// has cost.
///
/// Everything is a contribution of one customer's history. An event counts for the customer whom its first tag of one
/// names. A complaint or suggestion that is said again, under the same id, is the one said first.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `items` | rows by status, in order of submission | status, time, customer, event | ``VoiceRow`` |
/// | `answers` | rows in order of answering | time, customer, event | answers to surveys that were told back: when |
/// | `unmatched` | rows in order of occurrence | time, customer, event | ``Unmatched`` |
/// | `referrals` | rows in order of occurrence | time, customer who sent somebody, event | ``ReferralRow`` |
/// | `costs` | rows in order of occurrence | time, customer, event | ``ServiceCostRow`` |
enum VoiceModel {
    static let name = "voice"
    static let model = ReadModel(name: name, version: 2, folds: [VoiceFold()], upcasters: EventCatalogue.upcasters)

    static let items: UInt8 = 1
    static let answers: UInt8 = 2
    static let unmatched: UInt8 = 3
    static let referrals: UInt8 = 4
    static let costs: UInt8 = 5

    /// What an event stands for that belongs to nothing, or to what was there already; the byte that a row holds.
    enum Unmatched: UInt8, CaseIterable {
        /// The customer was told, but the event that it is about is no complaint, suggestion or answer of the customer.
        case toldOfUnknown = 1
        /// A suggestion was decided that the customer has not made.
        case decidedUnknown
        /// A complaint or a suggestion of an id that the customer had used before.
        case repeated
    }
}

/// What a customer has told.
public enum VoiceKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Something is wrong.
    case complaint
    /// An idea or a need.
    case suggestion

    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .complaint: 1
        case .suggestion: 2
        }
    }

    init?(code: UInt8) {
        guard let kind = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = kind
    }
}

/// How far a complaint or a suggestion has come.
public enum VoiceStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// Neither decided nor told. Complaints are never decided.
    case open
    /// A suggestion was decided, and the customer was not told.
    case decided
    /// The customer was told.
    case told

    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .open: 1
        case .decided: 2
        case .told: 3
        }
    }
}

/// What complaints and suggestions are grouped by.
public enum VoiceDimension: String, Codable, Sendable, Hashable, CaseIterable {
    /// `complaint`, or the kind of suggestion that was stated, as `idea` or `need`.
    case kind
    /// What it is about, as a short code.
    case theme
    /// How severe a complaint is, as a short code. Suggestions have none.
    case severity
    /// What a complaint puts at risk, as `safety`. Suggestions have none.
    case riskClass

    /// Its place among the texts of a row.
    var place: Int {
        switch self {
        case .kind: 0
        case .theme: 1
        case .severity: 2
        case .riskClass: 3
        }
    }
}
