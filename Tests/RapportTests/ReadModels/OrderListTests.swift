import EventLog
@testable import Rapport
import Testing

/// Sales by period and group, and lists of orders, page by page.
@Suite struct OrderListTests {
    private static let start = Timestamp.at("2024-03-01T10:00:00Z")

    private static func placed(
        _ id: String, at time: String, of customer: String = "C-1", through channel: String = "",
        in region: String = "", _ cents: Int64 = 100
    ) -> OrderStory {
        OrderStory(id, of: customer, through: channel, in: region, (time, .placed([.init(net: cents)])))
    }

    /// Period, group, orders placed and open at the end, and what was placed.
    private static func lines(_ points: [OrderSales.Point]) -> [String] {
        points.map { point in
            let values = point.values.map { "\($0.placed)" }.joined(separator: " + ")
            return "\(point.period) \(point.group ?? "-") \(point.counts.placed) \(point.counts.open) \(values)"
        }
    }

    // MARK: Sales

    @Test("an order counts in the month that the wall calendar of the zone shows")
    func zones() async throws {
        let folder = try CRMFolder(
            try Self.placed("A-1", at: "2024-01-31T18:29:59Z").events()
                + Self.placed("A-2", at: "2024-01-31T18:30:00Z").events()
                + Self.placed("A-3", at: "2024-03-01T04:59:59Z").events())
        for (zone, expected) in [
            ("UTC", ["2024-01 - 2 2 200", "2024-03 - 1 3 100"]),
            ("Asia/Kolkata", ["2024-01 - 1 1 100", "2024-02 - 1 2 100", "2024-03 - 1 3 100"]),
            ("America/New_York", ["2024-01 - 2 2 200", "2024-02 - 1 3 100"]),
        ] {
            let question = OrderSalesQuestion(by: .month, zone: zone)
            let sales = try await folder.crm.orderSales(question, atLeast: folder.head)
            #expect(Self.lines(sales.points) == expected)
            #expect(Self.lines(sales.overall) == ["all - 3 3 300"])
            #expect(sales.zone == zone)
        }
    }

    @Test("sales are told by channel and by attribute; orders without one are in no group")
    func groups() async throws {
        let folder = try CRMFolder(
            try Self.placed("A-1", at: "2024-01-05T10:00:00Z", through: "web", in: "北", 1).events()
                + Self.placed("A-2", at: "2024-02-05T10:00:00Z", through: "web", in: "south", 20).events()
                + Self.placed("A-3", at: "2024-02-06T10:00:00Z", through: "shop", 300).events()
                + Self.placed("A-4", at: "2024-02-07T10:00:00Z", 4000).events())
        func sales(_ dimension: String) async throws -> OrderSales {
            try await folder.crm.orderSales(.init(dimension: dimension, by: .month), atLeast: folder.head)
        }
        let channels = try await sales("channel")
        #expect(Self.lines(channels.points) == ["2024-02 shop 1 1 300", "2024-01 web 1 1 1", "2024-02 web 1 2 20"])
        #expect(Self.lines(channels.overall) == ["all shop 1 1 300", "all web 2 2 21"])
        #expect(channels.dimension == "channel")
        let regions = try await sales("region")
        #expect(Self.lines(regions.overall) == ["all south 1 1 20", "all 北 1 1 1"])
        for unknown in ["planet", "customer"] {
            let none = try await sales(unknown)
            #expect(none.points == [] && none.overall == [])
        }
        #expect(try folder.crm.orderDimensions() == ["channel", "region"])
    }

