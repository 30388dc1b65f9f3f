public import EventLog

/// A made-up company and its customers: events as realistic as random numbers allow, for demonstrations, tests and
/// benchmarks.
///
/// The same seed and number of events give the same bytes, on every machine and at any time. The company sells
/// packaging from Shanghai to Dublin between 2024-01-01 and 2026-06-30: customers register, staff keep in touch with
/// them, deals are opened and won or lost, surveys are answered. About one event in a hundred is written down days
/// after it happened. Nobody in it exists; e-mail addresses and European numbers are of ranges kept for examples and
/// fiction, and Chinese numbers have a prefix that is not in use.
///
/// Memory does not grow with the number of customers: what is known of one is drawn again from the seed and its number.
/// Only deals that something will still happen to are kept, about one for every 300 events.
public struct DemoCompany: Sendable {
    /// How many events there are in all.
    public let events: Int
    /// How many of them have been handed out.
    public private(set) var made = 0

    private let seed: UInt64
    private let company: UInt64
    private let clock: DemoClock
    private let profileChanges: DemoProfileChanges
    private var now = DemoClock.start
    private var customers: DemoCustomers
    private var interactions = DemoInteractions()
    private var surveys = DemoSurveys()
    private var deals = DemoDeals()

    /// A company with a history of `events` events; another seed gives another one.
    ///
    /// - Precondition: `events` is not negative, and at most a thousand million.
    public init(seed: UInt64 = 1, events: Int) {
        precondition((0...1_000_000_000).contains(events), "0 to 1,000,000,000 events, not \(events)")
        self.events = events
        self.seed = seed
        var random = DemoRandom(seed: seed, .company, events)
        company = random.next()
        clock = DemoClock(events: events)
        profileChanges = DemoProfileChanges(seed: seed)
        customers = DemoCustomers(seed: seed, events: events)
    }

    /// The next events in the order in which they were written down; nil when there are no more.
    ///
    /// - Parameter limit: how many at most, 1 or more.
    /// - Throws: what SwiftProtobuf says of a message that cannot be serialized.
    public mutating func nextBatch(_ limit: Int) throws -> [NewEvent]? {
        precondition(limit > 0, "a batch of 1 or more events, not \(limit)")
        guard made < events else { return nil }
        var batch: [NewEvent] = []
        batch.reserveCapacity(min(limit, events - made))
        while batch.count < limit, made < events { batch.append(try nextEvent()) }
        return batch
    }

    /// How many deals are kept in memory.
    package var dealsInMemory: Int { deals.inMemory }

    private mutating func nextEvent() throws -> NewEvent {
        var moment = nextMoment()
        defer { made += 1 }
        if made == 0 {
            moment.happensNow()
            return try moment.event(DemoPipeline.definition(), about: DemoPipeline.tag, by: "S-01")
        }
        customers.reach(day: moment.today)
        if customers.isDue(atEvent: made) { return try customers.register(&moment) }
        if let step = try deals.takeStep(&moment, customers) { return step }
        let customer = customers.pick(&moment)
        switch moment.random.below(1000) {
        case ..<80: return try deals.open(with: customer, &moment)
        case ..<200: return try profileChanges.next(about: customer, &moment)
        case ..<380: return try surveys.next(of: customer, &moment)
        default: return try interactions.next(with: customer, &moment)
        }
    }

    private mutating func nextMoment() -> DemoMoment {
        var random = DemoRandom(seed: company, .event, made)
        let fraction = Double(random.below(1 << 20)) / Double(1 << 20)
        now = max(now, clock.time(ofEvent: made, plus: fraction))
        return DemoMoment(number: made, now: now, company: company, random: random)
    }
}
