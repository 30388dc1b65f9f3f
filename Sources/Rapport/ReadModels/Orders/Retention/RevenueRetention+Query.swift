public import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// How much of the revenue of a period's customers was there again some periods later, and what new and returning
    /// customers brought. O(orders).
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidPeriodsApart``, ``SeveralCurrencies``, ``UnknownCurrency``,
    ///   `SumOverflow`.
    public func revenueRetention(
        _ question: RevenueRetentionQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> RevenueRetention {
        try question.check()
        let calendar = try ZonedCalendar(zone: question.zone)
        try await wait(for: position, of: OrderModel.name)
        return try rows.read(OrderModel.name) { reader in
            try RevenueRetention(question, calendar, reader)
        }
    }
}

extension RevenueRetention {
    fileprivate init(
        _ question: RevenueRetentionQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws {
        var values = PurchaseValues(currency: question.currency, .net)
        guard let span = try BuyerRows.span(reader) else {
            self.init(
                by: question.by, apart: question.apart, at: nil, zone: calendar.name, currency: question.currency,
                periods: [], gaps: values.gaps(ordersWithoutCustomer: 0), position: reader.position)
            return
        }
        let lastDay = question.at ?? calendar.date(of: Timestamp(microseconds: span.upperBound))
        let end = calendar.endOfDay(lastDay).microseconds
        var counter = RevenueRetentionCounter(question, DayNumbers(span, calendar), lastDay: lastDay)
        try BuyerRows.forEachOrder(before: end, reader) { customer, placedAt, row in
            if customer != nil { try counter.endCustomer() }
            guard try CustomerOrderRow.cancelledAt(row) >= end,
                let value = try values.value(of: row, placedAt: placedAt, before: end)
            else { return }
            try counter.add(value, at: placedAt)
        }
        try counter.endCustomer()
        let currency = try values.currency(reader)
        let nobodys = try BuyerRows.ordersOfNobody(from: .min, before: end, reader)
        // Periods behind this one are not over.
        let afterLast = question.by.periodNumber(of: lastDay.next)
        let periods = try counter.tallies.sorted { $0.key < $1.key }.map { number, tally in
            try Period(question, number, number < afterLast ? tally : nil)
        }
        self.init(
            by: question.by, apart: question.apart, at: lastDay.description, zone: calendar.name, currency: currency,
            periods: periods, gaps: values.gaps(ordersWithoutCustomer: nobodys), position: reader.position)
    }
}

extension RevenueRetention.Period {
    /// - Parameter tally: nil while the period is not over.
    fileprivate init(
        _ question: RevenueRetentionQuestion, _ number: Int, _ tally: RevenueRetentionCounter.Tally?
    ) throws {
        self.init(
            period: question.by.period(numbered: number).label,
            against: question.by.period(numbered: number - question.apart).label,
            movement: try tally.map { try RevenueRetention.Movement($0) },
            firstTime: tally.map { RevenueRetention.Buyers($0.firstTime) },
            recurring: tally.map { RevenueRetention.Buyers($0.recurring) })
    }
}

extension RevenueRetention.Movement {
    /// - Throws: `SumOverflow`.
    fileprivate init(_ tally: RevenueRetentionCounter.Tally) throws {
        let end = RevenueRetention.Part(
            customers: tally.firstTime.customers + tally.recurring.customers,
            revenue: try sum(tally.firstTime.revenue, tally.recurring.revenue))
        let lost = try sum(tally.contraction.revenue, tally.churn.revenue)
        let kept = try OrderAmounts.difference(tally.start.revenue, lost)
        self.init(
            start: .init(tally.start), expansion: .init(tally.expansion), contraction: .init(tally.contraction),
            churn: .init(tally.churn), new: .init(tally.new), reactivated: .init(tally.reactivated), end: end,
            netBp: basisPoints(try sum(kept, tally.expansion.revenue), of: tally.start.revenue),
            grossBp: basisPoints(kept, of: tally.start.revenue))
    }
}

extension RevenueRetention.Part {
    fileprivate init(_ sums: RevenueRetentionCounter.Sums) {
        self.init(customers: sums.customers, revenue: sums.revenue)
    }
}

extension RevenueRetention.Buyers {
    fileprivate init(_ sums: RevenueRetentionCounter.Sums) {
        self.init(customers: sums.customers, orders: sums.orders, revenue: sums.revenue)
    }
}
