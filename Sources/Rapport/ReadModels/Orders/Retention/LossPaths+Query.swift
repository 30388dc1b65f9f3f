public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// What had become of the last orders of customers who stayed away, next to those who came again. O(orders).
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidSilence``.
    public func lossPaths(_ question: LossPathQuestion, atLeast position: Position? = nil) async throws -> LossPaths {
        try question.check()
        let calendar = try ZonedCalendar(zone: question.zone)
        try await wait(for: position, of: OrderModel.name)
        return try rows.read(OrderModel.name) { reader in try LossPaths(question, calendar, reader) }
    }
}

extension LossPaths {
    fileprivate init(
        _ question: LossPathQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws {
        guard let span = try BuyerRows.span(reader) else {
            self.init(question, LossPathCounter.Tally(), at: nil, ordersWithoutCustomer: 0, position: reader.position)
            return
        }
        let lastDay = question.at ?? calendar.date(of: Timestamp(microseconds: span.upperBound))
        let end = calendar.endOfDay(lastDay).microseconds
        var counter = LossPathCounter(
            silentDays: question.silentDays, lastDay: lastDay.daysSinceEpoch, DayNumbers(span, calendar))
        try BuyerRows.forEachOrder(before: end, reader) { customer, placedAt, row in
            if customer != nil { counter.endCustomer() }
            counter.add(
                placedAt: placedAt, cancelledAt: try CustomerOrderRow.cancelledAt(row),
                cameBackAt: try CustomerOrderRow.cameBackAt(row, placedAt: placedAt))
        }
        counter.endCustomer()
        let nobodys = try BuyerRows.ordersOfNobody(from: .min, before: end, reader)
        self.init(
            question, counter.tally, at: lastDay, ordersWithoutCustomer: nobodys, position: reader.position)
    }

    private init(
        _ question: LossPathQuestion, _ tally: LossPathCounter.Tally, at lastDay: CivilDate?,
        ordersWithoutCustomer: Int64, position: Position
    ) {
        let lost = tally.lost.values.reduce(0, +)
        let retained = tally.retained.values.reduce(0, +)
        self.init(
            silentDays: question.silentDays, at: lastDay?.description, zone: question.zone,
            customers: lost + retained, lost: lost, lostBp: basisPoints(lost, of: lost + retained),
            paths: LastOrder.allCases.map { lastOrder in
                let (gone, stayed) = (tally.lost[lastOrder] ?? 0, tally.retained[lastOrder] ?? 0)
                return Path(
                    lastOrder: lastOrder, customers: gone + stayed, lost: gone,
                    lostBp: basisPoints(gone, of: gone + stayed), shareOfLostBp: basisPoints(gone, of: lost),
                    shareOfRetainedBp: basisPoints(stayed, of: retained))
            },
            immature: tally.immature, ordersWithoutCustomer: ordersWithoutCustomer, position: position)
    }
}

/// Counts customers by what became of an order, and whether they ordered again; one customer after the other.
private struct LossPathCounter {
    struct Tally {
        var lost: [LossPaths.LastOrder: Int64] = [:]
        var retained: [LossPaths.LastOrder: Int64] = [:]
        var immature: Int64 = 0
    }

    /// An order after which the days of silence are over.
    private struct Mature {
        /// Since 1970.
        let day: Int
        /// Microseconds UTC; the greatest number when never.
        let cancelledAt: Int64
        /// Microseconds UTC; the greatest number when never.
        let cameBackAt: Int64
    }

    private let silentDays: Int
    /// Since 1970.
    private let lastDay: Int
    private let days: DayNumbers
    private(set) var tally = Tally()
    /// Whether the customer that is counted at present has any order.
    private var hasOrders = false
    /// The latest such order of the customer.
    private var mature: Mature?
    /// The day of the customer's first order after that one.
    private var nextDay: Int?

    init(silentDays: Int, lastDay: Int, _ days: DayNumbers) {
        self.silentDays = silentDays
        self.lastDay = lastDay
        self.days = days
    }

    /// Takes the next order of the customer; times are microseconds UTC.
    mutating func add(placedAt: Int64, cancelledAt: Int64, cameBackAt: Int64) {
        hasOrders = true
        let day = days.day(of: placedAt)
        if day + silentDays <= lastDay {
            mature = Mature(day: day, cancelledAt: cancelledAt, cameBackAt: cameBackAt)
        } else if nextDay == nil {
            nextDay = day
        }
    }

    /// Counts the customer whose orders these were, and begins with the next.
    mutating func endCustomer() {
        defer { (hasOrders, mature, nextDay) = (false, nil, nil) }
        guard hasOrders else { return }
        guard let mature else {
            tally.immature += 1
            return
        }
        let lastSilent = mature.day + silentDays
        let lastOrder = state(of: mature, by: lastSilent)
        if let nextDay, nextDay <= lastSilent {
            tally.retained[lastOrder, default: 0] += 1
        } else {
            tally.lost[lastOrder, default: 0] += 1
        }
    }

    /// What had become of an order by the end of a day, since 1970.
    private func state(of order: Mature, by day: Int) -> LossPaths.LastOrder {
        func hasCome(_ time: Int64) -> Bool { time < .max && days.day(of: time) <= day }
        if hasCome(order.cancelledAt) { return .cancelled }
        return hasCome(order.cameBackAt) ? .returned : .kept
    }
}
