@testable import Rapport
import TestSupport

/// Small random streams, and plans to count them by: the same for a seed everywhere.
///
/// There are few moments, so that many events are tied, some before 1970; events that are several steps at once;
/// events without a value, in no session, of an exclusion, of nothing at all.
struct FunnelStreams {
    private var random: SeededGenerator
    /// Microseconds between two moments.
    private var unit: Int64 = 1
    /// The first moment and how many more there are, in units.
    private var first: Int64 = 0
    private var spread = 0

    /// So long that a few sessions take more than the longest window.
    private static let months: Int64 = 61 * 86_400_000_000

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A plan, and events by time and position.
    mutating func trial(_ mode: FunnelMode) -> (plan: FunnelPlan, events: [FunnelEvent]) {
        first = one(of: [0, 0, 0, -4, -1000, 1000])
        spread = one(of: [1, 3, 6, 12, 20])
        let plan = randomPlan(mode)
        return (plan, stream(for: plan))
    }

    // MARK: Chance

    private mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[number(in: 0...elements.count - 1)]
    }

    /// True in `percent` of 100 cases.
    private mutating func happens(_ percent: Int) -> Bool { number(in: 0...99) < percent }

    private mutating func moment() -> Int64 { (first + Int64(number(in: 0...spread))) * unit }

    // MARK: Plans

    private mutating func randomPlan(_ mode: FunnelMode) -> FunnelPlan {
        var plan = FunnelPlan(stepCount: one(of: [2, 3, 3, 4, 4]), window: Int64(number(in: 1...12)))
        plan.order = mode.order
        plan.counting = mode.counting
        plan.reentry = mode.reentry ?? one(of: FunnelDefinition.Reentry.allCases)
        unit = 1
        if happens(20) {
            unit = one(of: [1, Self.months])
            plan.window = FunnelDefinition.Window.longest
            plan.sessionWindow = number(in: 1...3)
        }
        if happens(30) { plan.grace = Int64(number(in: 1...3)) * unit }
        if mode.order != .any { setSteps(of: &plan) }
        setExclusions(of: &plan)
        plan.holds = happens(25)
        if mode.order == .strict { plan.repeatBreaks = happens(50) }
        setRange(of: &plan)
        if happens(50) { setBreakdown(of: &plan) }
        return plan
    }

    private mutating func setSteps(of plan: inout FunnelPlan) {
        for step in 1..<plan.stepCount where happens(25) { plan.optional |= 1 << UInt32(step) }
        for step in 1..<plan.stepCount where happens(20) { plan.within[step] = Int64(number(in: 1...6)) * unit }
    }

    private mutating func setExclusions(of plan: inout FunnelPlan) {
        let order = plan.order
        let steps = (0..<plan.stepCount).filter { !plan.isOptional($0) }
        guard steps.count > 1 else { return }
        for _ in 0..<one(of: [0, 1, 1, 2]) {
            let before = order == .any ? steps.count - 1 : number(in: 1...steps.count - 1)
            let after = order == .any ? 0 : number(in: 0...before - 1)
            plan.exclusions.append(.init(after: steps[after], before: steps[before]))
        }
        plan.dropsSubject = happens(50)
    }

    private mutating func setRange(of plan: inout FunnelPlan) {
        if happens(15) { plan.from = moment() }
        guard happens(25) else { return }
        let to = moment()
        plan.to = max(to, (plan.from ?? to - unit) + unit)
        plan.clips = happens(50)
    }

    private mutating func setBreakdown(of plan: inout FunnelPlan) {
        let choices: [FunnelDefinition.Attribution] =
            plan.order == .any
            ? [.first, .all]
            : [.first, .last, .firstDefined, .lastDefined, .all, .step(1), .step(number(in: 2...plan.stepCount))]
        let attribution = one(of: choices)
        plan.attribution = attribution
        if plan.counting == .unique, attribution == .first || attribution == .step(1) {
            plan.isPerSegment = happens(50)
        }
    }

    // MARK: Streams

    private mutating func stream(for plan: FunnelPlan) -> [FunnelEvent] {
        let count = max(number(in: 0...12), number(in: 0...12))
        var events: [FunnelEvent] = []
        for _ in 0..<count { events.append(FunnelEvent(time: moment(), position: 0)) }
        events.sort { $0.time < $1.time }
        let positions = (0..<count).map { UInt64(3 * $0 + 1) }.shuffled(using: &random)
        // One step after the other, as a rule.
        let isOrderly = happens(50)
        let exclusionRate = one(of: [10, 20, 40])
        for index in events.indices {
            events[index].position = positions[index]
            let isNext = isOrderly && happens(70)
            events[index].steps = isNext ? 1 << UInt32(index % plan.stepCount) : randomSteps(plan)
            for bit in plan.exclusions.indices where happens(exclusionRate) {
                events[index].exclusions |= 1 << UInt32(bit)
            }
            // Only what is in strict order something else comes in no other stream.
            if plan.order != .strict, events[index].steps == 0, events[index].exclusions == 0 {
                events[index].steps = 1 << UInt32(number(in: 0...plan.stepCount - 1))
            }
            events[index].held = one(of: [0, 1, 1, 1, 2, 2])
            events[index].group = one(of: [0, 1, 1, 2])
        }
        events.sort { ($0.time, $0.position) < ($1.time, $1.position) }
        setSessions(of: &events)
        return events
    }

    private mutating func randomSteps(_ plan: FunnelPlan) -> UInt32 {
        switch number(in: 1...10) {
        case 1...6: 1 << UInt32(number(in: 0...plan.stepCount - 1))
        case 7...8: UInt32(number(in: 1...(1 << plan.stepCount) - 1))
        default: 0
        }
    }

    /// By the gap between events, or by a property that some lack.
    private mutating func setSessions(of events: inout [FunnelEvent]) {
        if happens(50) {
            let gap = Int64(number(in: 0...4)) * unit
            var session: Int32 = 0
            for index in events.indices {
                if index > 0, events[index].time - events[index - 1].time > gap { session += 1 }
                events[index].session = session
            }
        } else {
            var sessions: [Int] = []
            for index in events.indices where happens(80) {
                let value = number(in: 0...3)
                if !sessions.contains(value) { sessions.append(value) }
                events[index].session = Int32(sessions.firstIndex(of: value) ?? 0)
            }
        }
    }
}
