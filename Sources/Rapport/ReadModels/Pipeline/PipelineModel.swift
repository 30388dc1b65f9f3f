internal import EventLog
internal import Projection

/// The sales pipeline and its funnel (R13, FUNNELS.md 12), now and as at any past date.
///
/// Everything is a contribution of one deal's history, so a late event, a reopened deal or a changed owner moves all
/// figures together.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `stages` | series, at each change | pipeline, stage, currency | open deals, their value |
/// | `flow` | series, at each change | pipeline, currency | ``Flow`` |
/// | `cohort` | series, at the opening | pipeline, currency, stages in order of first entry, outcome | deals, value |
/// | `groups` | totals | dimension, value, currency | ``Group`` |
/// | `cycles` | totals | pipeline, outcome, days | deals |
/// | `longPaths` | totals | pipeline | deals whose path fits no cohort |
/// | `deals` | rows in order of opening | opening time, deal | ``DealFacts`` |
enum PipelineModel {
    static let name = "pipeline"
    static let model = ReadModel(
        name: name, version: 5, folds: [DealFold(), PipelineDefinitionFold(), TeamFold()],
        upcasters: EventCatalogue.upcasters)

    static let stages: UInt8 = 1
    static let flow: UInt8 = 2
    static let cohort: UInt8 = 3
    static let groups: UInt8 = 4
    static let cycles: UInt8 = 5
    static let deals: UInt8 = 6
    static let longPaths: UInt8 = 7

    /// A path of more bytes does not fit into the key of a cohort; its deals are counted by going through them.
    static let longestPath = 320

    /// Columns of `flow`; a deal that is reopened takes its win or loss back.
    enum Flow {
        static let opened = 0
        static let won = 1
        static let lost = 2
        static let wonValue = 3
        static let lostValue = 4
        static let reopened = 5
        static let count = 6
    }

    /// Columns of `groups`.
    enum Group {
        static let opened = 0
        static let open = 1
        static let openValue = 2
        static let won = 3
        static let wonValue = 4
        static let lost = 5
        static let lostValue = 6
        static let wonDays = 7
        static let lostDays = 8
        static let count = 9
    }

    /// Dimensions that every deal has, whatever its attributes: none of these may take their names.
    static let ownDimensions = ["customer", "owner"]

    /// Between the stages of a signature.
    static let stageSeparator: Character = "\u{1F}"
}

/// How a deal stands.
enum DealOutcome: String, CaseIterable {
    case open
    case won
    case lost
}
