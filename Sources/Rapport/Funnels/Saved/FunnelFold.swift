internal import EventLog
internal import LMDB
internal import Projection

/// Keeps the events of each subject that a funnel can count, and contributes what has become of it.
struct FunnelFold: EntityFold {
    let types: [EventType]
    let entityKind: String
    /// Events are kept in order of time, in whichever order they come.
    let order = FoldOrder.any

    private let matcher: StepMatcher
    private let rules: FunnelStreamRules
    private let plan: FunnelPlan
    private let times: ClosedRange<Int64>
    private let groups: ValueReader?
    private let held: ValueReader?
    private let sessions: ValueReader?

    /// - Parameter definition: one that was checked, by entity.
    /// - Throws: ``UnknownProperty``.
    init(_ definition: FunnelDefinition) throws(UnknownProperty) {
        let matcher = try StepMatcher(definition)
        self.matcher = matcher
        types = matcher.types
        rules = FunnelStreamRules(definition)
        plan = FunnelPlan(definition)
        times = definition.timesThatMatter
        if case .entity(let kind) = definition.subject { entityKind = kind } else { entityKind = "" }
        groups = definition.breakdown.map { ValueReader(of: [$0.property], in: matcher.types) }
        held = definition.held.isEmpty ? nil : ValueReader(of: definition.held, in: matcher.types)
        if case .property(let property) = definition.sessions, rules.readsSessions {
            sessions = ValueReader(of: [property], in: matcher.types)
        } else {
            sessions = nil
        }
    }

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout FunnelSubjectState) throws {
        guard times.contains(event.occurredAt.microseconds) else { return }
        let matches = try matcher.steps(of: event.view, type: type)
        if matches.steps | matches.exclusions | matches.ofTypes == 0, plan.order != .strict { return }
        var kept = FunnelEvent(time: event.occurredAt.microseconds, position: event.position.rawValue)
        kept.steps = matches.steps
        kept.exclusions = matches.exclusions
        kept.ofTypes = matches.ofTypes
        var key: [UInt8] = []
        if let groups, try groups.read(event.view, type: type, into: &key) { kept.group = state.number(of: key) }
        if let held, try held.read(event.view, type: type, into: &key) { kept.held = state.number(of: key) }
        kept.session = 0
        if let sessions, try sessions.read(event.view, type: type, into: &key) {
            kept.session = Int32(state.number(of: key))
        }
        state.insert(kept)
    }

    // MARK: Contributions

    func mark(_ state: FunnelSubjectState) -> FunnelSubjectResult { result(of: state) }

    func contribute(_ state: FunnelSubjectState, of entity: Tag, to contributions: inout Contributions) throws {
        try contribute(result(of: state), unlessIn: nil, of: entity, to: &contributions)
    }

    /// Most events change nothing that is counted, and others the last outcome: what is the same before and after is
    /// not touched.
    func contribute(
        from mark: FunnelSubjectResult, to state: FunnelSubjectState, of entity: Tag,
        into contributions: inout Contributions
    ) throws {
        let now = result(of: state)
        if now == mark { return }
        try contributions.takingOut { try contribute(mark, unlessIn: now, of: entity, to: &$0) }
        try contribute(now, unlessIn: mark, of: entity, to: &contributions)
    }

    private func result(of state: FunnelSubjectState) -> FunnelSubjectResult {
        var events = state.events
        rules.arrange(&events)
        let result = FunnelEngine(plan).run(sorted: events)
        return FunnelSubjectResult(result, plan, events) { number in
            guard number > 0, let groups else { return "" }
            let value = state.values[Int(number) - 1]
            return groups.text(of: value.rawSpan)
        }
    }

    /// - Parameter other: what it has in common with this, at the same places, is left out; nil leaves out nothing.
    private func contribute(
        _ result: FunnelSubjectResult, unlessIn other: FunnelSubjectResult?, of entity: Tag,
        to contributions: inout Contributions
    ) throws {
        if result.isExcluded, other?.isExcluded != true {
            let excluded = contributions.total(FunnelModel.excluded, columns: 1)
            contributions.add(1, to: 0, of: excluded)
        }
        for (number, outcome) in result.outcomes.enumerated() {
            let openFrom = result.openFrom(outcome, plan)
            if let other, number < other.outcomes.count, other.outcomes[number] == outcome {
                // A later entry of the subject may hold it open for longer, and changes nothing else.
                if other.openFrom(outcome, plan) == openFrom { continue }
            } else {
                contribute(outcome, number, of: entity, to: &contributions)
            }
            contributions.put(
                [isConverted(outcome) ? 1 : 0],
                at: [FunnelModel.open] + FunnelEntry.key(openFrom, entity.text, number))
        }
        for (number, outcome) in result.grouped.enumerated() {
            if let other, number < other.grouped.count, other.grouped[number] == outcome { continue }
            let group = contributeName(of: outcome.group, number, of: entity, to: &contributions)
            for step in 0..<plan.stepCount where outcome.reached & (1 << UInt32(step)) != 0 {
                contributions.add(1, to: step, of: group)
            }
            if let total = outcome.total {
                contributions.put(
                    Array(outcome.group.utf8),
                    at: FunnelRowKey.groupDuration(total, in: outcome.group, of: entity, number))
            }
        }
    }

    /// The total of a group. Of a long value the total has a hash in its name, and a row says what it is.
    private func contributeName(
        of value: String, _ number: Int, of entity: Tag, to contributions: inout Contributions
    ) -> Contributions.Handle {
        if value.utf8.count <= FunnelModel.longestGroup {
            return contributions.total(FunnelModel.groups, value, columns: plan.stepCount)
        }
        contributions.put(Array(value.utf8), at: FunnelRowKey.groupName(value, of: entity, number))
        return contributions.total(FunnelModel.groups, "", FunnelRowKey.hash(of: value), columns: plan.stepCount)
    }

    private func isConverted(_ outcome: FunnelSubjectResult.Outcome) -> Bool { outcome.depth == plan.requiredCount }

    /// All but how long it is open.
    private func contribute(
        _ outcome: FunnelSubjectResult.Outcome, _ number: Int, of entity: Tag, to contributions: inout Contributions
    ) {
        let counts = contributions.total(FunnelModel.counts, columns: plan.stepCount)
        var before = outcome.start
        for step in 0..<plan.stepCount {
            guard let time = outcome.times[step] else { continue }
            contributions.add(1, to: step, of: counts)
            if step > 0 { contributeTime(max(0, time - before), step, number, of: entity, to: &contributions) }
            before = time
        }
        if isConverted(outcome) {
            contributeTime(
                max(0, outcome.completion - outcome.start), plan.stepCount, number, of: entity, to: &contributions)
        }
        contributions.put(
            FunnelOutcomeRow.bytes(of: outcome),
            at: [FunnelModel.entries] + FunnelEntry.key(outcome.start, entity.text, number))
    }

    private func contributeTime(
        _ time: Int64, _ step: Int, _ number: Int, of entity: Tag, to contributions: inout Contributions
    ) {
        let part = FunnelModel.part(step)
        let times = contributions.total(FunnelModel.times, part, columns: 3)
        contributions.add(1, to: 0, of: times)
        contributions.add(time / 1_000_000, to: 1, of: times)
        contributions.add(time % 1_000_000, to: 2, of: times)
        let lengths = contributions.total(
            FunnelModel.lengths, part, String(FunnelModel.bucket(of: time) + 1000), columns: 1)
        contributions.add(1, to: 0, of: lengths)
        contributions.put([], at: FunnelRowKey.duration(time, step, of: entity, number))
    }
}
