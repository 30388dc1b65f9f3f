internal import EventLog
internal import LMDB
internal import Projection

/// What has become of one subject of a saved funnel: all that it contributes.
struct FunnelSubjectResult: Sendable, Equatable {
    /// An outcome, with the events of its path.
    struct Outcome: Sendable, Equatable {
        let depth: Int
        let start: Int64
        let completion: Int64
        /// For each step when it was reached; nil where it was not.
        let times: [Int64?]
        /// For each step where its event stands; 0 where it is not known.
        let positions: [UInt64]
    }

    /// An outcome that counts in a group.
    struct Grouped: Sendable, Equatable {
        /// Empty for none.
        let group: String
        /// A bit for each step that was reached.
        let reached: UInt32
        /// From first to last step in microseconds; nil where it has not converted.
        let total: Int64?

        static func == (left: Grouped, right: Grouped) -> Bool {
            left.reached == right.reached && left.total == right.total && left.group.sameBytes(as: right.group)
        }
    }

    let outcomes: [Outcome]
    let grouped: [Grouped]
    let isExcluded: Bool
    let lastEntry: Int64?

    /// - Parameter group: the value of a number; empty for 0.
    init(_ result: FunnelResult, _ plan: FunnelPlan, _ events: [FunnelEvent], group: (UInt32) -> String) {
        outcomes = result.outcomes.map { outcome in
            Outcome(
                depth: outcome.depth, start: outcome.start, completion: outcome.completion, times: outcome.times,
                positions: outcome.events.map { $0 < 0 ? 0 : events[$0].position })
        }
        grouped = result.grouped.compactMap { outcome in
            guard let number = outcome.group else { return nil }
            var reached: UInt32 = 0
            for step in outcome.times.indices where outcome.times[step] != nil { reached |= 1 << UInt32(step) }
            let isConverted = outcome.depth == plan.requiredCount
            return Grouped(
                group: group(number), reached: reached,
                total: isConverted ? max(0, outcome.completion - outcome.start) : nil)
        }
        isExcluded = result.isExcluded
        lastEntry = result.lastEntry
    }

    /// The latest entry that more may come of: until its window has closed the outcome is immature.
    func openFrom(_ outcome: Outcome, _ plan: FunnelPlan) -> Int64 {
        guard outcome.depth < plan.requiredCount, let lastEntry else { return outcome.start }
        return max(outcome.start, lastEntry)
    }
}

/// The row of an outcome: a bit for each step that it has reached, then for each of these how many microseconds after
/// the entry, and where the event stands, 0 where that is not known.
enum FunnelOutcomeRow {
    static func bytes(of outcome: FunnelSubjectResult.Outcome) -> [UInt8] {
        var reached: UInt64 = 0
        for step in outcome.times.indices where outcome.times[step] != nil { reached |= 1 << UInt64(step) }
        var bytes: [UInt8] = []
        bytes.append(varint: reached)
        for (time, position) in zip(outcome.times, outcome.positions) {
            guard let time else { continue }
            bytes.append(zigzag: time - outcome.start)
            bytes.append(varint: position)
        }
        return bytes
    }

    /// For each of `count` steps when it was reached and by which event; nil where it was not.
    ///
    /// - Throws: `MalformedBytes`.
    static func visits(in row: RawSpan, start: Int64, count: Int) throws -> [FunnelEntry.Visit?] {
        var reader = ByteReader(row)
        let reached = try reader.varint()
        var visits: [FunnelEntry.Visit?] = []
        for step in 0..<count {
            guard reached & (1 << UInt64(step)) != 0 else {
                visits.append(nil)
                continue
            }
            let time = start &+ (try reader.zigzag())
            visits.append(FunnelEntry.Visit(time: time, position: try reader.varint()))
        }
        return visits
    }
}

/// Keys of rows in order of length.
enum FunnelRowKey {
    /// - Parameter step: the number of steps for first to last.
    static func duration(_ time: Int64, _ step: Int, of entity: Tag, _ number: Int) -> [UInt8] {
        var key = durations(step)
        key.append(bigEndian: UInt64(time))
        key.append(utf8: entity.text)
        key.append(bigEndian: UInt32(number))
        return key
    }

    /// What the keys of the times to a step begin with.
    static func durations(_ step: Int) -> [UInt8] { [FunnelModel.durations, UInt8(step)] }

    static func groupDuration(_ time: Int64, in group: String, of entity: Tag, _ number: Int) -> [UInt8] {
        var key = groupDurations(group)
        key.append(bigEndian: UInt64(time))
        key.append(utf8: entity.text)
        key.append(bigEndian: UInt32(number))
        return key
    }

    /// What stands for a long value: 32 digits.
    static func hash(of value: String) -> String {
        let hash = value.withRawSpan { FastHash.hash128($0) }
        func digits(_ half: UInt64) -> String {
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return digits(hash.high) + digits(hash.low)
    }

    static func groupName(_ value: String, of entity: Tag, _ number: Int) -> [UInt8] {
        var key = [FunnelModel.groupNames] + Array(hash(of: value).utf8)
        key.append(utf8: entity.text)
        key.append(bigEndian: UInt32(number))
        return key
    }

    /// What the keys of the times of a group begin with; another group may have the same hash.
    static func groupDurations(_ group: String) -> [UInt8] {
        var key = [FunnelModel.groupDurations]
        key.append(bigEndian: group.withRawSpan { FastHash.hash64($0) })
        return key
    }
}
