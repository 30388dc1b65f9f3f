internal import EventLog

/// The customers of the demo company: when they register, and whom the next event is about.
///
/// Those that were leads before have the numbers after all others: each number is promised to a lead when it is
/// captured, so that lead and customer are the same person.
struct DemoCustomers {
    /// How many there will be at the end, without those that were leads: one for every twenty events.
    let planned: Int
    private let seed: UInt64
    private let events: Int
    private(set) var registered = 0
    /// How many were registered before each day so far began; a late event is about one of those.
    private var registeredBefore: [Int] = []
    /// How many numbers were promised to leads.
    private var promised = 0
    /// How many leads have registered without a gap, and which ones after the first gap.
    private var registeredLeads = 0
    private var leadsAfterGap: Set<Int> = []
    /// How many leads had registered without a gap before each day so far began.
    private var leadsRegisteredBefore: [Int] = []

    init(seed: UInt64, events: Int) {
        self.seed = seed
        self.events = events
        planned = max(1, events / 20)
    }

    /// Tells that it is `day`.
    mutating func reach(day: Int) {
        while registeredBefore.count <= day {
            registeredBefore.append(registered)
            leadsRegisteredBefore.append(registeredLeads)
        }
    }

    subscript(index: Int) -> DemoCustomer { DemoCustomer(index: index, seed: seed) }

    /// A customer known when it happened; the event happens now when nobody was.
    ///
    /// Every sixteenth is a key account: together they have nearly half of the events, once there are enough of them.
    func pick(_ moment: inout DemoMoment) -> DemoCustomer {
        var known = moment.isLate ? registeredBefore[moment.day] : registered
        if known == 0 {
            moment.happensNow()
            known = registered
        }
        if moment.random.happens(42), known >= 64 { return self[moment.random.below((known + 15) / 16) * 16] }
        let leads = moment.isLate ? leadsRegisteredBefore[moment.day] : registeredLeads
        let place = moment.random.below(known + leads)
        return self[place < known ? place : planned + place - known]
    }

    // MARK: Registering

    /// Whether the event of this number registers a customer: 15 of 100 at once, the others evenly over the years.
    func isDue(atEvent number: Int) -> Bool {
        registered < planned && registered <= planned * (15 * events + 85 * number) / (100 * events)
    }

    /// The next customer becomes known.
    mutating func register(_ moment: inout DemoMoment) throws -> NewEvent {
        let customer = self[registered]
        let isImported = registered < planned * 15 / 100
        registered += 1
        let channels = customer.region.isChinese ? Self.chineseChannels : Self.europeanChannels
        return try registration(of: customer, by: isImported ? "import" : moment.random.pick(channels), moment)
    }

    /// The index of a customer that a lead will become: it has to register some day.
    mutating func promiseToLead() -> Int {
        promised += 1
        return planned + promised - 1
    }

    /// A lead becomes the customer that was promised to it.
    mutating func registerLead(_ customer: DemoCustomer, by channel: String, _ moment: DemoMoment) throws -> NewEvent {
        leadsAfterGap.insert(customer.index - planned)
        while leadsAfterGap.remove(registeredLeads) != nil { registeredLeads += 1 }
        return try registration(of: customer, by: channel, moment)
    }

    private func registration(
        of customer: DemoCustomer, by channel: String, _ moment: DemoMoment
    ) throws -> NewEvent {
        var message = CustomerRegistered()
        message.customerID = customer.id
        message.kind = customer.isOrganisation ? .organisation : .person
        message.channel = channel
        message.attributes = [
            Attribute("region", customer.region.name), Attribute("language", customer.region.language),
        ]
        guard customer.isOrganisation else {
            let personal = personal(of: customer, source: channel)
            return try moment.event(message, about: customer, personal: personal, by: customer.owner)
        }
        message.organisationName = DemoNames.organisation(customer, seed: seed)
        return try moment.event(message, about: customer, by: customer.owner)
    }

    private func personal(of customer: DemoCustomer, source: String) -> CustomerRegisteredPersonal {
        let person = DemoNames.person(of: customer, seed: seed)
        var personal = CustomerRegisteredPersonal()
        personal.displayName = person.name
        personal.identifiers = DemoNames.identifiers(of: person, customer, source: source, seed: seed)
        return personal
    }

    private static let chineseChannels = ["wechat", "wechat", "web", "fair", "phone", "referral"]
    private static let europeanChannels = ["web", "web", "web", "fair", "phone", "referral"]
}

extension Attribute {
    init(_ name: String, _ value: String) {
        self.init()
        self.name = name
        self.value = value
    }
}
