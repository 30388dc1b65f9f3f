@testable import Rapport

/// In any order: how many steps can be told apart within the window.
extension FunnelOracle {
    /// The attempt from a start.
    func unorderedAttempt(from start: Int) -> OracleAttempt {
        var times = [Int64?](repeating: nil, count: plan.stepCount)
        var depth = 0
        // Every set of steps that different events so far can be.
        var done: Set<UInt32> = [0]
        for event in stream where isUsable(event, from: start) {
            for steps in done {
                for step in 0..<plan.stepCount where isStep(event, step) { done.insert(steps | 1 << UInt32(step)) }
            }
            let most = done.map(\.nonzeroBitCount).max() ?? 0
            while depth < most {
                times[depth] = time(event)
                depth += 1
            }
        }
        let completion = depth > 0 ? times[depth - 1] : nil
        var indices = [Int](repeating: -1, count: plan.stepCount)
        indices[0] = start
        let outcome = FunnelOutcome(
            depth: depth, times: times, events: indices, group: nil, start: time(start),
            completion: completion ?? time(start))
        return OracleAttempt(
            elements: [.init(step: 0, event: start)], outcome: outcome,
            interruption: depth == plan.stepCount ? nil : firstExclusion(after: start),
            rank: [-Int64(depth), outcome.completion, -outcome.start, Int64(events[start].position)])
    }

    /// Whether an event counts in an attempt from `start`.
    private func isUsable(_ event: Int, from start: Int) -> Bool {
        guard time(event) >= time(start), isInWindow(event, of: start) else { return false }
        if plan.sessionWindow != nil, events[event].session < events[start].session { return false }
        if plan.holds, events[event].held != events[start].held { return false }
        return !stream.contains { other in
            events[other].exclusions != 0 && precedes(start, other) && precedes(other, event)
        }
    }

    /// The time of the first event of an exclusion in the window of `start`.
    private func firstExclusion(after start: Int) -> Int64? {
        let hits = stream.filter { other in
            events[other].exclusions != 0 && precedes(start, other) && isInWindow(other, of: start)
        }
        return hits.map { time($0) }.min()
    }
}
