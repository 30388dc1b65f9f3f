import EventLog
import Projection
import LMDB
@testable import Rapport
import Testing

/// What a plain count over stories gives.
struct PlainOrders {
    let stories: [OrderStory]

    /// A group's name; nil of all orders together.
    func groups(by dimension: String?) -> [(value: String?, stories: [OrderStory])] {
        guard let dimension else { return [(nil, stories)] }
        func value(_ story: OrderStory) -> String { dimension == "channel" ? story.channel : story.region }
        let placed = stories.filter { $0.placedAt != nil }
        return Set(placed.map(value)).filter { !$0.isEmpty }.sorted { $0.compareBytes(to: $1) < 0 }.map { name in
            (name, placed.filter { value($0) == name })
        }
    }

    /// What happened in a range, as the difference of all that had happened by its end and by its start; nil when
    /// nothing did.
    static func point(
        _ period: String, _ group: String?, _ stories: [OrderStory], from start: Timestamp?, to end: Timestamp?
    ) throws -> OrderSales.Point? {
        if let start, let end, end <= start { return nil }
        let after = stories.compactMap { $0.standing(before: end) }
        let before = start.map { start in stories.compactMap { $0.standing(before: start) } } ?? []
        func total(_ rows: [[Int64]]) -> [Int64] {
            (0..<OrderModel.Count.count).map { column in
                rows.reduce(0) { column < $1.count ? $0 + $1[column] : $0 }
            }
        }
        func difference(_ columns: (OrderStory.Standing) -> [Int64]) -> [Int64] {
            zip(total(after.map(columns)), total(before.map(columns))).map { $0 - $1 }
        }
        let counts = difference(\.counts)
        let values = RandomOrders.currencies.map { currency in (currency, difference { $0.values(in: currency) }) }
        guard counts.contains(where: { $0 != 0 }) || values.contains(where: { $0.1.contains { $0 != 0 } }) else {
            return nil
        }
        let open = after.reduce(0) { $0 + $1.counts[OrderModel.Count.open] }
        return OrderSales.Point(
            period: period, group: group, counts: OrderCounts(counts, open: open),
            values: try values.map { currency, columns in
                let open = after.reduce(0) { $0 + $1.values(in: currency)[OrderModel.Value.open] }
                return try OrderValues(currency, columns, open: open)
            })
    }

    /// The entries of all orders, the one placed first at the top.
    func entries(of customer: String? = nil) -> [OrderEntry] {
        let mine = stories.filter { story in customer.map { $0 == story.customer } ?? true }
        let entries = mine.compactMap { story -> OrderEntry? in
            guard let standing = story.standing() else { return nil }
            func known(_ text: String) -> String? { text.isEmpty ? nil : text }
            let currencies = Set(standing.ordered.keys).union(standing.returned.keys).sorted()
            return OrderEntry(
                orderID: story.id, status: standing.status, customer: known(story.customer),
                channel: known(story.channel), origin: nil, placedAt: standing.placedAt,
                deliveredAt: standing.deliveredAt,
                closedAt: standing.closedAt, reason: known(standing.reason), quantityMilli: standing.quantity,
                amounts: currencies.map { currency in
                    OrderEntry.Amount(
                        currency: currency, net: standing.ordered[currency] ?? 0,
                        returned: standing.returned[currency] ?? 0)
                },
                attributes: story.region.isEmpty ? [:] : ["region": story.region])
        }
        return entries.sorted { left, right in
            left.placedAt == right.placedAt
                ? left.orderID.compareBytes(to: right.orderID) < 0 : left.placedAt < right.placedAt
        }
    }
}

/// The order book against a plain count over the stories of random orders.
@Suite struct OrderPropertyTests {
    /// In random order.
    private static func folder(
        _ stories: [OrderStory], _ orders: inout RandomOrders, batch: ClosedRange<Int>
    ) async throws -> CRMFolder {
        let folder = try CRMFolder()
        let events = orders.shuffled(try stories.flatMap { try $0.events() })
        try await folder.appendSlowly(events, batch: orders.number(in: batch))
        return folder
    }

    /// Without currencies in which there is nothing at all.
    private static func stated(_ values: [OrderValues]) -> [OrderValues] {
        values.filter { [$0.placed, $0.changed, $0.cancelled, $0.returned, $0.open].contains { $0 != 0 } }
    }

    private static func stated(_ points: [OrderSales.Point]) -> [OrderSales.Point] {
        points.map { point in
            OrderSales.Point(
                period: point.period, group: point.group, counts: point.counts, values: stated(point.values))
        }
    }

    /// The periods that hold days of the range, with what happened in them.
    private static func periods(
        _ granularity: Granularity, _ group: (value: String?, stories: [OrderStory]), from: CivilDate?,
        to: CivilDate?, _ calendar: ZonedCalendar
    ) throws -> [OrderSales.Point] {
        var points: [OrderSales.Point] = []
        var period = CalendarPeriod(granularity, containing: .on("2023-12-01"))
        while period.firstDay < .on("2025-12-31") {
            defer { period = period.next }
            let first = from.map { max($0, period.firstDay) } ?? period.firstDay
            let last = to.map { min($0, period.lastDay) } ?? period.lastDay
            if last < first { continue }
            let (start, end) = (calendar.startOfDay(first), calendar.endOfDay(last))
            if let point = try PlainOrders.point(period.label, group.value, group.stories, from: start, to: end) {
                points.append(point)
            }
        }
        return points
    }

