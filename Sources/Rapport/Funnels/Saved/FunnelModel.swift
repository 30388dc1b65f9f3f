internal import EventLog
internal import LMDB
internal import Projection
internal import Synchronization

/// The rows of a saved funnel (R5): each version of its definition is a read model of its own.
///
/// Of every subject the events that can matter are kept, so that a late event, a correction or a merge moves all
/// figures together; everything else is a contribution of what has become of the subject.
///
/// | table | kind | parts | columns |
/// |---|---|---|---|
/// | `counts` | totals | | outcomes that have reached each step |
/// | `groups` | totals | value of the breakdown; empty for none; of a long one empty, and its hash | the same |
/// | `excluded` | totals | | subjects whose attempts were all dropped |
/// | `times` | totals | step; the number of steps for first to last | how many, seconds, microseconds besides |
/// | `lengths` | totals | step, as above; bucket of the time | how many |
/// | `durations` | rows in order of length | step, as above; time, subject, number of the outcome | |
/// | `groupDurations` | rows in order of length | hash of the value, time, subject, number | the value |
/// | `entries` | rows in order of entry | time, subject, number | ``FunnelOutcomeRow`` |
/// | `open` | rows in order of time | latest entry that more may come of, subject, number | 1 where converted |
/// | `groupNames` | rows | hash of a long value, subject, number | the value |
enum FunnelModel {
    static let prefix = "funnel-"
    /// Counted up when what the rows hold changes.
    static let version = 1

    static let counts: UInt8 = 1
    static let groups: UInt8 = 2
    static let excluded: UInt8 = 3
    static let times: UInt8 = 4
    static let lengths: UInt8 = 5
    static let durations: UInt8 = 6
    static let groupDurations: UInt8 = 7
    static let entries: UInt8 = 8
    static let open: UInt8 = 9
    static let groupNames: UInt8 = 10

    /// Longer values of the breakdown, in bytes, do not fit into the name of a total: their hash stands for them.
    static let longestGroup = 400

    /// The read model of a saved funnel.
    ///
    /// - Throws: ``UnknownProperty``.
    static func model(of funnel: SavedFunnel) throws(UnknownProperty) -> ReadModel {
        ReadModel(
            name: funnel.readModel, version: version, folds: [try FunnelFold(funnel.definition)],
            upcasters: EventCatalogue.upcasters)
    }

    /// The part of a name that stands for a step; as many digits for all.
    static func part(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

    /// Times of a bucket have their highest bit in common and the four behind it, so that it is at most a sixteenth as
    /// wide as they are long. Buckets are in the order of their times.
    static func bucket(of time: Int64) -> Int {
        if time < 32 { return Int(time) }
        let high = 63 - time.leadingZeroBitCount
        return (high - 4) * 16 + Int(time >> Int64(high - 4))
    }

    /// The shortest time of a bucket.
    static func start(ofBucket bucket: Int) -> Int64 {
        if bucket < 32 { return Int64(bucket) }
        let high = bucket / 16 + 3
        return Int64(bucket % 16 + 16) << Int64(high - 4)
    }
}

/// Makes the read models of the saved funnels.
final class FunnelModels: ReadModelSource {
    private let register: FunnelRegister
    /// Nil where nothing is folded.
    private let history: HistoryRegister?
    /// By where their definitions stand: to make one takes a while.
    private let made = Mutex<[Position: ReadModel]>([:])

    init(_ register: FunnelRegister, through history: HistoryRegister?) {
        self.register = register
        self.history = history
    }

    func readModels(in log: EventLog) throws -> [ReadModel] {
        let funnels = try register.funnels(in: log).filter(\.definition.isByEntity)
        return made.withLock { made in
            funnels.compactMap { funnel in
                if let known = made[funnel.position] { return known }
                // A definition was checked when it was read; then its properties are known.
                guard let model = try? FunnelModel.model(of: funnel) else { return nil }
                let seeing = history.map { model.looking(through: $0) } ?? model
                made[funnel.position] = seeing
                return seeing
            }
        }
    }

    func defines(_ name: String) -> Bool { name.hasPrefix(FunnelModel.prefix) }
}

extension FunnelDefinition {
    /// Whether its subjects are entities that events are tagged with: others have no rows.
    var isByEntity: Bool {
        if case .entity = subject { return true }
        return false
    }
}
