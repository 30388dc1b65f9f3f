import EventLog
import Projection
import Rapport

/// What it costs that persons merge and part, in a log of the demo company: until every read model shows it, by the
/// number of events touched; and who is who, of many merges.
struct IdentityBenchmark {
    private let options: BenchmarkOptions
    private let rounds: Int

    init(_ options: BenchmarkOptions) {
        self.options = options
        rounds = min(options.rounds, options.isSmoke ? 1 : 5)
    }

    func run() async throws {
        let masterKey = try PersonalBenchmark.masterKey()
        let crm = try Rapport(at: options.place + "/crm", masterKey: masterKey)
        defer { crm.close() }
        let feed = DemoFeed(events: options.events)
        try await feed.fill(crm.log, with: options.events)
        try await settle(crm)
        for count in options.isSmoke ? [20] : [10, 50, 200, 1000, 5000] { try await merge(crm, events: count) }
        try await rules(crm)
        try await many(crm)
    }

    private func settle(_ crm: Rapport) async throws {
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
    }

    // MARK: One merge

    /// Two customers with so many events each; the first round, which loads rows into memory, is left out.
    private func merge(_ crm: Rapport, events count: Int) async throws {
        var merges: [Double] = []
        var unmerges: [Double] = []
        for round in 0...rounds {
            let ids = ["M-\(count)-\(round)-a", "M-\(count)-\(round)-b"]
            for id in ids { try await register(id, events: count, in: crm) }
            try await settle(crm)
            let before = try digests(of: crm, unless: round > 0)
            var receipt: MergeReceipt?
            let merging = try await milliseconds {
                receipt = try await crm.mergeCustomers(ids[0], ids[1], reason: "benchmark")
                try await settle(crm)
            }
            guard let receipt else { continue }
            let unmerging = try await milliseconds {
                try await crm.unmergeCustomers(merge: .event(receipt.eventID), reason: "benchmark")
                try await settle(crm)
            }
            guard try digests(of: crm, unless: round > 0) == before else {
                throw Disagreement("the read models are not what they were before the merge")
            }
            if round == 0 { continue }
            merges.append(merging)
            unmerges.append(unmerging)
        }
        line("merge of two with \(count) events each, all models", "\(Spread(merges).text) ms")
        line("unmerge, all models", "\(Spread(unmerges).text) ms")
    }

    private func milliseconds(_ body: () async throws -> Void) async rethrows -> Double {
        try await seconds(body) * 1000
    }

    private func digests(of crm: Rapport, unless isKnown: Bool) throws -> [String] {
        if isKnown { return [] }
        return try crm.projections.names.map { try crm.projections.digest(of: $0).digest }
    }

    /// A customer with orders, deals, cases and talks: five events a round of them.
    private func register(_ id: String, events count: Int, in crm: Rapport) async throws {
        let customer = try Tag.customer(id)
        var events: [NewEvent] = []
        var registration = CustomerRegistered()
        registration.customerID = id
        registration.kind = .person
        registration.channel = "web"
        events.append(try NewEvent(registration, about: [customer]))
        var number = 0
        while events.count < count {
            events += try Self.story(of: id, customer, number)
            number += 1
        }
        for start in stride(from: 0, to: count, by: 1000) {
            try await crm.log.append(Array(events[start..<min(start + 1000, count)]))
        }
    }

    private static func story(of id: String, _ customer: Tag, _ number: Int) throws -> [NewEvent] {
        var talk = InteractionLogged()
        talk.interactionID = "I-\(id)-\(number)"
        talk.customerID = id
        talk.channel = "phone"
        var order = OrderPlaced()
        order.orderID = "O-\(id)-\(number)"
        order.customerID = id
        var delivery = OrderDelivered()
        delivery.orderID = order.orderID
        var problem = CaseOpened()
        problem.caseID = "S-\(id)-\(number)"
        problem.customerID = id
        var deal = OpportunityOpened()
        deal.opportunityID = "D-\(id)-\(number)"
        deal.customerID = id
        let placed = try Tag("order", order.orderID)
        return [
            try NewEvent(talk, about: [customer]), try NewEvent(order, about: [placed, customer]),
            try NewEvent(delivery, about: [placed, customer]),
            try NewEvent(problem, about: [try Tag("case", problem.caseID), customer]),
            try NewEvent(deal, about: [try Tag("opportunity", deal.opportunityID), customer]),
        ]
    }

    // MARK: Rules

    /// What the rules would make of the demo company's whole history.
    private func rules(_ crm: Rapport) async throws {
        var taken: [Double] = []
        var merges = 0
        for _ in 0..<rounds {
            taken.append(
                try seconds { merges = try crm.simulateIdentityRules(IdentityRules.builtIn).wouldMerge.count })
        }
        let events = Double(crm.log.head.rawValue)
        line(
            "simulation of rules over the whole log",
            "\(Spread(taken.map { events / $0 }).text) events/s, \(merges) persons would merge")
    }

    // MARK: Many merges

    /// Merges of many demo customers, appended a thousand at a time; then who is who.
    private func many(_ crm: Rapport) async throws {
        let count = options.isSmoke ? 100 : 100_000
        var events: [NewEvent] = []
        let memory = ThisProcess.privateKilobytes
        let merging = try await seconds {
            for number in 0..<count {
                var merge = CustomersMerged()
                merge.survivorID = "N-\(number / 2)-s"
                merge.absorbedID = "N-\(number)-a"
                merge.reason = "benchmark"
                events.append(
                    try NewEvent(
                        merge, about: [try Tag.customer(merge.survivorID), try Tag.customer(merge.absorbedID)]))
                if events.count == 1000 || number == count - 1 {
                    try await crm.log.append(events)
                    events = []
                }
            }
            try await settle(crm)
        }
        line("merges appended and followed, 1,000 a call", "\(number(Double(count) / merging)) merges/s")
        let kilobytes = ThisProcess.privateKilobytes - memory
        line("memory of \(count) merges", "\(number(Double(kilobytes) * 1024 / Double(count))) bytes a merge")
        let ids = try (0..<count).map { try Tag.customer("N-\($0)-a") }
        var found = 0
        let looking = try seconds {
            for id in ids where try crm.identity().canonical(of: id) != id { found += 1 }
        }
        guard found == count else { throw Disagreement("\(found) of \(count) ids are merged") }
        line("resolve an id, as of now", "\(number(looking * 1e6 / Double(count))) us")
        let middle = Position(crm.log.head.rawValue - UInt64(count / 2))
        let past = try seconds { for id in ids { _ = try crm.identity(at: middle).canonical(of: id) } }
        line("resolve an id, as of a position", "\(number(past * 1e6 / Double(count))) us")
        let opening = try seconds {
            let register = HistoryRegister()
            _ = try register.identity(in: crm.log)
        }
        line("who is who of \(count) merges, read from the log", "\(number(opening * 1000)) ms")
    }
}
