import EventLog
@testable import Rapport
import TestSupport

/// Random definitions that pass all rules, with texts that are hard to write.
struct RandomFunnels {
    private var random: SeededGenerator
    /// Makes the events of each step and exclusion others.
    private var marks = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// Up to the longest time, in any unit.
    private mutating func duration(atMost most: Int64) -> Int64 {
        let units: [Int64] = [1, 1_000, 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000, 604_800_000_000]
        let unit = random.pick(units.filter { $0 <= most })
        return unit * Int64.random(in: 1...(most / unit), using: &random)
    }

    private mutating func text(_ letters: [String]) -> String {
        var text = ""
        for _ in 0..<number(0...8) { text += random.pick(letters) }
        return text
    }

    private mutating func line() -> String {
        text([
            "a", " ", "\"", "\\", "'", ":", "{", "#", "é", "e\u{301}", "漢", "张", "🙂", "\u{2028}", "~", "-", "*", "?",
            "&",
        ])
    }

    private mutating func anyText() -> String {
        text([
            "a", " ", "\"", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{7F}", "\u{85}", "\u{2029}", "漢", "🙂", "\u{FFFF}",
        ])
    }

    // MARK: A definition

    mutating func funnel() throws -> FunnelDefinition {
        let count = random.happens(5) ? 32 : number(2...5)
        let order = random.pick(FunnelDefinition.Order.allCases)
        var funnel = FunnelDefinition(name: random.pick(["a", "checkout-2", "0-0", "from-lead-to-order"]), steps: [])
        funnel.order = order
        funnel.title = line()
        funnel.counting = random.pick(FunnelDefinition.Counting.allCases)
        if funnel.counting != .total { funnel.reentry = random.pick(FunnelDefinition.Reentry.allCases) }
        if random.happens(70) {
            let isOfSessions = random.happens(30)
            funnel.window =
                isOfSessions
                ? .sessions(number(1...10_000)) : .time(duration(atMost: FunnelDefinition.Window.longest))
        }
        let longest = funnel.window.longestTime
        for index in 0..<count {
            var step = FunnelDefinition.Step(name: line() + "\(index)", events: try events(isFirst: index == 0))
            step.occurrence = random.pick(FunnelDefinition.Occurrence.allCases)
            if order != .any, index > 0 {
                step.isOptional = index < count - 1 && random.happens(30)
                step.within = random.happens(30) ? duration(atMost: longest) : nil
            }
            funnel.steps.append(step)
        }
        if order == .strict {
            funnel.scope = try types()
            funnel.repeatBreaks = random.happens(50)
        }
        if funnel.usesSessions, random.happens(70) {
            funnel.sessions =
                random.happens(50)
                ? .gap(duration(atMost: FunnelDefinition.Window.longest)) : .property(.field("session"))
        }
        if random.happens(20) { funnel.subject = .entity(kind: "case") }
        if random.happens(20) { funnel.subject = .property(property()) }
        for _ in 0..<number(0...3) { funnel.held.append(property()) }
        try addExclusions(to: &funnel)
        let canHaveGrace = order != .any || !funnel.exclusions.isEmpty
        if canHaveGrace, random.happens(30) { funnel.grace = duration(atMost: longest) }
        addRange(to: &funnel)
        addBreakdown(to: &funnel)
        return funnel
    }

    private mutating func addExclusions(to funnel: inout FunnelDefinition) throws {
        let required = funnel.steps.indices.filter { !funnel.steps[$0].isOptional }.map { $0 + 1 }
        for _ in 0..<number(0...2) {
            var (after, before) = (1, funnel.steps.count)
            if funnel.order != .any, random.happens(50) {
                let first = number(0...(required.count - 2))
                (after, before) = (required[first], required[number((first + 1)...(required.count - 1))])
            }
            funnel.exclusions.append(.init(events: try events(isFirst: false), after: after, before: before))
        }
        if funnel.exclusions.isEmpty { return }
        funnel.exclusionMode = random.pick(FunnelDefinition.ExclusionMode.allCases)
    }

    private mutating func addRange(to funnel: inout FunnelDefinition) {
        let calendar: ZonedCalendar
        funnel.zone = random.pick(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York"])
        do {
            calendar = try ZonedCalendar(zone: funnel.zone)
        } catch {
            return
        }
        let from = random.pick(["2026-01-01", "1960-02-29", "0001-01-01T00:00:00.000001+14:00"])
        let to = random.pick(["2026-01-03", "9999-12-31T23:59:59.999Z", "2026-03-29T02:30:00+02:00"])
        if random.happens(50) { funnel.from = FunnelDefinition.Bound(from, in: calendar) }
        if random.happens(50) { funnel.to = FunnelDefinition.Bound(to, in: calendar) }
        funnel.clipsToRange = funnel.to != nil && random.happens(30)
    }

    private mutating func addBreakdown(to funnel: inout FunnelDefinition) {
        if random.happens(40) { return }
        var attributions = [FunnelDefinition.Attribution.first, .all]
        if funnel.order != .any {
            attributions += [.last, .firstDefined, .lastDefined, .step(1), .step(funnel.steps.count)]
        }
        var breakdown = FunnelDefinition.Breakdown(property: property())
        breakdown.attribution = random.pick(attributions)
        breakdown.mostGroups = random.pick([1, 25, 1_000])
        let isOfFirst = breakdown.attribution == .first || breakdown.attribution == .step(1)
        breakdown.isPerSegment = funnel.counting == .unique && isOfFirst && random.happens(50)
        funnel.breakdown = breakdown
    }

    // MARK: Events

    private mutating func types() throws -> [EventType] {
        let all = [
            TouchpointRecorded.eventType, OrderPlaced.eventType, try EventType("shop.ParcelSent"),
            try EventType("店铺.已发货"),
        ]
        var types: [EventType] = []
        for _ in 0..<number(1...3) { types.append(random.pick(all)) }
        return types
    }

    /// Events of the first step are touchpoints, so that each property of ``property()`` is known of one step.
    private mutating func events(isFirst: Bool) throws -> FunnelDefinition.Matcher {
        marks += 1
        var events = FunnelDefinition.Matcher(types: isFirst ? [TouchpointRecorded.eventType] : try types())
        events.conditions = [EventCondition(.tag(kind: "mark"), .isOneOf(["\(marks)"]))]
        if isFirst, random.happens(20) { events.conditions.append(EventCondition(.field("properties[计划]"), test())) }
        if random.happens(50) {
            let properties = [EventProperty.actor, .source, .type, .tag(kind: "活动")]
            events.conditions.append(EventCondition(random.pick(properties), test()))
        }
        return events
    }

    private mutating func property() -> EventProperty {
        random.pick([EventProperty.actor, .source, .type, .tag(kind: "campaign"), .field("channel")])
    }

    private mutating func test() -> EventCondition.Test {
        switch number(0...7) {
        case 0: return .isOneOf([anyText(), anyText()])
        case 1: return .isNoneOf([anyText()])
        case 2: return .exists
        case 3: return .isMissing
        case 4: return .isBetween(Int64.min, random.happens(50) ? Int64.max : nil)
        case 5: return .isBetween(nil, Int64(number(-5...5)))
        case 6: return .contains("x" + anyText())
        default: return .startsWith("x" + anyText())
        }
    }
}
