import EventLog
@testable import Rapport
import Testing

/// The order book, told order by order.
@Suite struct OrderTests {
    private typealias Line = OrderStory.Line

    private static func euros(_ cents: Int64, quantity: Int64 = 1000) -> Line { Line(net: cents, quantity: quantity) }

    private static func folder(_ stories: OrderStory...) throws -> CRMFolder {
        try CRMFolder(try stories.flatMap { try $0.events() })
    }

    /// The only order there is.
    private static func order(_ events: [NewEvent]) async throws -> OrderEntry? {
        let folder = try CRMFolder(events)
        let page = try await folder.crm.orders(atLeast: folder.head)
        #expect(page.rows.count <= 1)
        return page.rows.first
    }

    private static func sales(
        _ folder: CRMFolder, _ question: OrderSalesQuestion = .init()
    ) async throws -> OrderSales {
        try await folder.crm.orderSales(question, atLeast: folder.head)
    }

    /// Period, group, orders placed and open at the end, and what was placed in each currency.
    private static func lines(_ points: [OrderSales.Point]) -> [String] {
        points.map { point in
            let values = point.values.map { "\($0.placed) \($0.currency)" }.joined(separator: " + ")
            return "\(point.period) \(point.group ?? "-") \(point.counts.placed) \(point.counts.open) \(values)"
        }
    }

    // MARK: One order

