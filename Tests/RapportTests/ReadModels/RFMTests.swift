import EventLog
@testable import Rapport
import Testing

/// Recency, frequency and value, by hand and against a plain count over random orders.
@Suite(.timeLimit(.minutes(5))) struct RFMTests {
    private static func folder(_ stories: [OrderStory]) throws -> CRMFolder {
        try CRMFolder(try stories.flatMap { try $0.events() })
    }

    /// Nine orders of C-1, one a day.
    private static let regular: [OrderStory] = (1...9).map { day in
        OrderStory("A-\(day)", of: "C-1", ("2024-03-0\(day)T10:00:00Z", .placed([.init(net: 1_000)])))
    }

    /// Five customers, of whom C-5 ordered nothing but what was cancelled.
    private static let shop: [OrderStory] =
        regular + [
            OrderStory("B-1", of: "C-2", ("2024-02-20T10:00:00Z", .placed([.init(net: 9_000)]))),
            OrderStory("B-2", of: "C-2", ("2024-02-25T10:00:00Z", .placed([.init(net: 500)]))),
            OrderStory(
                "C-1", of: "C-3", ("2024-01-01T10:00:00Z", .placed([.init(net: 4_000)])),
                ("2024-03-10T09:00:00Z", .returned([.init(net: 1_500)], "broken"))),
            OrderStory("D-1", of: "C-4", ("2023-12-01T10:00:00Z", .placed([]))),
            OrderStory(
                "E-1", of: "C-5", ("2024-03-01T10:00:00Z", .placed([.init(net: 70_000)])),
                ("2024-03-02T10:00:00Z", .cancelled("price"))),
        ]

    @Test("customers have days since the last order, orders and value, less what was given back")
    func byHand() async throws {
        let folder = try Self.folder(Self.shop)
        let question = RFMQuestion(at: .on("2024-03-10"))
        let list = try await folder.crm.rfmCustomers(question, atLeast: folder.head)
        #expect(list.rows.map(\.customer) == ["C-2", "C-1", "C-3", "C-4"])
        #expect(list.rows.map(\.daysSinceLast) == [14, 1, 69, 100])
        #expect(list.rows.map(\.orders) == [2, 9, 1, 1])
        #expect(list.rows.map(\.value) == [9500, 9000, 2500, 0])
        let answer = try await folder.crm.rfm(question)
        #expect(answer.currency == "EUR")
        #expect(answer.customers == 4)
        #expect(answer.orders == 13)
        #expect(answer.total == 21_000)
        #expect(answer.gaps.ordersWithoutAmount == 1)
        #expect(answer.segments.reduce(0) { $0 + $1.customers } == 4)
        #expect(answer.cells.reduce(0) { $0 + $1.total } == 21_000)
        #expect(answer.recency.reduce(0) { $0 + $1.customers } == 4)
        // The day before, nothing had come back.
        let before = try await folder.crm.rfm(.init(at: .on("2024-03-09")))
        #expect(before.total == 22_500)
    }

    @Test("a window looks at its days only, and moves are from segment to segment")
    func windowAndMoves() async throws {
        let folder = try Self.folder(Self.shop)
        let window = try await folder.crm.rfm(.init(at: .on("2024-03-10"), windowDays: 15), atLeast: folder.head)
        #expect(window.customers == 2)
        #expect(window.orders == 10)
        let moves = try await folder.crm.rfm(.init(at: .on("2024-03-10"), since: .on("2024-02-24"))).moves
        #expect(moves.reduce(0) { $0 + $1.customers } == 4)
        #expect(moves.filter { $0.from == nil }.reduce(0) { $0 + $1.customers } == 1)
        let gone = try await folder.crm.rfm(
            .init(at: .on("2024-03-10"), since: .on("2024-02-24"), windowDays: 10)
        ).moves
        // C-2 ordered in the ten days before the first day, and not in those before the second one.
        #expect(gone.contains { $0.to == nil && $0.customers == 1 })
    }

    @Test("margins take away what orders cost us, where every line says it; others are counted")
    func margins() async throws {
        let stories = [
            OrderStory(
                "A-1", of: "C-1",
                ("2024-01-01T10:00:00Z", .placed([.init(net: 1_000, cost: 600), .init(net: 50, cost: 0)])),
                ("2024-01-05T10:00:00Z", .returned([.init(net: 200, cost: 120)], "broken"))),
            OrderStory(
                "A-2", of: "C-1", ("2024-01-02T10:00:00Z", .placed([.init(net: 1_000, cost: 600), .init(net: 50)]))),
            OrderStory(
                "A-3", of: "C-2", ("2024-01-02T10:00:00Z", .placed([.init(net: 100)])),
                ("2024-01-03T10:00:00Z", .changed([.init(net: 300, cost: 350)]))),
        ]
        let folder = try Self.folder(stories)
        for (at, expected, unknown) in [
            ("2024-01-02", [450, 0], 2), ("2024-01-04", [450, -50], 1), ("2024-01-05", [370, -50], 1),
        ] as [(String, [Int64], Int64)] {
            let question = RFMQuestion(at: .on(at), measure: .margin)
            let list = try await folder.crm.rfmCustomers(question, atLeast: folder.head)
            #expect(list.rows.map(\.value) == expected, "\(at)")
            #expect(try await folder.crm.rfm(question).gaps.ordersWithoutCost == unknown, "\(at)")
        }
        let found = try await folder.crm.rfm(.init(at: .on("2024-01-05"), measure: .margin)).concentration
        #expect(found.negativeCustomers == 1)
        #expect(found.customers == 1)
    }

    @Test("amounts of several currencies are not added: the one that is meant must be said")
    func currencies() async throws {
        let stories = [
            OrderStory("A-1", of: "C-1", ("2024-01-01T10:00:00Z", .placed([.init(net: 100)]))),
            OrderStory("A-2", of: "C-1", ("2024-01-02T10:00:00Z", .placed([.init(net: 700, currency: "USD")]))),
            OrderStory("A-3", of: "C-2", ("2024-01-03T10:00:00Z", .placed([]))),
        ]
        let folder = try Self.folder(stories)
        await #expect(throws: SeveralCurrencies(currencies: ["EUR", "USD"])) {
            _ = try await folder.crm.rfm(atLeast: folder.head)
        }
        await #expect(throws: UnknownCurrency(currency: "JPY", known: ["EUR", "USD"])) {
            _ = try await folder.crm.rfm(.init(currency: "JPY"))
        }
        let euros = try await folder.crm.rfm(.init(currency: "EUR"))
        #expect(euros.total == 100)
        #expect(euros.customers == 2)
        #expect(euros.gaps.ordersInOtherCurrencies == 1)
        #expect(euros.gaps.ordersWithoutAmount == 1)
        await #expect(throws: InvalidRFMQuestion.window(days: 0)) { _ = try await folder.crm.rfm(.init(windowDays: 0)) }
        await #expect(throws: InvalidRFMQuestion.notEarlier(since: .on("2024-01-03"), at: .on("2024-01-03"))) {
            _ = try await folder.crm.rfm(.init(since: .on("2024-01-03"), currency: "EUR"))
        }
    }

    @Test("without orders there is nobody; somebody erased is counted and not named")
    func nobodyAndErased() async throws {
        let empty = try CRMFolder()
        let none = try await empty.crm.rfm(atLeast: empty.head)
        #expect(none.at == nil)
        #expect(none.customers == 0)
        #expect(none.concentration.giniBp == nil)
        #expect(none.segments.count == RFMSegment.allCases.count)
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(
            [try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Bo")]
                + Self.shop.flatMap { try $0.events() })
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let list = try await crm.rfmCustomers(.init(at: .on("2024-03-10")), atLeast: crm.log.head)
        #expect(list.rows.map(\.customer) == ["C-2", nil, "C-3", "C-4"])
    }

    @Test("pages of a list follow each other; a segment's list has its customers only")
    func pages() async throws {
        let folder = try Self.folder(Self.shop)
        let question = RFMQuestion(at: .on("2024-03-10"))
        let all = try await folder.crm.rfmCustomers(question, atLeast: folder.head).rows
        let paged = try await GoldenImport.allRows {
            try await folder.crm.rfmCustomers(question, limit: 1, after: $0)
        }
        #expect(paged == all)
        for segment in RFMSegment.allCases {
            let list = try await folder.crm.rfmCustomers(question, segment: segment)
            #expect(list.rows == all.filter { $0.segment == segment })
        }
        let first = try await folder.crm.rfmCustomers(question, limit: 1)
        await #expect(throws: ForeignCursor.self) {
            _ = try await folder.crm.rfmCustomers(.init(at: .on("2024-03-09")), after: first.next)
        }
    }

    @Test("each pair of scores has one segment")
    func segments() {
        var found: [RFMSegment: Int] = [:]
        for recency in 1...5 {
            for frequency in 1...5 { found[RFMSegment(recency: recency, frequency: frequency), default: 0] += 1 }
        }
        #expect(
            found == [
                .champions: 2, .loyal: 4, .potentialLoyalists: 4, .newCustomers: 1, .promising: 1, .needAttention: 1,
                .aboutToSleep: 2, .atRisk: 4, .cannotLose: 2, .hibernating: 4,
            ])
    }

    // MARK: Against a plain count

    private static func person(
        _ customer: String, _ stories: [OrderStory], _ question: RFMQuestion, _ day: CivilDate
    ) throws -> String? {
        let calendar = try ZonedCalendar(zone: question.zone)
        let end = calendar.endOfDay(day)
        let window = question.windowDays ?? 100_000
        let start = calendar.startOfDay(CivilDate(daysSinceEpoch: day.daysSinceEpoch - window + 1))
        var (orders, value, last) = (Int64(0), Int64(0), Timestamp(microseconds: 0))
        for story in stories where story.customer == customer {
            guard let standing = story.standing(before: end), standing.placedAt >= start,
                standing.status != .cancelled
            else { continue }
            let currency = question.currency ?? ""
            let isThere = standing.ordered[currency] != nil || standing.returned[currency] != nil
            guard isThere || (standing.ordered.isEmpty && standing.returned.isEmpty) else { continue }
            orders += 1
            value += (standing.ordered[currency] ?? 0) - (standing.returned[currency] ?? 0)
            last = max(last, standing.placedAt)
        }
        guard orders > 0, let lastDay = WallCalendar(zone: question.zone).day(of: last) else { return nil }
        return "\(customer) \(day.daysSinceEpoch - lastDay.daysSinceEpoch) \(orders) \(value)"
    }

    @Test("the values of random orders are those of a plain count", arguments: 1...6 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let stories = orders.stories(orders.number(in: 20...60))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            orders.shuffled(try stories.flatMap { try $0.events() }), batch: orders.number(in: 5...40))
        for _ in 0..<8 {
            let day = orders.day()
            let question = RFMQuestion(
                at: day, windowDays: orders.one(of: [nil, 30, 100]), currency: orders.one(of: RandomOrders.currencies),
                zone: orders.one(of: RandomOrders.zones))
            let expected = try RandomOrders.customers.compactMap { try Self.person($0, stories, question, day) }
            do {
                let list = try await folder.crm.rfmCustomers(question)
                let found = list.rows.map { "\($0.customer ?? "?") \($0.daysSinceLast) \($0.orders) \($0.value)" }
                #expect(found.sorted() == expected.sorted(), "\(question)")
                #expect(list.rows.map(\.value) == list.rows.map(\.value).sorted(by: >))
            } catch let error as UnknownCurrency {
                #expect(!error.known.contains(question.currency ?? ""))
            }
        }
    }
}
