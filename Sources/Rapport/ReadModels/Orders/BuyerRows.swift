internal import EventLog
internal import LMDB
internal import Projection

/// The rows of orders, customer by customer: what the questions about all customers go through.
enum BuyerRows {
    /// The times of the first and the last order of all, in microseconds UTC; nil without orders. O(log n).
    static func span(_ reader: borrowing ModelReader) throws -> ClosedRange<Int64>? {
        var span: ClosedRange<Int64>?
        for status in OrderStatus.allCases {
            let prefix = [OrderModel.orders, status.code]
            guard let first = try reader.firstKey(prefix: prefix), let last = try reader.lastKey(prefix: prefix) else {
                continue
            }
            let times = [first, last].map { TimedKey.time(of: $0.rawSpan, prefix: prefix.count) }
            span = min(span?.lowerBound ?? times[0], times[0])...max(span?.upperBound ?? times[1], times[1])
        }
        return span
    }

    /// Calls `body` with every order that was placed before `end`, cancelled or not: those of one customer one after
    /// the other, in order of placing. O(orders).
    ///
    /// - Parameters:
    ///   - end: microseconds UTC.
    ///   - body: gets the prefix of the customer's rows, once, with the first of them, then nil; when the order was
    ///     placed, in microseconds UTC; and its row.
    static func forEachOrder(
        before end: Int64, _ reader: borrowing ModelReader,
        _ body: (_ customer: [UInt8]?, _ placedAt: Int64, _ row: RawSpan) throws -> Void
    ) throws {
        var customer: [UInt8] = []
        var isNew = false
        try reader.forEachRow(prefix: [OrderModel.ofCustomers]) { key, row in
            // The prefix ends in a zero byte, which no customer holds: whoever begins the same is the same.
            if customer.isEmpty || !key.starts(with: customer.rawSpan) {
                customer = key.copy(0..<(try CustomerOrderRow.prefixLength(of: key)))
                isNew = true
            }
            let placedAt = TimedKey.time(of: key, prefix: customer.count)
            if placedAt >= end { return true }
            try body(isNew ? customer : nil, placedAt, row)
            isNew = false
            return true
        }
    }

    /// Calls `body` with the times at which each customer ordered before `end`, in order, without what was cancelled by
    /// then; with none, too. O(orders).
    static func forEachBuyer(
        before end: Int64, _ reader: borrowing ModelReader, _ body: ([Int64]) -> Void
    ) throws {
        var orders: [Int64] = []
        try forEachOrder(before: end, reader) { customer, placedAt, row in
            if customer != nil {
                body(orders)
                orders.removeAll(keepingCapacity: true)
            }
            if try CustomerOrderRow.cancelledAt(row) >= end { orders.append(placedAt) }
        }
        body(orders)
    }

    /// How many orders without a customer were placed from `start` until before `end`, and not cancelled by then.
    /// O(those without a customer).
    static func ordersOfNobody(from start: Int64, before end: Int64, _ reader: borrowing ModelReader) throws -> Int64 {
        let prefix = [OrderModel.ofNobody]
        var count: Int64 = 0
        try reader.forEachRow(prefix: prefix, from: TimedKey.start(prefix, at: start)) { key, row in
            if TimedKey.time(of: key, prefix: prefix.count) >= end { return false }
            if try CustomerOrderRow.cancelledAt(row) >= end { count += 1 }
            return true
        }
        return count
    }
}

/// The numbers of days, since 1970 in a zone, of moments that lie near each other. Moments within some days are looked
/// up in a table, others asked of the calendar.
struct DayNumbers {
    private let calendar: ZonedCalendar
    /// The first day of the table.
    private let first: Int
    /// When the days of the table begin, in microseconds UTC, and the one behind them.
    private let starts: [Int64]

    /// A table has no more days; the earlier ones are left out.
    private static let most = 40_000

    /// For moments from the one to the other, in microseconds UTC.
    init(_ span: ClosedRange<Int64>, _ calendar: ZonedCalendar) {
        self.calendar = calendar
        let last = calendar.date(of: Timestamp(microseconds: span.upperBound)).daysSinceEpoch
        let earliest = calendar.date(of: Timestamp(microseconds: span.lowerBound)).daysSinceEpoch
        first = max(earliest, last - Self.most)
        starts = (first...max(first, last) + 1).map {
            calendar.startOfDay(CivilDate(daysSinceEpoch: $0)).microseconds
        }
    }

    /// The day that holds `time`, in microseconds UTC.
    func day(of time: Int64) -> Int {
        guard time >= starts[0], time < starts[starts.count - 1] else {
            return calendar.date(of: Timestamp(microseconds: time)).daysSinceEpoch
        }
        // The UTC day is at most one off; a day that the zone left out lasts none.
        let day = Int(time.dividedFlooring(by: 86_400_000_000).quotient)
        var number = max(0, min(day - first, starts.count - 2))
        while starts[number] > time { number -= 1 }
        while starts[number + 1] <= time { number += 1 }
        return first + number
    }
}
