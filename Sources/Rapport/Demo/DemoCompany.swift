public import EventLog

/// A made-up company and its customers: events as realistic as random numbers allow, for demonstrations, tests and
/// benchmarks.
///
/// The same seed and number of events give the same bytes, on every machine and at any time. The company sells
/// packaging from Shanghai to Dublin between 2024-01-01 and 2026-06-30: leads are captured and customers register,
/// staff keep in touch with them, deals are opened and won or lost, orders are placed, promised and delivered, cases
/// are opened and solved, surveys are answered, people complain and suggest. About one event in a hundred is written
/// down days after it happened. Nobody in it exists; e-mail addresses and European numbers are of ranges kept for
/// examples and fiction, and Chinese numbers have a prefix that is not in use.
///
/// Memory does not grow with the number of customers: what is known of one is drawn again from the seed and its number.
/// Only what something will still happen to is kept, deals and orders above all: about one thing for every 150 events.
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
    private let identifiers: DemoIdentifiers
    private var interactions = DemoInteractions()
    private var touchpoints = DemoTouchpoints()
    private var surveys = DemoSurveys()
    private var voice = DemoVoice()
    private var followUps = DemoFollowUps()
    private var leads: DemoLeads
    private var deals = DemoDeals()
    private var orders: DemoOrders
    private var cases = DemoCases()
    private var serviceLevels = DemoServiceLevels()

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
        identifiers = DemoIdentifiers(seed: seed)
        customers = DemoCustomers(seed: seed, events: events)
        leads = DemoLeads(seed: seed)
        orders = DemoOrders(seed: seed)
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

    /// How many deals, orders, cases and other things are kept in memory.
    package var keptInMemory: Int {
        deals.inMemory + orders.inMemory + cases.inMemory + leads.inMemory + surveys.inMemory + touchpoints.inMemory
            + followUps.inMemory
    }

    private mutating func nextEvent() throws -> NewEvent {
        var moment = nextMoment()
        defer { made += 1 }
        if made == 0 {
            moment.happensNow()
            return try moment.event(DemoPipeline.definition(), about: [DemoPipeline.tag], by: "S-01")
        }
        customers.reach(day: moment.today)
        if customers.isDue(atEvent: made) { return try customers.register(&moment) }
        if let step = try nextStep(&moment) { return step }
        return try nextBeginning(&moment)
    }

    /// What is due of all that has begun; nil when nothing is. Those who wait for help come first.
    private mutating func nextStep(_ moment: inout DemoMoment) throws -> NewEvent? {
        if let step = try cases.takeStep(&moment, customers) { return step }
        if let step = try leads.takeStep(&moment, &customers, &deals, &interactions, &touchpoints) { return step }
        if let step = try deals.takeStep(&moment, customers, &orders) { return step }
        if let step = try orders.takeStep(&moment, customers) { return step }
        if let step = try surveys.takeStep(&moment, customers, &followUps) { return step }
        if let step = try touchpoints.takeStep(&moment, customers) { return step }
        return try followUps.takeStep(&moment, customers)
    }

    /// Something that nobody had planned. The shares are such that about half of all events are steps of what has
    /// begun.
    private mutating func nextBeginning(_ moment: inout DemoMoment) throws -> NewEvent {
        let kind = moment.random.below(1000)
        if kind < 37 { return try leads.capture(&moment, &customers, deals) }
        let customer = customers.pick(&moment)
        switch kind {
        case ..<93: return try deals.open(with: customer, &moment)
        case ..<137: return try orders.place(by: customer, &moment)
        case ..<176: return try cases.open(with: customer, &moment)
        case ..<255: return try touchpoints.next(of: customer, &moment)
        case ..<277: return try voice.complain(customer, &moment, &cases, &followUps)
        case ..<295: return try voice.suggest(customer, &moment, &followUps)
        case ..<306: return try identifiers.link(customer, &moment, &followUps)
        case ..<401: return try profileChanges.next(about: customer, &moment)
        case ..<533: return try surveys.next(of: customer, &moment, &followUps)
        default: return try talk(with: customer, &moment)
        }
    }

    /// A talk that nobody had planned, unless something is to be promised, which takes its place.
    private mutating func talk(with customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        if let definition = try serviceLevels.next(&moment) { return definition }
        if let promise = try orders.takePromise(&moment, customers) { return promise }
        return try interactions.next(with: customer, &moment)
    }

    private mutating func nextMoment() -> DemoMoment {
        var random = DemoRandom(seed: company, .event, made)
        let fraction = Double(random.below(1 << 20)) / Double(1 << 20)
        now = max(now, clock.time(ofEvent: made, plus: fraction))
        return DemoMoment(number: made, now: now, company: company, random: random)
    }
}
