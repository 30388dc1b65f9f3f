internal import Projection

/// The case desk (R24): what customers need help with, how it stands, and how long it took.
///
/// Everything is a contribution of one case's history. A late event, a new category or a reopening moves all figures
/// together. A case counts for all cases together, and under the newest value of each dimension that it has.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `flow` | series, when it happened | dimension, value ("" and "" for all cases) | ``Flow`` |
/// | `times` | totals | dimension, value ("" and "" for all cases) | ``Times`` |
/// | `cases` | rows by status, in order of opening | status, opening time, case | ``CaseRow`` |
enum CaseModel {
    static let name = "cases"
    static let model = ReadModel(name: name, version: 3, folds: [CaseFold()], upcasters: EventCatalogue.upcasters)

    static let flow: UInt8 = 1
    static let times: UInt8 = 2
    static let cases: UInt8 = 3

    /// Columns of `flow`.
    enum Flow {
        static let opened = 0
        /// First responses.
        static let responded = 1
        /// First resolutions.
        static let firstResolved = 2
        /// Each time a case became closed.
        static let closed = 3
        static let reopened = 4
        /// +1 when work begins or begins again, -1 when a case is resolved or closed.
        static let open = 5
        /// +1 when a case is opened, or reopened after it was closed, -1 when it is closed.
        static let unclosed = 6
        static let count = 7
    }

    /// Columns of `times`: counts, and sums of milliseconds that are rounded down for each case.
    enum Times {
        static let cases = 0
        /// Cases that were reopened at all.
        static let reopened = 1
        static let reopenings = 2
        static let responded = 3
        static let responseMs = 4
        static let resolved = 5
        static let resolutionMs = 6
        static let closed = 7
        static let closeMs = 8
        static let lifeMs = 9
        static let count = 10
    }

    /// Dimensions that every case has, whatever its attributes: none of these may take their names. In the order in
    /// which a row holds them.
    static let ownDimensions = ["customer", "channel", "category", "severity", "owner", "queue"]
}

/// How a case stands.
public enum CaseStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// Nobody has it yet, or it was reopened.
    case open
    /// Somebody works on it.
    case assigned
    /// It waits for somebody.
    case waiting
    /// It is solved, and may still be closed.
    case resolved
    /// Nothing more is done about it.
    case closed

    /// Whether there is work left: it is neither resolved nor closed.
    public var isOpen: Bool { self != .resolved && self != .closed }

    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .open: 1
        case .assigned: 2
        case .waiting: 3
        case .resolved: 4
        case .closed: 5
        }
    }

    init?(code: UInt8) {
        guard let status = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = status
    }
}
