import EventLog
import Rapport

/// What people do on a web site in ninety days, visit by visit, in order of time but for some minutes.
///
/// A visit has five events on average, five minutes apart. It begins somewhere in the funnel, and half of its events go
/// a step further.
struct VisitSample {
    /// What tells the events of a step from others.
    enum Form: Sendable {
        /// A tag and the name in the data: all are of one type.
        case touchpoints
        /// The type, an integrator's own.
        case ownTypes
    }

    /// The steps of the funnels, in their order.
    static let steps = ["viewed", "tried", "asked", "ordered", "paid"]
    /// What no step is, and funnels may exclude.
    static let cancelled = "cancelled"
    /// Each person has one of these.
    static let plans = ["free", "basic", "pro", "team"]

    private static let names = steps + ["read", "searched", "shared", "compared", "rated", cancelled]
    private static let attributes: [Attribute] = plans.map { plan in
        var attribute = Attribute()
        attribute.name = "plan"
        attribute.value = plan
        return attribute
    }
    private static let start: Int64 = 1_767_225_600_000_000  // 2026-01-01T00:00:00Z
    private static let minute: Int64 = 60_000_000
    /// Of a log that is full.
    private static let length = 90 * 1440 * minute
    private static let mostPeople = 50_000
    /// How much earlier than the event before it one may have happened.
    private static let disorder = 2 * minute

    private struct Visit {
        /// The number of the session.
        let number: Int
        let person: Int
        /// The step that comes next.
        var step: Int
    }

    private let form: Form
    /// Microseconds from one event to the next.
    private let distance: Double
    private let customers: [(id: String, tag: Tag)]
    private let tags = VisitSample.names.map { Tag(unchecked: "touchpoint:" + $0) }
    private let types = VisitSample.names.map { VisitSample.type(of: $0) }
    private var random = SplitMix(state: 31)
    /// Those that are going on.
    private var visits: [Visit] = []
    private var visitCount = 0
    private var eventCount = 0

    /// - Parameter events: how many there are in ninety days; a twentieth as many people, and 50,000 at most.
    init(_ form: Form, events: Int) {
        self.form = form
        distance = Double(Self.length) / Double(events)
        let people = min(max(20, events / 20), Self.mostPeople)
        customers = (0..<people).map { number in (id: "C-\(number)", tag: Tag(unchecked: "customer:C-\(number)")) }
        for _ in 0..<max(1, Int(Double(5 * Self.minute) / distance)) {
            let visit = makeVisit()
            visits.append(visit)
        }
    }

    /// An integrator's own type for what people do.
    static func type(of name: String) -> EventType { EventType(unchecked: "bench." + name) }

    /// When the last event was made.
    var now: Timestamp { Timestamp(microseconds: Self.start + Int64(Double(eventCount) * distance)) }

    /// The next events; there is no end of them.
    mutating func next(_ count: Int) throws -> [NewEvent] {
        try (0..<count).map { _ in try nextEvent() }
    }

    private mutating func nextEvent() throws -> NewEvent {
        let number = Int.random(in: 0..<visits.count, using: &random)
        if Int.random(in: 0..<5, using: &random) == 0 {
            let visit = makeVisit()
            visits[number] = visit
        }
        let name = nextName(in: number)
        eventCount += 1
        let occurredAt = now.advanced(byMicroseconds: -Int64.random(in: 0..<Self.disorder, using: &random))
        return try event(of: visits[number], name, at: occurredAt)
    }

    private mutating func makeVisit() -> Visit {
        visitCount += 1
        let step = Int.random(in: 0..<Self.steps.count, using: &random)
        return Visit(
            number: visitCount, person: Int.random(in: 0..<customers.count, using: &random),
            step: Int.random(in: 0...step, using: &random))
    }

    /// The number of what happens next in a visit.
    private mutating func nextName(in number: Int) -> Int {
        let step = visits[number].step
        guard step < Self.steps.count, Bool.random(using: &random) else {
            return Int.random(in: Self.steps.count..<Self.names.count, using: &random)
        }
        visits[number].step += 1
        return step
    }

    private func event(of visit: Visit, _ name: Int, at occurredAt: Timestamp) throws -> NewEvent {
        let customer = customers[visit.person]
        guard form == .touchpoints else {
            return NewEvent(type: types[name], tags: [customer.tag], occurredAt: occurredAt)
        }
        var message = TouchpointRecorded()
        message.customerID = customer.id
        message.name = Self.names[name]
        message.channel = "web"
        message.session = "S-\(visit.number)"
        message.properties = [Self.attributes[visit.person % Self.attributes.count]]
        return try NewEvent(message, about: [customer.tag, tags[name]], occurredAt: occurredAt)
    }
}
