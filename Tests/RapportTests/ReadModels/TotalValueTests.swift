import EventLog
@testable import Rapport
import Testing

/// What customers are worth, all in all, by hand and against the plain definition over random companies.
@Suite(.timeLimit(.minutes(5))) struct TotalValueTests {
    static func referral(_ sender: String, _ referee: String, _ at: String) throws -> NewEvent {
        let message = ReferralMade.with { message in
            message.customerID = sender
            message.refereeID = referee
        }
        return try NewEvent(message, about: [try .customer(sender)], occurredAt: .at(at))
    }

    static func cost(
        _ customer: String, _ amount: Int64, _ driver: String, _ at: String, currency: String = "EUR"
    ) throws -> NewEvent {
        let message = ServiceCostAttributed.with { message in
            message.customerID = customer
            message.amount = Money(amount, currency)
            message.driver = driver
        }
        return try NewEvent(message, about: [try .customer(customer)], occurredAt: .at(at))
    }

    static func converted(_ lead: String, to customer: String, _ at: String) throws -> NewEvent {
        let message = LeadConverted.with { message in
            message.leadID = lead
            message.customerID = customer
        }
        return try NewEvent(message, about: [try .lead(lead), try .customer(customer)], occurredAt: .at(at))
    }

    static func merged(_ survivor: String, _ absorbed: String, _ at: String) throws -> NewEvent {
        let message = CustomersMerged.with { message in
            message.survivorID = survivor
            message.absorbedID = absorbed
            message.reason = "test"
        }
        return try NewEvent(message, about: [try .customer(survivor), try .customer(absorbed)], occurredAt: .at(at))
    }

    private static func order(_ id: String, _ customer: String, _ net: Int64, _ cost: Int64?) -> OrderStory {
        OrderStory(id, of: customer, ("2024-01-05T10:00:00Z", .placed([.init(net: net, cost: cost)])))
    }

    // MARK: By hand

    /// C-1 sent C-2, who sent C-3, who sent the lead L-1, who became C-5.
    private static func shop() throws -> [NewEvent] {
        let orders = [
            OrderStory(
                "A-1", of: "C-1", ("2024-01-01T10:00:00Z", .placed([.init(net: 10_000, cost: 6_000)])),
                ("2024-01-07T10:00:00Z", .returned([.init(net: 1_000, cost: 600)], "broken"))),
            order("A-2", "C-2", 5_000, 3_000), order("A-3", "C-3", 8_000, 9_001), order("A-4", "C-4", 20_000, nil),
            OrderStory(
                "A-5", of: "C-4", ("2024-01-02T10:00:00Z", .placed([.init(net: 7_000, cost: 10)])),
                ("2024-01-03T10:00:00Z", .cancelled("price"))),
            order("A-6", "C-5", 3_000, 1_000),
        ]
        let voice = [
            VoiceStory(
                1, "C-4", "2024-01-06T10:00:00Z", .suggestion(id: "S-1", kind: "idea", theme: "", value: 9_000)),
            VoiceStory(
                2, "C-4", "2024-01-07T10:00:00Z", .decided(id: "S-1", isAdopted: true, change: "", benefit: 3_001)),
            VoiceStory(3, "C-1", "2024-01-06T10:00:00Z", .suggestion(id: "S-2", kind: "idea", theme: "", value: nil)),
            VoiceStory(
                4, "C-1", "2024-01-07T10:00:00Z", .decided(id: "S-2", isAdopted: false, change: "", benefit: 900)),
            VoiceStory(5, "C-2", "2024-01-06T10:00:00Z", .suggestion(id: "S-3", kind: "need", theme: "", value: nil)),
            VoiceStory(
                6, "C-2", "2024-01-07T10:00:00Z", .decided(id: "S-3", isAdopted: true, change: "", benefit: nil)),
        ]
        var events = try orders.flatMap { try $0.events() }
        for story in voice { events.append(try story.event()) }
        events += [
            try referral("C-1", "C-2", "2024-01-04T10:00:00Z"), try referral("C-2", "C-3", "2024-01-04T10:00:00Z"),
            try referral("C-3", "L-1", "2024-01-04T10:00:00Z"), try converted("L-1", to: "C-5", "2024-01-04T12:00:00Z"),
            try cost("C-1", 300, "call", "2024-01-08T10:00:00Z"), try cost("C-1", 700, "visit", "2024-01-08T10:00:00Z"),
            try cost("C-4", 2_500, "discount", "2024-01-08T10:00:00Z"),
            try cost("C-2", 100, "call", "2024-01-08T10:00:00Z", currency: "USD"),
        ]
        return events
    }

    @Test("a value is the margin, the credit for who was sent, the share of suggestions, less the cost of service")
    func byHand() async throws {
        let folder = try CRMFolder(try Self.shop())
        let question = TotalValueQuestion(suggestionShareBp: 5_000, horizon: 0)
        let found = try await folder.crm.totalValue(question, atLeast: folder.head)
        #expect(found.at == "2024-01-08")
        #expect(found.currency == "EUR")
        #expect(found.rows.map(\.customer) == ["C-1", "C-2", "C-5", "C-3", "C-4"])
        #expect(found.rows.map(\.terms.margin) == [3600, 2000, 2000, -1001, 0])
        #expect(found.rows.map(\.terms.referrals) == [1000, 0, 0, 1000, 0])
        #expect(found.rows.map(\.terms.suggestions) == [0, 0, 0, 0, 1501])
        #expect(found.rows.map(\.terms.service) == [1000, 0, 0, 0, 2500])
        #expect(found.rows.map(\.terms.value) == [3600, 2000, 2000, -1, -999])
        #expect(found.rows.allSatisfy { $0.terms.expected == nil })
        #expect(found.rows.map(\.sales) == [9000, 5000, 3000, 8000, 20_000])
        #expect(found.rows.map(\.referees) == [1, 1, 0, 1, 0])
        #expect(found.rows.map(\.adopted) == [0, 0, 0, 0, 1])
        #expect(found.rows.map(\.valueRank) == [1, 2, 2, 4, 5])
        #expect(found.rows.map(\.salesRank) == [2, 4, 5, 3, 1])
        #expect(found.rows.map(\.moved) == [1, 2, 3, -1, -4])
        #expect(found.customers == 5)
        #expect(found.moved == 5)
        let total: [Int64] = [found.total.margin, found.total.referrals, found.total.suggestions, found.total.service]
        #expect(total == [6599, 2000, 1501, 3500])
        #expect(found.total.value == 6600)
        #expect(found.sales == 45_000)
        #expect(found.drivers.map(\.driver) == ["discount", "visit", "call"])
        #expect(found.drivers.map(\.total) == [2500, 700, 300])
        #expect(found.gaps.ordersWithoutCost == 1)
        #expect(found.leftOut.costsInOtherCurrencies == 1)
        #expect(found.leftOut.adoptedWithoutBenefit == 1)
        let moved = try await folder.crm.totalValue(question, order: .moved)
        #expect(moved.rows.map(\.customer) == ["C-4", "C-5", "C-2", "C-1", "C-3"])
    }

    @Test("what happened after the day asked about does not count")
    func earlier() async throws {
        let folder = try CRMFolder(try Self.shop())
        let question = TotalValueQuestion(at: .on("2024-01-06"), currency: "EUR", horizon: 0)
        let found = try await folder.crm.totalValue(question, atLeast: folder.head)
        #expect(found.total.service == 0)
        #expect(found.total.suggestions == 0)
        #expect(found.rows.first { $0.customer == "C-1" }?.terms.margin == 4000)
        let before = try await folder.crm.totalValue(
            TotalValueQuestion(at: .on("2024-01-03"), currency: "EUR", horizon: 0))
        #expect(before.rows.map(\.customer) == ["C-1"])
    }

    @Test("pages follow each other, in either order")
    func pages() async throws {
        let folder = try CRMFolder(try Self.shop())
        let question = TotalValueQuestion(horizon: 0)
        for order in TotalValueOrder.allCases {
            let all = try await folder.crm.totalValue(question, order: order, atLeast: folder.head).rows
            var paged: [TotalValue.Customer] = []
            var cursor: ListCursor?
            repeat {
                let page = try await folder.crm.totalValue(question, order: order, limit: 2, after: cursor)
                paged += page.rows
                cursor = page.next
            } while cursor != nil
            #expect(paged == all)
        }
        let first = try await folder.crm.totalValue(question, limit: 1)
        await #expect(throws: ForeignCursor.self) {
            _ = try await folder.crm.totalValue(question, order: .moved, after: first.next)
        }
    }

    // MARK: Referrals

    @Test("customers who sent each other in a circle are credited for the others, never for themselves")
    func circle() async throws {
        let orders = [
            Self.order("A-1", "C-1", 800, 0), Self.order("A-2", "C-2", 1_600, 0), Self.order("A-3", "C-3", 3_200, 0),
        ]
        let folder = try CRMFolder(try orders.flatMap { try $0.events() })
        try folder.append([
            try Self.referral("C-1", "C-2", "2024-01-01T10:00:00Z"),
            try Self.referral("C-2", "C-3", "2024-01-02T10:00:00Z"),
            try Self.referral("C-3", "C-1", "2024-01-03T10:00:00Z"),
            // C-1 was sent before, and nobody knows C-9.
            try Self.referral("C-2", "C-1", "2024-01-04T10:00:00Z"),
            try Self.referral("C-2", "C-9", "2024-01-04T10:00:00Z"),
        ])
        let found = try await folder.crm.totalValue(.init(horizon: 0), atLeast: folder.head)
        let credits = found.rows.sorted { ($0.customer ?? "") < ($1.customer ?? "") }.map(\.terms.referrals)
        // Of C-1: 1600 / 2 + 3200 / 4; of C-2: 3200 / 2 + 800 / 4; of C-3: 800 / 2 + 1600 / 4.
        #expect(credits == [1600, 1800, 800])
        #expect(found.leftOut.referralCircles == 1)
        #expect(found.leftOut.repeatedReferrals == 1)
        #expect(found.leftOut.referralsOfNobody == 1)
    }

    @Test("a referral is of the person, by any id; who sent another id of themselves has no credit")
    func persons() async throws {
        let orders = [Self.order("A-1", "C-1", 1_000, 0), Self.order("A-2", "C-2", 500, 0)]
        let folder = try CRMFolder(try orders.flatMap { try $0.events() })
        try folder.append([
            try Self.referral("C-2", "C-1b", "2024-01-01T10:00:00Z"),
            try Self.referral("C-1", "C-1b", "2024-01-02T10:00:00Z"),
            try Self.merged("C-1", "C-1b", "2024-01-03T10:00:00Z"),
        ])
        let found = try await folder.crm.totalValue(.init(horizon: 0), atLeast: folder.head)
        #expect(found.rows.map(\.customer) == ["C-1", "C-2"])
        #expect(found.rows.map(\.terms.referrals) == [0, 500])
        #expect(found.leftOut.selfReferrals == 1)
        #expect(found.leftOut.referralsOfNobody == 0)
    }

    // MARK: What is expected

    @Test("what is expected are lifetime values of margins; where nothing can be, the answer says why")
    func expected() async throws {
        let lastDay = CivilDate.on("2024-09-30")
        func events(_ line: (Int64) -> OrderStory.Line) throws -> [NewEvent] {
            var events: [NewEvent] = []
            for (number, row) in LifetimeExamples.rows.enumerated() {
                for turn in 0...row.repeats {
                    let since = row.repeats == 0 ? 0 : row.recency * turn / row.repeats
                    let day = CivilDate(daysSinceEpoch: lastDay.daysSinceEpoch - row.age + since)
                    let amount: Int64 = turn == 0 ? 777 : row.amount / Int64(row.repeats)
                    let story = OrderStory(
                        "O-\(number)-\(turn)", of: "C-\(number)", ("\(day)T10:00:00Z", .placed([line(amount)])))
                    events += try story.events()
                }
            }
            return events
        }
        let costly = try CRMFolder(try events { .init(net: 3 * $0, cost: 2 * $0) })
        let plain = try CRMFolder(try events { .init(net: $0) })
        let found = try await costly.crm.totalValue(.init(at: lastDay, horizon: 13), atLeast: costly.head)
        let list = try await plain.crm.lifetimeCustomers(.init(at: lastDay, horizon: 13), atLeast: plain.head)
        #expect(found.notExpected == nil)
        let values = Dictionary(uniqueKeysWithValues: list.rows.map { ($0.customer ?? "", $0.value) })
        #expect(found.rows.count == list.rows.count)
        for row in found.rows { #expect(row.terms.expected == values[row.customer ?? ""]) }
        let total: Int64 = list.rows.reduce(0) { $0 + $1.value }
        #expect(found.total.expected == total)
        let few = try CRMFolder(try Self.shop())
        let none = try await few.crm.totalValue(atLeast: few.head)
        #expect(none.notExpected == "the model of purchases needs 20 customers, there are 5")
        #expect(none.total.expected == nil)
    }

    // MARK: Nobody, and who was erased

    @Test("without anything there is nobody; costs alone have a currency; somebody erased is counted and not named")
    func nobodyAndErased() async throws {
        let folder = try CRMFolder()
        let none = try await folder.crm.totalValue(atLeast: folder.head)
        #expect(none.at == nil)
        #expect(none.customers == 0)
        try folder.append([try Self.cost("C-1", 40, "call", "2024-01-01T10:00:00Z")])
        let cost = try await folder.crm.totalValue(atLeast: folder.head)
        #expect(cost.currency == "EUR")
        #expect(cost.total.value == -40)
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")] + Self.shop())
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let rows = try await crm.totalValue(.init(horizon: 0), atLeast: crm.log.head).rows
        #expect(rows.count == 5)
        #expect(rows.first?.customer == nil)
        #expect(rows.dropFirst().allSatisfy { $0.customer != nil })
    }

    @Test("a horizon or a share out of range has no answer, and a cost says how much and what for")
    func refused() async throws {
        let folder = try CRMFolder()
        await #expect(throws: InvalidTotalValueQuestion.horizon(1_201)) {
            _ = try await folder.crm.totalValue(.init(horizon: 1_201))
        }
        await #expect(throws: InvalidTotalValueQuestion.share(basisPoints: 10_001)) {
            _ = try await folder.crm.totalValue(.init(suggestionShareBp: 10_001))
        }
        #expect(throws: UnfitEvent.self) { try ServiceCostAttributed.with { $0.driver = "call" }.check() }
        #expect(throws: UnfitEvent.self) { try ServiceCostAttributed.with { $0.amount = Money(1, "EUR") }.check() }
        #expect(throws: UnfitEvent.self) {
            try ServiceCostAttributed.with { message in
                message.driver = "call"
                message.amount = Money(.max, "EUR")
            }.check()
        }
    }

    @Test("ranks are one more than how many have more")
    func ranks() {
        #expect(SharedRanks([5, 9, 5, -1, 9]).ranks == [3, 1, 3, 5, 1])
        #expect(SharedRanks([]).ranks == [])
    }
}
