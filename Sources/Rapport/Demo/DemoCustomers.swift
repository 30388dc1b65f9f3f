internal import EventLog

/// The customers of the demo company: when they register, and whom the next event is about.
struct DemoCustomers {
    /// How many there will be at the end: one for every twenty events.
    let planned: Int
    private let seed: UInt64
    private let events: Int
    private(set) var registered = 0
    /// How many were registered before each day so far began; a late event is about one of those.
    private var registeredBefore: [Int] = []

    init(seed: UInt64, events: Int) {
        self.seed = seed
        self.events = events
        planned = max(1, events / 20)
    }

    /// Tells that it is `day`.
    mutating func reach(day: Int) {
        while registeredBefore.count <= day { registeredBefore.append(registered) }
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
        let isKeyAccount = moment.random.happens(42) && known >= 64
        return self[isKeyAccount ? moment.random.below((known + 15) / 16) * 16 : moment.random.below(known)]
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
        var message = CustomerRegistered()
        message.customerID = customer.id
        message.kind = customer.isOrganisation ? .organisation : .person
        let channels = customer.region.isChinese ? Self.chineseChannels : Self.europeanChannels
        message.channel = isImported ? "import" : moment.random.pick(channels)
        message.attributes = [
            Attribute("region", customer.region.name), Attribute("language", customer.region.language),
        ]
        guard customer.isOrganisation else {
            let personal = personal(of: customer, source: message.channel, &moment)
            return try moment.event(message, about: customer, personal: personal, by: customer.owner)
        }
        message.organisationName = DemoNames.organisation(customer, seed: seed)
        return try moment.event(message, about: customer, by: customer.owner)
    }

    private func personal(
        of customer: DemoCustomer, source: String, _ moment: inout DemoMoment
    ) -> CustomerRegisteredPersonal {
        let person = DemoNames.person(of: customer, seed: seed)
        var personal = CustomerRegisteredPersonal()
        personal.displayName = person.name
        personal.identifiers = DemoNames.identifiers(of: person, customer, source: source, &moment.random)
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
