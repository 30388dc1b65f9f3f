/// The events of one subject as one run of a plan looks at them: in order of time, those of other values or sessions
/// left out or counting as no step.
struct FunnelStream {
    /// Microseconds, ascending; of equal ones in the order of the log.
    private(set) var times: [Int64] = []
    private(set) var positions: [UInt64] = []
    /// The steps that each event is.
    private(set) var steps: [UInt32] = []
    /// The exclusions that each event is.
    private(set) var exclusions: [UInt32] = []
    private(set) var sessions: [Int32] = []
    /// Where each event stands among the subject's.
    private(set) var indices: [Int] = []
    /// Whether an event is an exclusion.
    private(set) var hasExclusions = false
    /// Whether an event is several steps.
    private(set) var hasSeveral = false
    /// Whether two events lie no further apart than the grace.
    private(set) var hasClose = false

    var count: Int { times.count }

    mutating func removeAll() {
        times.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
        exclusions.removeAll(keepingCapacity: true)
        sessions.removeAll(keepingCapacity: true)
        indices.removeAll(keepingCapacity: true)
        (hasExclusions, hasSeveral, hasClose) = (false, false, false)
    }

    /// Adds an event that counts as `steps`.
    mutating func append(_ event: FunnelEvent, steps: UInt32, at index: Int, grace: Int64) {
        if grace > 0, let last = times.last {
            let (gap, overflow) = event.time.subtractingReportingOverflow(last)
            if !overflow, gap <= grace { hasClose = true }
        }
        times.append(event.time)
        positions.append(event.position)
        self.steps.append(steps)
        exclusions.append(event.exclusions)
        sessions.append(event.session)
        indices.append(index)
        if event.exclusions != 0 { hasExclusions = true }
        if steps & (steps &- 1) != 0 { hasSeveral = true }
    }

    /// Behind the last event at the time of the event at `first`.
    func endOfTie(from first: Int) -> Int {
        let time = times[first]
        var end = first + 1
        while end < times.count, times[end] == time { end += 1 }
        return end
    }

    /// The index of the first event at `time` or later. O(log n).
    func firstIndex(from time: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Which events may be the first step of an attempt.
struct StartRule: Equatable {
    /// Only at this time; nil at any in the range.
    var time: Int64?
    /// Only in this session; nil in any.
    var session: Int32?

    func allows(_ time: Int64, _ session: Int32) -> Bool {
        if let only = self.time, only != time { return false }
        if let only = self.session, only != session { return false }
        return true
    }
}

/// How far attempts get.
struct FunnelReach: Equatable {
    var depth: Int
    var completion: Int64
    var start: Int64
    /// The session of the start, where one attempt at a time was looked at.
    var session: Int32?

    /// Whether it counts instead of `other`: deeper, else completed earlier, else started later.
    func counts(before other: FunnelReach) -> Bool {
        if depth != other.depth { return depth > other.depth }
        if completion != other.completion { return completion < other.completion }
        return start > other.start
    }
}

extension FunnelPlan {
    /// Whether an attempt may begin at `time`.
    func isEntry(_ time: Int64) -> Bool {
        if let from, time < from { return false }
        if let to, time >= to { return false }
        return true
    }

    /// Whether something at `time` is left out altogether.
    func isCut(_ time: Int64) -> Bool {
        guard clips, let end = clipsAt ?? to else { return false }
        return time >= end
    }

    /// The last moment of an attempt that began at `start`.
    func windowEnd(_ start: Int64) -> Int64 {
        let (end, overflow) = start.addingReportingOverflow(window)
        return overflow ? .max : end
    }

    /// Whether an event of a session may belong to an attempt that began in the session `first`.
    func isWithin(_ session: Int32, _ first: Int32?) -> Bool {
        guard let most = sessionWindow else { return true }
        guard session >= 0, let first else { return false }
        return Int(session) <= Int(first) + most - 1
    }

    /// How many required steps there are up to a step, itself included.
    func depth(at step: Int) -> Int {
        let upTo: UInt32 = step >= 31 ? .max : (1 << UInt32(step + 1)) - 1
        return step + 1 - (optional & upTo).nonzeroBitCount
    }

    /// Whether every step between two is optional.
    func mayFollow(_ step: Int, _ before: Int) -> Bool {
        var between = before + 1
        while between < step {
            if !isOptional(between) { return false }
            between += 1
        }
        return true
    }
}
