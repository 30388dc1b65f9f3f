internal import EventLog
internal import Projection

/// The lead desk (R6) and the lead funnel: every lead, and what came of leads over time.
///
/// Everything is a contribution of one lead's history.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `flow` | series, at each thing that happened | dimension, value | ``Flow`` |
/// | `cohort` | series, at the capture | dimension, value | ``Flow`` up to `converted`, as the lead stands now |
/// | `leads` | rows in order of capture | status, time captured, lead | ``LeadRow``; ``LeadState`` holds the rest |
///
/// Dimension and value are empty for all leads together. A lead counts under the source, medium, owner and attributes
/// that it has now. It is captured by its first `LeadCaptured`; while none is known, by its first event of any kind.
enum LeadModel {
    static let name = "leads"
    static let model = ReadModel(name: name, version: 2, folds: [LeadFold()], upcasters: EventCatalogue.upcasters)

    static let flow: UInt8 = 1
    static let cohort: UInt8 = 2
    static let leads: UInt8 = 3

    /// Dimensions that every lead has, whatever its attributes: none of these may take their names.
    static let ownDimensions = ["source", "medium", "owner"]

    /// Columns of `flow`; those of `cohort` are the same up to `converted`.
    enum Flow {
        static let captured = 0
        static let responded = 1
        static let qualified = 2
        /// In `flow`: how often leads were given up; one that is given up again after it was open again counts again.
        static let disqualified = 3
        static let converted = 4
        /// One more when a lead is captured or open again, one less when it is given up or converted.
        static let open = 5
        static let count = 6
    }

    /// The columns that `cohort` has.
    static let cohortColumns = Flow.converted + 1

    /// Where the rows of the leads that stand so begin.
    static func prefix(_ status: LeadStatus) -> [UInt8] { [leads, status.code] }
}

/// How a lead stands: as far as it has come while it is open, or how it ended.
public enum LeadStatus: String, CaseIterable, Codable, Sendable {
    /// Captured; nobody works on it yet.
    case new
    /// Somebody has it.
    case assigned
    /// Somebody of us was in touch.
    case contacted
    /// Found worth selling to.
    case qualified
    /// Given up; open again when it is captured, assigned or qualified again.
    case disqualified
    /// Became a deal. What comes after that changes nothing.
    case converted

    /// Whether there is still something to do.
    public var isOpen: Bool { self != .disqualified && self != .converted }

    /// The number it is stored as.
    var code: UInt8 {
        switch self {
        case .new: 1
        case .assigned: 2
        case .contacted: 3
        case .qualified: 4
        case .disqualified: 5
        case .converted: 6
        }
    }
}