    @Test(
        "however events arrive, lists, summaries and sales are those of a plain count",
        arguments: 1...6 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let plain = PlainOrders(stories: orders.stories(35))
        let folder = try await Self.folder(plain.stories, &orders, batch: 2...25)
        #expect(try await folder.crm.orders(limit: 100).rows == plain.entries())
        for status in OrderStatus.allCases {
            let found = try await folder.crm.orders(status: status, limit: 100).rows
            #expect(found == plain.entries().filter { $0.status == status })
        }
        for customer in RandomOrders.customers {
            let mine = plain.entries(of: customer)
            #expect(try await folder.crm.orders(of: customer, limit: 100).rows == mine)
            let theirs = plain.stories.filter { $0.customer == customer }
            let expected = try PlainOrders.point("all", nil, theirs, from: nil, to: nil)
            let summary = try await folder.crm.orderSummary(of: customer)
            #expect(summary?.counts == expected?.counts)
            #expect(summary.map { Self.stated($0.values) } == expected.map { Self.stated($0.values) })
            #expect(summary?.firstPlacedAt == mine.first?.placedAt)
            #expect(summary?.lastPlacedAt == mine.last?.placedAt)
        }
        for dimension in [nil, "channel", "region"] {
            let groups = plain.groups(by: dimension)
            for granularity in [Granularity.week, .month, .quarter, .year] {
                let zone = orders.one(of: RandomOrders.zones)
                let from: CivilDate? = orders.one(of: [nil, orders.day()])
                let to: CivilDate? = orders.one(of: [nil, orders.day()])
                let calendar = try ZonedCalendar(zone: zone)
                let (start, end) = (from.map { calendar.startOfDay($0) }, to.map { calendar.endOfDay($0) })
                let question = OrderSalesQuestion(
                    dimension: dimension, by: granularity, from: from, to: to, zone: zone)
                let sales = try await folder.crm.orderSales(question)
                let points = try groups.flatMap { try Self.periods(granularity, $0, from: from, to: to, calendar) }
                #expect(Self.stated(sales.points) == Self.stated(points), "\(question)")
                let overall = try groups.compactMap {
                    try PlainOrders.point("all", $0.value, $0.stories, from: start, to: end)
                }
                #expect(Self.stated(sales.overall) == Self.stated(overall), "\(question)")
            }
        }
    }

    @Test("what periods have adds up to the whole range", arguments: 11...13 as ClosedRange<UInt64>)
    func addsUp(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let folder = try await Self.folder(orders.stories(30), &orders, batch: 10...40)
        for granularity in Granularity.allCases {
            let question = OrderSalesQuestion(by: granularity, zone: orders.one(of: RandomOrders.zones))
            let sales = try await folder.crm.orderSales(question)
            let whole = try #require(sales.overall.first)
            func total(_ count: (OrderCounts) -> Int64) -> Int64 { sales.points.reduce(0) { $0 + count($1.counts) } }
            for count in [\OrderCounts.placed, \.delivered, \.cancelled, \.returned, \.quantityMilli] {
                #expect(total { $0[keyPath: count] } == whole.counts[keyPath: count])
            }
            for value in whole.values {
                let these = sales.points.compactMap { $0.values.first { $0.currency == value.currency } }
                for amount in [\OrderValues.placed, \.changed, \.cancelled, \.returned, \.net] {
                    #expect(these.reduce(0) { $0 + $1[keyPath: amount] } == value[keyPath: amount])
                }
            }
            #expect(sales.points.last?.counts.open == whole.counts.open)
        }
    }

    @Test(
        "rows that followed the log are those of a rebuild; events that are known already change nothing",
        arguments: 21...24 as ClosedRange<UInt64>)
    func digests(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let stories = orders.stories(25)
        let folder = try CRMFolder()
        let events = orders.shuffled(try stories.flatMap { try $0.events() })
        try await folder.appendSlowly(events, batch: orders.number(in: 1...15))
        let live = try folder.crm.projections.digest(of: OrderModel.name)
        #expect(live.position == folder.head)
        try folder.crm.projections.rebuild([OrderModel.name])
        try await folder.crm.projections.wait(for: folder.head, of: [OrderModel.name])
        let rebuilt = try folder.crm.projections.digest(of: OrderModel.name)
        #expect(live.digest == rebuilt.digest)

        let head = folder.head
        try folder.append(events)
        #expect(folder.head == head)
        let repeated = try folder.crm.projections.digest(of: OrderModel.name)
        #expect(repeated.digest == live.digest)
        #expect(try await folder.crm.orders(limit: 100).rows == PlainOrders(stories: stories).entries())
    }
}