    @Test("what is open is what was open at the end of the period, whenever it was placed")
    func openAtTheEnd() async throws {
        let first = OrderStory(
            "A-1", ("2024-01-05T10:00:00Z", .placed([.init(net: 900)])), ("2024-03-05T10:00:00Z", .delivered))
        let second = OrderStory(
            "A-2", ("2024-02-05T10:00:00Z", .placed([.init(net: 50)])), ("2024-02-08T10:00:00Z", .cancelled("")),
            ("2024-02-09T10:00:00Z", .delivered))
        let third = Self.placed("A-3", at: "2024-05-01T10:00:00Z", 7)
        let folder = try CRMFolder(try [first, second, third].flatMap { try $0.events() })
        let sales = try await folder.crm.orderSales(.init(by: .month), atLeast: folder.head)
        let open = sales.points.map { "\($0.period) \($0.counts.open) \($0.values.map(\.open))" }
        #expect(open == ["2024-01 1 [900]", "2024-02 1 [900]", "2024-03 0 [0]", "2024-05 1 [7]"])
        for (day, count, value) in [
            ("2024-02-06", 2, 950), ("2024-02-08", 1, 900), ("2024-03-05", 0, 0), ("2024-06-01", 1, 7),
        ] as [(String, Int64, Int64)] {
            let until = try await folder.crm.orderSales(.init(to: .on(day)))
            #expect(until.overall.map(\.counts.open) == [count])
            #expect(until.overall.map { $0.values.map(\.open) } == [[value]])
        }
        // What was placed before the first day is open, too.
        let february = try await folder.crm.orderSales(.init(from: .on("2024-02-01"), to: .on("2024-02-29")))
        #expect(february.overall.map { [$0.counts.placed, $0.counts.cancelled, $0.counts.open] } == [[1, 1, 1]])
        let backwards = try await folder.crm.orderSales(.init(by: .day, from: .on("2024-02-02"), to: .on("2024-02-01")))
        #expect(backwards.points == [] && backwards.overall == [])
    }

    // MARK: Lists

    /// Orders of all statuses; each two were placed at the same microsecond, and some have Chinese ids.
    private static func stories() -> [OrderStory] {
        let rest: [[OrderStory.Change]] = [[], [.delivered], [.cancelled("price")], [.returned([], "broken")]]
        return (0..<20).map { number in
            let placedAt = start.plus(days: Int64(number / 2))
            var story = OrderStory(
                number % 3 == 0 ? "订单-\(number)" : "A-\(number)", of: number % 2 == 0 ? "C-1" : "客户-2")
            story.changes = [.init(at: placedAt, change: .placed([.init(net: Int64(number + 1))]))]
            for change in rest[number % rest.count] {
                story.changes.append(.init(at: placedAt.plus(days: 30), change: change))
            }
            return story
        }
    }

