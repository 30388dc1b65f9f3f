/// Runs a plan over the events of one subject after the other.
///
///     var engine = FunnelEngine(plan)
///     let result = engine.run(events)
///
/// What is counted is a pure function of the events; in which order they are given makes no difference.
final class FunnelEngine {
    let plan: FunnelPlan
    private let attempts: AttemptFinder
    private var stream = FunnelStream()
    /// The finder of the attempts that a segment counts by.
    private let segments: AttemptFinder?

    init(_ plan: FunnelPlan) {
        self.plan = plan
        attempts = AttemptFinder(plan)
        var total = plan
        total.counting = .total
        segments = plan.isPerSegment ? AttemptFinder(total) : nil
    }

    /// Which of a subject's events count as steps in a run.
    private struct Lens {
        var held: UInt32?
        var group: UInt32?
    }

    /// What became of the subject whose events these are, in any order.
    func run(_ events: [FunnelEvent]) -> FunnelResult {
        run(sorted: events.sorted { ($0.time, $0.position) < ($1.time, $1.position) })
    }

    /// The same for events in order of time, those of one time in the order of the log. Outcomes name events by their
    /// index in this order.
    func run(sorted events: [FunnelEvent]) -> FunnelResult {
        var result = FunnelResult()
        result.lastEntry = events.last { isEntry($0) }?.time
        if result.lastEntry == nil { return result }
        result.outcomes = outcomes(events, group: nil, attempts)
        result.isExcluded = result.outcomes.isEmpty
        if let attribution = plan.attribution {
            result.grouped = grouped(events, attribution, result.outcomes)
        }
        return result
    }

    /// Whether an attempt may begin with an event.
    func isEntry(_ event: FunnelEvent) -> Bool {
        let first: UInt32 = plan.order == .any ? .max : 1
        if event.steps & first == 0 || !plan.isEntry(event.time) { return false }
        if plan.holds, event.held == 0 { return false }
        if plan.sessionWindow != nil || plan.counting == .session, event.session < 0 { return false }
        return true
    }

    // MARK: Sessions and held values

    private func outcomes(
        _ events: [FunnelEvent], group: UInt32?, _ finder: AttemptFinder
    ) -> [FunnelOutcome] {
        guard plan.counting == .session else {
            return outcomes(events, nil, Lens(group: group), finder)
        }
        var sessions: [Int32: [Int]] = [:]
        for index in events.indices where events[index].session >= 0 {
            sessions[events[index].session, default: []].append(index)
        }
        return sessions.sorted { $0.key < $1.key }.flatMap { session in
            outcomes(events, session.value, Lens(group: group), finder)
        }
    }

    private func outcomes(
        _ events: [FunnelEvent], _ indices: [Int]?, _ lens: Lens, _ finder: AttemptFinder
    ) -> [FunnelOutcome] {
        guard plan.holds else {
            fill(events, indices, lens)
            return finder.outcomes(in: [stream])
        }
        // A stream for each value: what is an exclusion, or comes between in strict order, is so in all of them.
        var shared: [Int] = []
        var byValue: [UInt32: [Int]] = [:]
        for index in indices ?? Array(events.indices) {
            let event = events[index]
            if event.held != 0, event.steps != 0 { byValue[event.held, default: []].append(index) }
            if event.exclusions != 0 || plan.order == .strict || plan.sessionWindow != nil { shared.append(index) }
        }
        var streams: [FunnelStream] = []
        for (held, own) in byValue.sorted(by: { $0.key < $1.key }) {
            var lens = lens
            lens.held = held
            fill(events, shared.isEmpty ? own : Set(own).union(shared).sorted(), lens)
            streams.append(stream)
        }
        return finder.outcomes(in: streams)
    }

    /// - Parameter indices: which of the events; nil takes all.
    private func fill(_ events: [FunnelEvent], _ indices: [Int]?, _ lens: Lens) {
        stream.removeAll()
        let keepsAll = plan.order == .strict || plan.sessionWindow != nil
        for place in 0..<(indices?.count ?? events.count) {
            let index = indices?[place] ?? place
            let event = events[index]
            var steps = event.steps
            if let held = lens.held, event.held != held { steps = 0 }
            if let group = lens.group, event.group != group { steps = 0 }
            if steps == 0, event.exclusions == 0, !keepsAll { continue }
            stream.append(event, steps: steps, at: index, grace: plan.grace)
        }
    }

    // MARK: Groups

    private func grouped(
        _ events: [FunnelEvent], _ attribution: FunnelDefinition.Attribution, _ overall: [FunnelOutcome]
    ) -> [FunnelOutcome] {
        if attribution == .all {
            var found: [FunnelOutcome] = []
            for group in Set(events.filter { $0.steps != 0 }.map(\.group)).sorted() {
                found += outcomes(events, group: group, attempts).map { outcome in
                    var outcome = outcome
                    outcome.group = group
                    return outcome
                }
            }
            return found
        }
        guard let segments else {
            return overall.compactMap { Self.grouped($0, attribution, events) }
        }
        var best: [UInt32: FunnelOutcome] = [:]
        for outcome in outcomes(events, group: nil, segments) {
            guard let outcome = Self.grouped(outcome, .first, events), let group = outcome.group else { continue }
            if best[group].map({ outcome.counts(before: $0) }) ?? true { best[group] = outcome }
        }
        return best.keys.sorted().compactMap { best[$0] }
    }

    /// The outcome with the group that it counts in; nil where that is none.
    private static func grouped(
        _ outcome: FunnelOutcome, _ attribution: FunnelDefinition.Attribution, _ events: [FunnelEvent]
    ) -> FunnelOutcome? {
        let path = outcome.events.filter { $0 >= 0 }.map { events[$0].group }
        var outcome = outcome
        switch attribution {
        case .first, .all: outcome.group = path.first
        case .last: outcome.group = path.last
        case .firstDefined: outcome.group = path.first { $0 != 0 } ?? 0
        case .lastDefined: outcome.group = path.last { $0 != 0 } ?? 0
        case .step(let number):
            let event = outcome.events[number - 1]
            guard event >= 0 else { return nil }
            outcome.group = events[event].group
        }
        return outcome
    }
}

extension FunnelOutcome {
    /// Deeper, else completed earlier, else started later.
    func counts(before other: FunnelOutcome) -> Bool {
        if depth != other.depth { return depth > other.depth }
        if completion != other.completion { return completion < other.completion }
        return start > other.start
    }
}
