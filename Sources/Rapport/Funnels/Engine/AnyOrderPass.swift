/// How many steps are done within a window, in any order: the greatest matching of steps to events, each event one
/// step.
///
/// From each start the events of the window are taken in order of time, and for each the matching is made greater along
/// an augmenting path where there is one (Kuhn's algorithm; H. W. Kuhn, "The Hungarian Method for the Assignment
/// Problem", Naval Research Logistics Quarterly 2, 1955). O(starts × events of a window × steps²).
struct AnyOrderPass {
    private let plan: FunnelPlan
    /// For each step the event that it is matched to; -1 for none.
    private var events: [Int]
    private var visited: UInt32 = 0

    /// An attempt.
    struct Attempt {
        /// The index of its first event.
        let start: Int
        /// When the first, second ... step was done.
        var times: [Int64] = []
        var completion: Int64 { times[times.count - 1] }
        /// When the exclusion happened that has ended it; nil where none has, or all steps were done before.
        var endedAt: Int64?
    }

    init(_ plan: FunnelPlan) {
        self.plan = plan
        events = [Int](repeating: -1, count: plan.stepCount)
    }

    /// Whether an attempt may begin with an event.
    func isStart(_ index: Int, _ stream: FunnelStream, _ rule: StartRule) -> Bool {
        stream.steps[index] != 0 && plan.isEntry(stream.times[index])
            && rule.allows(stream.times[index], stream.sessions[index])
            && (plan.sessionWindow == nil || stream.sessions[index] >= 0)
    }

    /// The attempt that counts, of those that `rule` lets begin; nil where there is none. Where exclusions drop
    /// attempts, `isTainted` says that there were no others.
    mutating func run(_ stream: FunnelStream, _ rule: StartRule) -> (attempt: Attempt?, tainted: Attempt?) {
        if rule.time == nil, !stream.hasSeveral, !stream.hasExclusions, plan.sessionWindow == nil {
            return (soonest(stream).map { attempt(from: $0, stream) }, nil)
        }
        var best: Attempt?
        var tainted: Attempt?
        var last: Int?
        var index = rule.time.map { stream.firstIndex(from: $0) } ?? 0
        while index < stream.count {
            if let time = rule.time, stream.times[index] > time { break }
            // What begins behind the end of a whole attempt gets no further, and not sooner.
            if let best, best.times.count == plan.stepCount, stream.times[index] > best.completion { break }
            // Those of one time and session have the same events before them.
            let isKnown =
                last.map {
                    stream.times[$0] == stream.times[index] && stream.sessions[$0] == stream.sessions[index]
                } ?? false
            if !isKnown, isStart(index, stream, rule) {
                last = index
                let attempt = attempt(from: index, stream)
                if plan.dropsSubject, attempt.endedAt != nil {
                    if tainted.map({ counts(attempt, before: $0) }) ?? true { tainted = attempt }
                } else if best.map({ counts(attempt, before: $0) }) ?? true {
                    best = attempt
                }
            }
            index += 1
        }
        return (best, tainted)
    }

    /// Where the attempt that counts begins, where each event is one step at most: then a window has as many steps done
    /// as it has different ones, and two ends that move forward find the greatest number, and the first and shortest
    /// window that has it. O(n).
    private func soonest(_ stream: FunnelStream) -> Int? {
        let first = plan.from.map { stream.firstIndex(from: $0) } ?? 0
        var window = StepWindow(plan.stepCount)
        var most = 0
        var end = first
        var start = first
        while start < stream.count, plan.isEntry(stream.times[start]) {
            let last = plan.windowEnd(stream.times[start])
            while end < stream.count, stream.times[end] <= last, !plan.isCut(stream.times[end]) {
                window.add(stream.steps[end])
                end += 1
            }
            most = max(most, window.distinct)
            window.remove(stream.steps[start])
            start += 1
        }
        guard most > 0 else { return nil }
        window = StepWindow(plan.stepCount)
        start = first
        end = first
        while end < stream.count, !plan.isCut(stream.times[end]) {
            let time = stream.times[end]
            while end < stream.count, stream.times[end] == time {
                window.add(stream.steps[end])
                end += 1
            }
            while start < end, time > plan.windowEnd(stream.times[start]) {
                window.remove(stream.steps[start])
                start += 1
            }
            guard window.distinct >= most, start < end, plan.isEntry(stream.times[start]) else { continue }
            // As late as it can begin: with the last of the events that come before all others of their step.
            while true {
                var next = start
                var shorter = window
                while next < end, stream.times[next] == stream.times[start] {
                    shorter.remove(stream.steps[next])
                    next += 1
                }
                guard shorter.distinct >= most, next < end, plan.isEntry(stream.times[next]) else { break }
                (start, window) = (next, shorter)
            }
            while start < end, stream.steps[start] == 0 { start += 1 }
            return start < end ? start : nil
        }
        return nil
    }

