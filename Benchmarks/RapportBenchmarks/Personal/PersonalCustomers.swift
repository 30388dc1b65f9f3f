import EventLog
import Projection
import Rapport
import Sealing

/// A CRM of many customers with names and numbers: building the look-up, profiles, erasing one of them and many.
struct PersonalCustomers {
    private let place: String
    private let rounds: Int
    private let isSmoke: Bool
    private let masterKey: MasterKeySource
    private let customers: Int
    /// Persons that are erased at once.
    private let mass: Int

    init(in place: String, _ options: BenchmarkOptions, _ masterKey: MasterKeySource) {
        self.place = place
        rounds = min(options.rounds, 3)
        isSmoke = options.isSmoke
        self.masterKey = masterKey
        customers = options.isSmoke ? 1000 : 100_000
        mass = options.isSmoke ? 100 : 10_000
    }

    func run() async throws {
        try await fill()
        try await compareRebuilds()
        let crm = try await opened(place + "/sealed")
        defer { crm.close() }
        try await profiles(crm)
        try await names(crm)
        let keys = Folder.bytes(place + "/sealed/keys")
        line(
            "key store of \(customers) customers, two keys each",
            "\(number(Double(keys) / Double(customers))) bytes a customer")
        try await erase(crm)
    }

    // MARK: The customers

    /// The same events into a log whose parts are sealed and into one whose parts are in clear.
    private func fill() async throws {
        let sealed = try EventLog(at: place + "/sealed")
        let personal = PersonalData(of: sealed, masterKey: masterKey)
        let clear = try EventLog(at: place + "/clear")
        for start in stride(from: 0, to: customers, by: 1000) {
            var events: [NewEvent] = []
            for number in start..<min(start + 1000, customers) { events += try Self.events(of: number) }
            try await sealed.append(events)
            try await clear.append(events)
        }
        sealed.close()
        personal.close()
        clear.close()
    }

    private static func id(_ number: Int) -> String { "C-\(number)" }

    /// A registration and a talk, each with a personal part.
    private static func events(of number: Int) throws -> [NewEvent] {
        let customer = try Tag.customer(id(number))
        var registration = CustomerRegistered()
        registration.customerID = id(number)
        registration.kind = .person
        registration.channel = "web"
        var phone = Identifier()
        phone.type = .phone
        phone.value = "+49 30 \(1_000_000 + number)"
        var person = CustomerRegisteredPersonal()
        person.displayName = "Customer \(number) of Berlin"
        person.identifiers = [phone]
        var talk = InteractionLogged()
        talk.interactionID = "I-\(number)"
        talk.customerID = id(number)
        talk.channel = "phone"
        var said = InteractionLoggedPersonal()
        said.summary = "Asked for the price of \(number) boxes, and when they could be there."
        return [
            try NewEvent(registration, about: [customer], personal: person, of: customer),
            try NewEvent(talk, about: [customer], personal: said, of: customer),
        ]
    }

    private func opened(_ path: String) async throws -> Rapport {
        let crm = try Rapport(at: path, masterKey: masterKey)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        return crm
    }

    // MARK: Looking

    /// The look-up is the only read model that opens parts when it is built. One log after the other: each has all
    /// threads.
    private func compareRebuilds() async throws {
        var medians: [Double] = []
        for folder in ["sealed", "clear"] {
            let crm = try await opened(place + "/" + folder)
            var taken: [Double] = []
            for _ in 0..<rounds { taken.append(try seconds { try crm.projections.rebuild(["search"]) }) }
            crm.close()
            let events = Double(2 * customers)
            medians.append(Spread(taken).median)
            line("rebuild of search, parts \(folder)", "\(Spread(taken.map { events / $0 }).text) events/s")
        }
        line("rebuild of search, sealed of in clear", number(medians[1] / medians[0]))
    }

    /// The first time each person's access is noted, durably; in the same hour it is known.
    private func profiles(_ crm: Rapport) async throws {
        let times = isSmoke ? 20 : 500
        var random = SplitMix(state: 44)
        let chosen = (0..<times).map { _ in Self.id(Int.random(in: 0..<customers, using: &random)) }
        for name in ["for the first time", "again in the same hour"] {
            var taken: [Double] = []
            for customer in chosen {
                let start = uptime()
                let profile = try await crm.profile(of: customer)
                taken.append(milliseconds(since: start))
                guard profile?.value(of: "name") != nil else { throw Disagreement("\(customer) has no name") }
            }
            line("profile with personal values, \(name)", quantiles([("p50", 0.5), ("p99", 0.99)], of: taken))
        }
    }

    private func names(_ crm: Rapport) async throws {
        var random = SplitMix(state: 45)
        var taken: [Double] = []
        for _ in 0..<(isSmoke ? 5 : 200) {
            let text = "customer \(Int.random(in: 0..<customers, using: &random))"
            let start = uptime()
            let found = try await crm.find(text)
            taken.append(milliseconds(since: start))
            guard found.total > 0 else { throw Disagreement("nobody is found by \(text)") }
        }
        line("find by a part of a name", quantiles([("p50", 0.5), ("p99", 0.99)], of: taken))
    }

    // MARK: Erasing

    /// From the plan until nothing of the persons is left: keys, rows, receipt.
    private func erase(_ crm: Rapport) async throws {
        var single: [Double] = []
        for round in 0..<rounds {
            single.append(try await seconds { try await Self.erase([Self.id(round)], in: crm) })
        }
        line("erase one person", "\(Spread(single).text) s")
        let many = (0..<mass).map { Self.id(customers - 1 - $0) }
        let taken = try await seconds { try await Self.erase(many, in: crm) }
        line(
            "erase \(mass) persons at once",
            "\(number(taken)) s, \(number(taken * 1000 / Double(mass))) ms a person")
        let last = try await crm.profile(of: Self.id(customers - 1))
        guard last?.value(of: "name") == nil else { throw Disagreement("the name of somebody erased is still there") }
    }

    private static func erase(_ ids: [String], in crm: Rapport) async throws {
        let persons = try ids.map { try Tag.customer($0) }
        let plan = try crm.planErasure(of: persons, only: false, reason: "request", requestEventID: nil)
        _ = try await crm.erase(plan)
    }
}
