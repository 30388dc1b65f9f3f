@testable import Rapport

/// What the rules of funnels say of the events of one subject, found by trying everything: for small streams only.
///
/// It is written from the rules alone and shares no code with the engine. Events are known by their index into
/// ``events``.
struct FunnelOracle {
    let plan: FunnelPlan
    /// All events of the subject, by time and position.
    let events: [FunnelEvent]
    /// Those that there are to count: all, or those of one session.
    let stream: [Int]
}

extension FunnelOracle {
    init(_ plan: FunnelPlan, _ events: [FunnelEvent]) {
        let sorted = events.sorted { ($0.time, $0.position) < ($1.time, $1.position) }
        self.init(plan: plan, events: sorted, stream: Array(sorted.indices))
    }

    /// What the engine must say, too.
    var result: FunnelResult {
        let entries = parts.flatMap { part in part.starts.map { time($0) } }
        var result = FunnelResult()
        result.outcomes = attempts.map(\.outcome)
        result.grouped = grouped
        result.lastEntry = entries.max()
        result.isExcluded = !entries.isEmpty && result.outcomes.isEmpty
        return result
    }

    // MARK: Counting

    /// The attempts that count.
    var attempts: [OracleAttempt] {
        plan.counting == .total ? successiveAttempts : parts.compactMap(\.chosenAttempt)
    }

    /// What is counted each by itself: the subject, or each of its sessions as a stream of its own.
    private var parts: [FunnelOracle] {
        guard plan.counting == .session else { return [self] }
        let sessions = Set(stream.map { events[$0].session }).filter { $0 >= 0 }.sorted()
        return sessions.map { session in
            FunnelOracle(plan: plan, events: events, stream: stream.filter { events[$0].session == session })
        }
    }

    /// The one attempt that counts: the best of all, or the best of those that start first.
    private var chosenAttempt: OracleAttempt? {
        let starts = self.starts
        guard plan.reentry == .first else { return best(of: starts) }
        let first = starts.map { time($0) }.min()
        return best(of: starts.filter { time($0) == first })
    }

    /// One attempt after the other: none starts before the one before it is over.
    var successiveAttempts: [OracleAttempt] {
        var attempts: [OracleAttempt] = []
        var rest = starts
        while let first = rest.map({ time($0) }).min() {
            let tied = rest.filter { time($0) == first }
            let counted = best(of: tied)
            if let counted { attempts.append(counted) }
            // One that does not count takes its time all the same.
            guard let course = counted ?? best(of: tied, dropping: false) else { break }
            let over = max(first, end(of: course))
            rest = rest.filter { time($0) > over }
        }
        return attempts
    }

    /// When an attempt is over, and the next may start.
    private func end(of attempt: OracleAttempt) -> Int64 {
        if attempt.outcome.depth == plan.requiredCount { return attempt.outcome.completion }
        let end = endOfWindow(of: attempt.start)
        return attempt.interruption.map { min($0, end) } ?? end
    }

    private func endOfWindow(of start: Int) -> Int64 {
        let end = time(start) + plan.window
        guard let sessions = plan.sessionWindow else { return end }
        let last = Int(events[start].session) + sessions - 1
        let times = stream.filter { Int(events[$0].session) <= last && time($0) <= end }.map { time($0) }
        return max(time(start), times.max() ?? time(start))
    }

    /// The best attempt from one of the starts; nil where exclusions have dropped all of them.
    private func best(of starts: [Int]) -> OracleAttempt? { best(of: starts, dropping: plan.dropsSubject) }

    private func best(of starts: [Int], dropping: Bool) -> OracleAttempt? {
        starts.flatMap { deepestAttempts(from: $0) }
            .filter { !dropping || $0.interruption == nil }
            .min { $0.rank.lexicographicallyPrecedes($1.rank) }
    }

    /// The attempt from a start, in each of the ways to get as far as one can from there.
    private func deepestAttempts(from start: Int) -> [OracleAttempt] {
        plan.order == .any ? [unorderedAttempt(from: start)] : orderedAttempts(from: start)
    }

    // MARK: Events

    func time(_ event: Int) -> Int64 { events[event].time }

    func isStep(_ event: Int, _ step: Int) -> Bool { events[event].steps & (1 << UInt32(step)) != 0 }

    /// Whether it is an event of an exclusion, by the exclusion's bit.
    func isExclusion(_ event: Int, _ exclusion: Int) -> Bool {
        events[event].exclusions & (1 << UInt32(exclusion)) != 0
    }

    /// Whether an event is definitely before another.
    func precedes(_ event: Int, _ other: Int) -> Bool { time(other) > time(event) + plan.grace }

    /// The events that an attempt may start with.
    private var starts: [Int] { stream.filter { canStart($0) } }

    /// An event without the held values, or in no session where the window is one of sessions, starts nothing: not even
    /// its first step would count.
    private func canStart(_ event: Int) -> Bool {
        let isFirst = plan.order == .any ? events[event].steps != 0 : isStep(event, 0)
        let isInRange = time(event) >= plan.from ?? Int64.min && time(event) < plan.to ?? Int64.max
        let isHeld = !plan.holds || events[event].held != 0
        let isInSession = plan.sessionWindow == nil || events[event].session >= 0
        return isFirst && isInRange && isHeld && isInSession
    }

    /// Whether an event is not too late for an attempt that starts with `start`.
    func isInWindow(_ event: Int, of start: Int) -> Bool {
        if time(event) > time(start) + plan.window { return false }
        if let sessions = plan.sessionWindow {
            let last = Int(events[start].session) + sessions - 1
            guard 0...last ~= Int(events[event].session) else { return false }
        }
        if plan.clips, let to = plan.to { return time(event) < to }
        return true
    }
}