    /// Deeper, else completed earlier, else started later; else by place in the log.
    private func counts(_ attempt: Attempt, before other: Attempt) -> Bool {
        if attempt.times.count != other.times.count { return attempt.times.count > other.times.count }
        if attempt.completion != other.completion { return attempt.completion < other.completion }
        return attempt.times[0] > other.times[0]
    }

    private mutating func attempt(from start: Int, _ stream: FunnelStream) -> Attempt {
        for step in events.indices { events[step] = -1 }
        var attempt = Attempt(start: start)
        let time = stream.times[start]
        let end = plan.windowEnd(time)
        var index = stream.firstIndex(from: time)
        var hit: Int64?
        while index < stream.count, stream.times[index] <= end, !plan.isCut(stream.times[index]) {
            let at = stream.times[index]
            if let hit, at > Self.sum(hit, plan.grace) { break }
            if isInSessions(index, start, stream), stream.steps[index] != 0, attempt.times.count < plan.stepCount {
                visited = 0
                if augment(index, stream) { attempt.times.append(at) }
            }
            if hit == nil, stream.exclusions[index] != 0, at > Self.sum(time, plan.grace) {
                hit = at
            }
            index += 1
        }
        if attempt.times.count < plan.stepCount { attempt.endedAt = spoiling(start, stream) }
        return attempt
    }

    /// When the first exclusion happened behind a start within its window.
    private func spoiling(_ start: Int, _ stream: FunnelStream) -> Int64? {
        guard stream.hasExclusions else { return nil }
        let time = stream.times[start]
        let end = plan.windowEnd(time)
        var index = start
        while index < stream.count, stream.times[index] <= end, !plan.isCut(stream.times[index]) {
            if stream.exclusions[index] != 0, stream.times[index] > Self.sum(time, plan.grace),
                plan.sessionWindow == nil || isWithin(stream.sessions[index], stream.sessions[start], isLater: false)
            {
                return stream.times[index]
            }
            index += 1
        }
        return nil
    }

    private func isInSessions(_ index: Int, _ start: Int, _ stream: FunnelStream) -> Bool {
        plan.sessionWindow == nil || isWithin(stream.sessions[index], stream.sessions[start], isLater: true)
    }

    private func isWithin(_ session: Int32, _ first: Int32, isLater: Bool) -> Bool {
        guard let most = plan.sessionWindow else { return true }
        return session >= (isLater ? first : 0) && Int(session) <= Int(first) + most - 1
    }

    /// Finds a step for an event, moving others where that helps.
    private mutating func augment(_ event: Int, _ stream: FunnelStream) -> Bool {
        var rest = stream.steps[event] & ~visited
        while rest != 0 {
            let step = rest.trailingZeroBitCount
            visited |= 1 << UInt32(step)
            if events[step] < 0 || augment(events[step], stream) {
                events[step] = event
                return true
            }
            rest = stream.steps[event] & ~visited
        }
        return false
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// Which steps the events of a window are, each of one step at most.
private struct StepWindow {
    private var counts: [Int]
    private(set) var distinct = 0

    init(_ steps: Int) {
        counts = [Int](repeating: 0, count: steps)
    }

    mutating func add(_ steps: UInt32) {
        if steps == 0 { return }
        let step = steps.trailingZeroBitCount
        if counts[step] == 0 { distinct += 1 }
        counts[step] += 1
    }

    mutating func remove(_ steps: UInt32) {
        if steps == 0 { return }
        let step = steps.trailingZeroBitCount
        counts[step] -= 1
        if counts[step] == 0 { distinct -= 1 }
    }
}
