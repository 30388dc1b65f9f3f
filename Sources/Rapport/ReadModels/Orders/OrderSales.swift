public import EventLog
internal import Projection

/// How many orders, whatever their currency.
public struct OrderCounts: Codable, Sendable, Hashable {
    /// Orders placed, whatever has become of them; of a period: placed in it.
    public let placed: Int64
    /// Orders delivered, each once; of a period: delivered in it.
    public let delivered: Int64
    /// Orders cancelled; of a period: cancelled in it.
    public let cancelled: Int64
    /// Orders of which anything came back, each once; of a period: those that first did in it.
    public let returned: Int64
    /// Placed, and neither delivered nor cancelled; of a period: at its end.
    public let open: Int64
    /// Thousandths of the units that things are sold in.
    public let quantityMilli: Int64

    init(_ stored: [Int64], open: Int64? = nil) {
        let columns = stored + [Int64](repeating: 0, count: max(0, OrderModel.Count.count - stored.count))
        placed = columns[OrderModel.Count.placed]
        delivered = columns[OrderModel.Count.delivered]
        cancelled = columns[OrderModel.Count.cancelled]
        returned = columns[OrderModel.Count.returned]
        self.open = open ?? columns[OrderModel.Count.open]
        quantityMilli = columns[OrderModel.Count.quantity]
    }
}

/// What orders come to in one currency, in minor units.
public struct OrderValues: Codable, Sendable, Hashable {
    /// Empty for amounts without a currency.
    public let currency: String
    /// What orders came to when they were placed.
    public let placed: Int64
    /// What changes of orders added; less than zero when they took away more.
    public let changed: Int64
    /// What cancelled orders came to when they were cancelled.
    public let cancelled: Int64
    /// What was given back, all returns together.
    public let returned: Int64
    /// placed + changed − cancelled − returned.
    public let net: Int64
    /// What open orders come to; of a period: at its end.
    public let open: Int64

    init(_ currency: String, _ stored: [Int64], open: Int64? = nil) throws {
        let columns = stored + [Int64](repeating: 0, count: max(0, OrderModel.Value.count - stored.count))
        self.currency = currency
        placed = columns[OrderModel.Value.placed]
        changed = columns[OrderModel.Value.changed]
        cancelled = columns[OrderModel.Value.cancelled]
        returned = columns[OrderModel.Value.returned]
        self.open = open ?? columns[OrderModel.Value.open]
        let total = Int128(placed) + Int128(changed) - Int128(cancelled) - Int128(returned)
        guard let net = Int64(exactly: total) else { throw SumOverflow(row: "the answer", column: 0) }
        self.net = net
    }
}