    /// All rows, read in pages of `limit`.
    private static func read(
        limit: Int, _ ask: (ListCursor?) async throws -> ListPage<OrderEntry>
    ) async throws -> [OrderEntry] {
        var rows: [OrderEntry] = []
        var cursor: ListCursor?
        repeat {
            let page = try await ask(cursor)
            #expect(page.rows.count <= limit)
            #expect(page.next == nil || page.rows.count == limit)
            rows += page.rows
            // As a caller hands it back: by its text.
            cursor = try page.next.map { try #require(ListCursor($0.description)) }
        } while cursor != nil
        return rows
    }

    @Test("pages of any length make up the whole list, in order of placing", arguments: [1, 2, 3, 7, 20, 21])
    func pages(limit: Int) async throws {
        let plain = PlainOrders(stories: Self.stories())
        let folder = try CRMFolder(try plain.stories.flatMap { try $0.events() })
        let (crm, head) = (folder.crm, folder.head)
        let all = try await Self.read(limit: limit) { try await crm.orders(limit: limit, after: $0, atLeast: head) }
        #expect(all == plain.entries())
        #expect(all.prefix(2).map(\.orderID) == ["A-1", "订单-0"])
        for status in OrderStatus.allCases {
            let found = try await Self.read(limit: limit) {
                try await crm.orders(status: status, limit: limit, after: $0)
            }
            #expect(found == plain.entries().filter { $0.status == status })
            #expect(found.count == 5)
        }
        for customer in ["C-1", "客户-2"] {
            let found = try await Self.read(limit: limit) {
                try await crm.orders(of: customer, limit: limit, after: $0)
            }
            #expect(found == plain.entries(of: customer))
            #expect(found.count == 10)
        }
        withExtendedLifetime(folder) {}
    }

    @Test("a page goes on behind the last row shown, whatever has come and gone")
    func changesBetweenPages() async throws {
        let folder = try CRMFolder(try Self.stories().flatMap { try $0.events() })
        let expected = PlainOrders(stories: Self.stories()).entries().map(\.orderID)
        let first = try await folder.crm.orders(limit: 5, atLeast: folder.head)
        // The last row shown is cancelled; an order that was placed earlier is recorded.
        var last = OrderStory(expected[4], ("2024-07-01T10:00:00Z", .cancelled("")))
        last.customer = try #require(first.rows[4].customer)
        try folder.append(try last.events() + Self.placed("A-99", at: "2024-01-01T10:00:00Z").events())
        let second = try await folder.crm.orders(limit: 100, after: first.next, atLeast: folder.head)
        #expect(second.rows.map(\.orderID) == Array(expected[5...]))
    }

    @Test("a cursor of another kind of list is refused")
    func foreignCursors() async throws {
        let folder = try CRMFolder(try Self.stories().flatMap { try $0.events() })
        let (crm, head) = (folder.crm, folder.head)
        for bytes in [[9], [0, 0x43, 0x2D, 0x31], [UInt8](repeating: 1, count: 8)] as [[UInt8]] {
            let cursor = ListCursor.madeUp(of: bytes)
            await #expect(throws: ForeignCursor(cursor: cursor)) {
                _ = try await crm.orders(after: cursor, atLeast: head)
            }
            await #expect(throws: ForeignCursor(cursor: cursor)) {
                _ = try await crm.orders(status: .placed, after: cursor)
            }
            await #expect(throws: ForeignCursor(cursor: cursor)) {
                _ = try await crm.orders(of: "C-1", after: cursor)
            }
        }
        let firstPage = try await crm.orders(limit: 1)
        let first = try #require(firstPage.next)
        await #expect(throws: ForeignCursor(cursor: first)) { _ = try await crm.orders(status: .placed, after: first) }
        await #expect(throws: ForeignCursor(cursor: first)) { _ = try await crm.orders(of: "C-1", after: first) }
        withExtendedLifetime(folder) {}
    }

    @Test("a customer's summary counts that customer's orders only; of others there is none")
    func summary() async throws {
        let folder = try CRMFolder(try Self.stories().flatMap { try $0.events() })
        let summary = try #require(try await folder.crm.orderSummary(of: "客户-2", atLeast: folder.head))
        #expect(summary.customer == "客户-2")
        // The odd numbers: delivered and given back by turns.
        let counts = summary.counts
        #expect([counts.placed, counts.delivered, counts.cancelled, counts.returned, counts.open] == [10, 5, 0, 5, 0])
        #expect(counts.quantityMilli == 10_000)
        #expect(summary.values.map { "\($0.currency) \($0.placed) \($0.net) \($0.open)" } == ["EUR 110 110 0"])
        #expect(summary.firstPlacedAt == Self.start)
        #expect(summary.lastPlacedAt == Self.start.plus(days: 9))
        #expect(summary.position == folder.head)
        #expect(try await folder.crm.orderSummary(of: "C-9") == nil)
        #expect(try await folder.crm.orders(of: "C-9").rows == [])
    }

    @Test("an order belongs to the customer whom the first thing that happened to it names")
    func customerOfTheOrder() async throws {
        let placing = Self.placed("A-1", at: "2024-03-02T10:00:00Z")
        let delivery = OrderStory("A-1", of: "客户-2", ("2024-03-03T10:00:00Z", .delivered))
        let folder = try CRMFolder(try delivery.events() + placing.events())
        func owners() async throws -> [String] {
            var owners: [String] = []
            for customer in ["C-1", "客户-2"] {
                let rows = try await folder.crm.orders(of: customer, atLeast: folder.head).rows
                #expect(rows.allSatisfy { $0.orderID == "A-1" && $0.customer == customer })
                let summary = try await folder.crm.orderSummary(of: customer)
                #expect(summary?.counts.placed == (rows.isEmpty ? nil : 1))
                owners += rows.map { _ in customer }
            }
            return owners
        }
        #expect(try await owners() == ["C-1"])
        #expect(try await folder.crm.cohorts().overall.customers == 1)
        let change = OrderStory("A-1", of: "客户-2", ("2024-03-01T10:00:00Z", .changed([.init(net: 5)])))
        try folder.append(try change.events())
        #expect(try await owners() == ["客户-2"])
        #expect(try await folder.crm.cohorts().overall.customers == 1)
    }
}