    @Test("an order is placed, then delivered, then given back; each step keeps its time")
    func lifecycle() async throws {
        let story = OrderStory(
            "A-1", of: "客户-1", through: "web", in: "north",
            ("2024-03-01T10:00:00Z", .placed([Self.euros(900, quantity: 2000), Self.euros(100)])),
            ("2024-03-03T10:00:00Z", .delivered), ("2024-03-04T10:00:00Z", .delivered),
            ("2024-03-09T10:00:00Z", .returned([Self.euros(450)], "broken")))
        let events = try story.events()
        let steps: [(OrderStatus, String?, String?)] = [
            (.placed, nil, nil), (.delivered, "2024-03-03T10:00:00Z", "2024-03-03T10:00:00Z"),
            (.delivered, "2024-03-03T10:00:00Z", "2024-03-03T10:00:00Z"),
            (.returned, "2024-03-03T10:00:00Z", "2024-03-09T10:00:00Z"),
        ]
        for (number, (status, deliveredAt, closedAt)) in steps.enumerated() {
            let order = try #require(try await Self.order(Array(events[...number])))
            #expect(order.status == status)
            #expect(order.placedAt == .at("2024-03-01T10:00:00Z"))
            #expect(order.deliveredAt == deliveredAt.map { Timestamp.at($0) })
            #expect(order.closedAt == closedAt.map { Timestamp.at($0) })
            #expect(
                order.amounts == [
                    OrderEntry.Amount(currency: "EUR", net: 1000, returned: status == .returned ? 450 : 0)
                ])
            #expect(order.reason == (status == .returned ? "broken" : nil))
            #expect([order.orderID, order.customer, order.channel, order.origin] == ["A-1", "客户-1", "web", nil])
            #expect(order.quantityMilli == 3000)
            #expect(order.attributes == ["region": "north"])
        }
    }

    @Test("a cancellation is final: what is told of the order afterwards changes nothing")
    func cancellationIsFinal() async throws {
        var story = OrderStory(
            "A-1", ("2024-03-01T10:00:00Z", .placed([Self.euros(900)])),
            ("2024-03-02T10:00:00Z", .cancelled("price")))
        let folder = try Self.folder(story)
        let (entries, sales) = (
            try await folder.crm.orders(atLeast: folder.head).rows, try await Self.sales(folder, .init(by: .month))
        )
        #expect(entries.map(\.status) == [.cancelled])
        #expect(entries.map(\.reason) == ["price"])
        #expect(sales.overall.map(\.counts.cancelled) == [1])
        #expect(sales.overall.map(\.counts.open) == [0])
        let value = try #require(sales.overall.first?.values.first)
        #expect(
            [value.placed, value.changed, value.cancelled, value.returned, value.net, value.open] == [
                900, 0, 900, 0, 0, 0,
            ])
        for (day, change) in [
            ("2024-04-01", .changed([Self.euros(5)])), ("2024-04-02", .delivered), ("2024-04-05", .cancelled("late")),
            ("2024-04-03", .returned([Self.euros(5)], "broken")), ("2024-04-04", .placed([Self.euros(7)])),
        ] as [(String, OrderStory.Change)] {
            story.changes = [.init(at: .at(day + "T10:00:00Z"), change: change)]
            try folder.append(try story.events())
            #expect(try await folder.crm.orders(atLeast: folder.head).rows == entries)
            let after = try await Self.sales(folder, .init(by: .month))
            #expect(after.points == sales.points)
            #expect(after.overall == sales.overall)
        }
    }

    @Test("a change moves the value at its own time, and what was placed stays as it was")
    func changes() async throws {
        let folder = try Self.folder(
            OrderStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed([Self.euros(900, quantity: 3000)])),
                ("2024-04-01T10:00:00Z", .changed([Self.euros(400, quantity: 1000), Self.euros(200)])),
                ("2024-05-01T10:00:00Z", .changed([Self.euros(650, quantity: 2000)]))))
        let sales = try await Self.sales(folder, .init(by: .month))
        let values = sales.points.map { $0.values.map { [$0.placed, $0.changed, $0.net, $0.open] } }
        #expect(values == [[[900, 0, 900, 900]], [[0, -300, -300, 600]], [[0, 50, 50, 650]]])
        #expect(sales.points.map(\.period) == ["2024-03", "2024-04", "2024-05"])
        #expect(sales.points.map(\.counts.quantityMilli) == [3000, -1000, 0])
        #expect(sales.overall.map { $0.values.map(\.net) } == [[650]])
        let order = try await folder.crm.orders().rows.first
        #expect(order?.amounts == [OrderEntry.Amount(currency: "EUR", net: 650, returned: 0)])
        #expect(order?.status == .placed)
    }

    @Test("parts come back one after the other: all their values are taken off, and the order counts as returned once")
    func partialReturns() async throws {
        let folder = try Self.folder(
            OrderStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed([Self.euros(900)])), ("2024-03-02T10:00:00Z", .delivered),
                ("2024-04-05T10:00:00Z", .returned([Self.euros(200)], "broken")),
                ("2024-05-05T10:00:00Z", .returned([Self.euros(100), Self.euros(50)], "unwanted"))))
        let sales = try await Self.sales(folder, .init(by: .month))
        #expect(sales.points.map(\.period) == ["2024-03", "2024-04", "2024-05"])
        #expect(sales.points.map(\.counts.returned) == [0, 1, 0])
        #expect(
            sales.points.map { $0.values.map { [$0.returned, $0.net] } } == [
                [[0, 900]], [[200, -200]], [[150, -150]],
            ])
        #expect(sales.overall.map { $0.values.map { [$0.placed, $0.returned, $0.net] } } == [[[900, 350, 550]]])
        let order = try await folder.crm.orders().rows.first
        #expect(order?.amounts == [OrderEntry.Amount(currency: "EUR", net: 900, returned: 350)])
        #expect(order?.reason == "unwanted")
        #expect(order?.closedAt == .at("2024-05-05T10:00:00Z"))
    }

    @Test("what is cancelled after a part of it came back is taken off once, and stays returned")
    func cancellationAfterReturn() async throws {
        let folder = try Self.folder(
            OrderStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed([Self.euros(10_000)])), ("2024-03-02T10:00:00Z", .delivered),
                ("2024-04-05T10:00:00Z", .returned([Self.euros(3000)], "broken")),
                ("2024-05-05T10:00:00Z", .cancelled("fraud"))))
        let sales = try await Self.sales(folder, .init(by: .month))
        let values = sales.points.map { $0.values.map { [$0.placed, $0.returned, $0.cancelled, $0.net] } }
        #expect(values == [[[10_000, 0, 0, 10_000]], [[0, 3000, 0, -3000]], [[0, 0, 7000, -7000]]])
        let counts = try #require(sales.overall.first).counts
        #expect([counts.placed, counts.delivered, counts.returned, counts.cancelled, counts.open] == [1, 1, 1, 1, 0])
        #expect(sales.overall.map { $0.values.map(\.net) } == [[0]])
        #expect(try await folder.crm.orderSummary(of: "C-1")?.counts == counts)
        #expect(try await folder.crm.orders().rows.map(\.status) == [.cancelled])
    }

    @Test("amounts of one order in several currencies are never added")
    func currencies() async throws {
        let lines = [
            Line(net: 900), Line(net: 70, currency: "USD"), Line(net: 100), Line(net: nil), Line(net: 5, currency: ""),
        ]
        let folder = try Self.folder(
            OrderStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed(lines)),
                (
                    "2024-03-02T10:00:00Z",
                    .returned([Line(net: 30, currency: "JPY"), Line(net: 7, currency: "USD")], "")
                )))
        let order = try await folder.crm.orders(atLeast: folder.head).rows.first
        let expected: [OrderEntry.Amount] = [
            .init(currency: "", net: 5, returned: 0), .init(currency: "EUR", net: 1000, returned: 0),
            .init(currency: "JPY", net: 0, returned: 30), .init(currency: "USD", net: 70, returned: 7),
        ]
        #expect(order?.amounts == expected)
        #expect(order?.quantityMilli == 5000)
        let sales = try await Self.sales(folder)
        let values = sales.overall.flatMap { $0.values.map { "\($0.currency) \($0.placed) \($0.net)" } }
        #expect(values == [" 5 5", "EUR 1000 1000", "JPY 0 -30", "USD 70 63"])
        let summary = try await folder.crm.orderSummary(of: "C-1")
        #expect(summary?.values == sales.overall.first?.values)
        #expect(summary?.counts == sales.overall.first?.counts)
    }

    @Test("the first placing counts, whichever arrives first: of lines, time, channel and attributes")
    func secondPlacing() async throws {
        let first = OrderStory(
            "A-1", through: "web", in: "north", ("2024-03-01T10:00:00Z", .placed([Self.euros(900)])))
        let second = OrderStory(
            "A-1", through: "shop", in: "south", ("2024-03-05T10:00:00Z", .placed([Self.euros(5)])))
        let events = try first.events() + second.events()
        for events in [events, events.reversed()] {
            let order = try await Self.order(events)
            #expect(order?.placedAt == .at("2024-03-01T10:00:00Z"))
            #expect(order?.amounts == [OrderEntry.Amount(currency: "EUR", net: 900, returned: 0)])
            #expect(order?.channel == "web")
            #expect(order?.attributes == ["region": "north"])
            let folder = try CRMFolder(events)
            #expect(Self.lines(try await Self.sales(folder, .init(by: .day)).points) == ["2024-03-01 - 1 1 900 EUR"])
        }
    }

    // MARK: Late events

    @Test(
        "an order that nobody placed counts nowhere, until its placing is known; changes before it count nothing")
    func placedLater() async throws {
        let story = OrderStory(
            "A-1", ("2024-03-01T10:00:00Z", .changed([Self.euros(700)])), ("2024-03-02T10:00:00Z", .delivered),
            ("2024-03-05T10:00:00Z", .placed([Self.euros(900)])), ("2024-04-01T10:00:00Z", .returned([], "broken")))
        let events = try story.events()
        let folder = try CRMFolder()
        for event in [events[0], events[1], events[3]] {
            try folder.append([event])
            #expect(try await folder.crm.orders(atLeast: folder.head).rows == [])
            #expect(try await folder.crm.orders(of: "C-1").rows == [])
            #expect(try await folder.crm.orderSummary(of: "C-1") == nil)
            #expect(try await Self.sales(folder).overall == [])
            #expect(try await folder.crm.cohorts().cohorts == [])
        }
        try folder.append([events[2]])
        let order = try #require(try await folder.crm.orders(atLeast: folder.head).rows.first)
        #expect(order.status == .returned)
        #expect(order.deliveredAt == .at("2024-03-05T10:00:00Z"), "not before it was placed")
        #expect(order.amounts == [OrderEntry.Amount(currency: "EUR", net: 900, returned: 0)])
        let sales = try await Self.sales(folder, .init(by: .month))
        #expect(sales.points.map(\.period) == ["2024-03", "2024-04"])
        #expect(sales.points.first?.values.map { [$0.placed, $0.changed, $0.net] } == [[900, 0, 900]])
        #expect(sales.points.map(\.counts.delivered) == [1, 0])
    }

    @Test("each kind of event may be the last to arrive", arguments: 0..<6)
    func lateArrival(late: Int) async throws {
        let story = OrderStory(
            "A-1", through: "web",
            ("2024-03-01T10:00:00Z", .placed([Self.euros(900), Line(net: 70, currency: "USD")])),
            ("2024-03-05T10:00:00Z", .changed([Self.euros(800)])), ("2024-03-09T10:00:00Z", .delivered),
            ("2024-04-01T10:00:00Z", .returned([Self.euros(300)], "broken")),
            ("2024-04-05T10:00:00Z", .returned([Self.euros(100)], "")),
            ("2024-05-01T10:00:00Z", .cancelled("fraud")))
        var events = try story.events()
        let moved = events.remove(at: late)
        events.append(moved)
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: 1)
        #expect(try await folder.crm.orders().rows == PlainOrders(stories: [story]).entries())
        let orderly = try Self.folder(story)
        for by in [nil, Granularity.day] {
            let (found, expected) = (
                try await Self.sales(folder, .init(by: by)), try await Self.sales(orderly, .init(by: by))
            )
            #expect(found.points == expected.points)
            #expect(found.overall == expected.overall)
        }
        #expect(try await folder.crm.cohorts() == orderly.crm.cohorts())
    }
}