/// Which sales.
public struct OrderSalesQuestion: Sendable, Hashable {
    /// `channel`, or an attribute given when orders were placed; nil takes all orders together.
    public var dimension: String?
    /// The length of the periods; nil takes the whole range as one.
    public var by: Granularity?
    /// First and last day, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks for sales; by default all orders of all times in one sum, by days in UTC.
    public init(
        dimension: String? = nil, by: Granularity? = nil, from: CivilDate? = nil, to: CivilDate? = nil,
        zone: String = "UTC"
    ) {
        self.dimension = dimension
        self.by = by
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// What was ordered, delivered, cancelled and given back, period by period.
public struct OrderSales: Codable, Sendable, Hashable {
    /// The orders of one period and value of the dimension.
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// What happened in the period, and how many orders were open at its end.
        public let counts: OrderCounts
        /// By currency.
        public let values: [OrderValues]
    }

    /// What orders are grouped by; nil takes all together.
    public let dimension: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// By group, then period; periods in which nothing happened are left out.
    public let points: [Point]
    /// The whole range, one for each group.
    public let overall: [Point]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// What was ordered and what became of it, each at the time it happened. O(groups × currencies × periods × log n).
    ///
    /// - Throws: ``UnknownTimeZone``, `SumOverflow`.
    public func orderSales(
        _ question: OrderSalesQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> OrderSales {
        try await wait(for: position, of: OrderModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(OrderModel.name) { reader in try OrderSales(question, calendar, reader) }
    }

    /// What ``orderSales(_:atLeast:)`` can group by, sorted. O(series × log n).
    public func orderDimensions() throws -> [String] {
        try rows.read(OrderModel.name) { reader in
            Set(try reader.seriesNames(OrderModel.counts).map { $0[0] }).subtracting([""]).sorted()
        }
    }
}

extension OrderSales {
    init(_ question: OrderSalesQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        let dimension = question.dimension ?? ""
        var points: [Point] = []
        var overall: [Point] = []
        for value in try reader.seriesNames(OrderModel.counts, under: [dimension]).map({ $0[0] }) {
            let group = Group(
                dimension: dimension, value: value,
                currencies: try reader.seriesNames(OrderModel.values, under: [dimension, value]).map { $0[0] })
            guard let days = try group.days(reader) else { continue }
            let label = question.dimension == nil ? nil : value
            let periods = question.by.map { by in
                CalendarPeriod.all(by, overUTCDays: days, from: question.from, to: question.to)
            }
            let start = question.from.map { calendar.startOfDay($0) }
            let end = question.to.map { calendar.endOfDay($0) }
            let before = try group.open(at: start, reader)
            var open = before
            for period in periods ?? [] {
                let start = calendar.startOfDay(max(period.firstDay, question.from ?? period.firstDay))
                let end = calendar.endOfDay(min(period.lastDay, question.to ?? period.lastDay))
                if let point = try group.point(period.label, label, start, end, &open, reader) { points.append(point) }
            }
            open = before
            if let point = try group.point("all", label, start, end, &open, reader) { overall.append(point) }
        }
        self.init(
            dimension: question.dimension, zone: calendar.name, points: points, overall: overall,
            position: reader.position)
    }

    /// Orders of one value of a dimension.
    private struct Group {
        let dimension: String
        let value: String
        let currencies: [String]

        /// The first and the last UTC day on which anything happened.
        func days(_ reader: borrowing ModelReader) throws -> ClosedRange<Int>? {
            guard var days = try reader.days(OrderModel.counts, [dimension, value]) else { return nil }
            for currency in currencies {
                guard let more = try reader.days(OrderModel.values, [dimension, value, currency]) else { continue }
                days = min(days.lowerBound, more.lowerBound)...max(days.upperBound, more.upperBound)
            }
            return days
        }

        /// What is open: orders, and their value in each currency.
        struct Open {
            var orders: Int64 = 0
            var values: [Int64]
        }

        /// What was open at `time`; nil is before the first event.
        func open(at time: Timestamp?, _ reader: borrowing ModelReader) throws -> Open {
            var open = Open(values: currencies.map { _ in 0 })
            guard let time else { return open }
            open.orders = try column(
                OrderModel.Count.open, of: reader.sum(OrderModel.counts, [dimension, value], to: time))
            for (number, currency) in currencies.enumerated() {
                let columns = try reader.sum(OrderModel.values, [dimension, value, currency], to: time)
                open.values[number] = column(OrderModel.Value.open, of: columns)
            }
            return open
        }

        /// What happened from `start` to `end`; nil when nothing did. `open` is what was open at the start, and becomes
        /// what was at the end.
        func point(
            _ period: String, _ group: String?, _ start: Timestamp?, _ end: Timestamp?, _ open: inout Open,
            _ reader: borrowing ModelReader
        ) throws -> Point? {
            let counts = try reader.sum(OrderModel.counts, [dimension, value], from: start, to: end)
            var isEmpty = counts.allSatisfy { $0 == 0 }
            open.orders = try sum(open.orders, column(OrderModel.Count.open, of: counts))
            var values: [OrderValues] = []
            for (number, currency) in currencies.enumerated() {
                let parts = [dimension, value, currency]
                let columns = try reader.sum(OrderModel.values, parts, from: start, to: end)
                if !columns.allSatisfy({ $0 == 0 }) { isEmpty = false }
                open.values[number] = try sum(open.values[number], column(OrderModel.Value.open, of: columns))
                values.append(try OrderValues(currency, columns, open: open.values[number]))
            }
            if isEmpty { return nil }
            return Point(period: period, group: group, counts: OrderCounts(counts, open: open.orders), values: values)
        }

        private func column(_ number: Int, of columns: [Int64]) -> Int64 {
            number < columns.count ? columns[number] : 0
        }
    }
}
