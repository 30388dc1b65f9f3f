internal import EventLog

/// Runs the engine over the events of one subject after the other, and counts what becomes of them. For one thread.
struct SubjectCounter {
    private let definition: FunnelDefinition
    private let rules: FunnelStreamRules
    private let engine: FunnelEngine
    /// For each period of the trend an engine that lets attempts begin in it alone.
    private var periodEngines: [CalendarPeriod: FunnelEngine] = [:]
    private(set) var tally: BehaviourTally

    init(_ definition: FunnelDefinition, _ tally: BehaviourTally) {
        self.definition = definition
        self.tally = tally
        rules = FunnelStreamRules(definition)
        engine = FunnelEngine(FunnelPlan(definition))
    }

    /// Makes the events of a subject a stream.
    func arrange(_ events: inout [FunnelEvent]) { rules.arrange(&events) }

    /// What becomes of a subject; its events are put in order.
    func run(_ events: inout [FunnelEvent]) -> FunnelResult {
        rules.arrange(&events)
        return engine.run(sorted: events)
    }

    /// Counts a subject.
    ///
    /// - Throws: `SumOverflow`.
    mutating func count(_ events: inout [FunnelEvent]) throws {
        try tally.add(run(&events))
        try countPeriods(events)
    }

    /// Counts a subject whose events are in order in the periods of the trend: each is a range of entries of its own.
    mutating func countPeriods(_ events: [FunnelEvent]) throws {
        if tally.trend == nil { return }
        var seen: Set<CalendarPeriod> = []
        for event in events where engine.isEntry(event) {
            guard let period = tally.period(of: event.time), seen.insert(period).inserted else { continue }
            try tally.add(periodEngine(period).run(sorted: events), inPeriod: period.label)
        }
    }

    private mutating func periodEngine(_ period: CalendarPeriod) -> FunnelEngine {
        if let known = periodEngines[period] { return known }
        var plan = FunnelPlan(definition)
        let entries = tally.entries(of: period)
        // What clips the whole funnel clips its periods at the same time.
        plan.clipsAt = plan.clipsAt ?? plan.to
        plan.from = entries.lowerBound
        plan.to = entries.upperBound
        plan.attribution = nil
        let engine = FunnelEngine(plan)
        periodEngines[period] = engine
        return engine
    }
}
