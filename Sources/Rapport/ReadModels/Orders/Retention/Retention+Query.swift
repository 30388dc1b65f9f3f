public import EventLog
internal import Projection

extension CRMState {
    /// Who came back how long after the first order, by cohort of first orders. O(orders).
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidRetentionDays``.
    public func retention(
        _ question: RetentionQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> Retention {
        try question.check()
        let calendar = try ZonedCalendar(zone: question.zone)
        try await wait(for: position, of: OrderModel.name)
        return try rows.read(OrderModel.name) { reader in
            let span = try BuyerRows.span(reader)
            let nobodys = try BuyerRows.ordersOfNobody(
                from: .min, before: question.at.map { calendar.endOfDay($0).microseconds } ?? .max, reader)
            guard let span else {
                return Retention(question, calendar, at: nil, [], [:], nobodys, position: reader.position)
            }
            let latest = calendar.date(of: Timestamp(microseconds: span.upperBound))
            let lastDay = question.at ?? latest
            let end = calendar.endOfDay(lastDay).microseconds
            var counter = RetentionCounter(question, DayNumbers(span, calendar))
            try BuyerRows.forEachBuyer(before: end, reader) { counter.add($0) }
            return Retention(
                question, calendar, at: lastDay, counter.cohorts, counter.visitors, nobodys,
                position: reader.position)
        }
    }
}

extension Retention {
    fileprivate init(
        _ question: RetentionQuestion, _ calendar: ZonedCalendar, at lastDay: CivilDate?, _ tallies: [RetentionTally],
        _ visitors: [Int: RetentionCounter.Visitors], _ ordersWithoutCustomer: Int64, position: Position
    ) {
        let watched = Watched(question, lastDay: lastDay?.daysSinceEpoch ?? .min)
        self.init(
            by: question.by, at: lastDay?.description, zone: calendar.name,
            cohorts: tallies.map { tally in
                Cohort(
                    period: watched.label(tally.firstDay), customers: tally.customers,
                    marks: watched.marks(of: [tally]))
            },
            overall: watched.marks(of: tallies), hazards: watched.hazards(of: tallies),
            periods: visitors.sorted { $0.key < $1.key }.map { watched.period($0.key, $0.value) },
            ordersWithoutCustomer: ordersWithoutCustomer, position: position)
    }
}

/// Up to when customers were watched, and so what is known of them.
private struct Watched {
    let granularity: Granularity
    /// The days asked about.
    let days: [Int]
    /// The last day of first orders that is wanted, since 1970; the greatest number where there is none.
    let lastFirstDay: Int
    /// The last day looked at, since 1970.
    let lastDay: Int

    init(_ question: RetentionQuestion, lastDay: Int) {
        granularity = question.by
        days = question.days
        lastFirstDay = question.to?.daysSinceEpoch ?? .max
        self.lastDay = lastDay
    }

    func period(_ firstDay: Int) -> CalendarPeriod {
        CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: firstDay))
    }

    func label(_ firstDay: Int) -> String { period(firstDay).label }

    /// Whether a day after the first order is over for whoever ordered first on the last day of the cohort.
    func isOver(_ day: Int, for tally: RetentionTally) -> Bool {
        min(period(tally.firstDay).lastDay.daysSinceEpoch, lastFirstDay) + day <= lastDay
    }

    /// What is known of some cohorts together, day by day. O(days² × cohorts).
    func marks(of tallies: [RetentionTally]) -> [Retention.Mark] {
        days.indices.map { mark -> Retention.Mark in
            let next: Int? = mark + 1 < days.count ? days[mark + 1] : nil
            let known = tallies.filter { isOver(days[mark], for: $0) }
            let whole = next.map { next in tallies.filter { isOver(next - 1, for: $0) } } ?? []
            return Retention.Mark(
                day: days[mark], before: next, nDay: share(of: known) { $0.active[mark] },
                bracket: share(of: whole) { $0.between[mark + 1] },
                unbounded: share(of: known) { $0.onOrAfter(mark) })
        }
    }

    /// Nil of no cohort.
    private func share(of tallies: [RetentionTally], _ active: (RetentionTally) -> Int64) -> Retention.Share? {
        if tallies.isEmpty { return nil }
        return Retention.Share(
            tallies.reduce(0) { $0 + active($1) }, of: tallies.reduce(0) { $0 + $1.customers })
    }

    /// Who was lost in each bracket, the first one from day 0. O(days² × cohorts).
    func hazards(of tallies: [RetentionTally]) -> [Retention.Hazard] {
        days.indices.compactMap { mark -> Retention.Hazard? in
            if days[mark] == 0 { return nil }
            let known = tallies.filter { isOver(days[mark], for: $0) }
            if known.isEmpty { return nil }
            let atRisk = known.reduce(Int64(0)) { $0 + (mark == 0 ? $1.customers : $1.onOrAfter(mark - 1)) }
            let lost = atRisk - known.reduce(Int64(0)) { $0 + $1.onOrAfter(mark) }
            return Retention.Hazard(
                day: mark == 0 ? 0 : days[mark - 1], before: days[mark], atRisk: atRisk, lost: lost,
                hazardBp: basisPoints(lost, of: atRisk))
        }
    }

    /// Who ordered in the period that begins with a day.
    func period(_ firstDay: Int, _ visitors: RetentionCounter.Visitors) -> Retention.Period {
        let period = self.period(firstDay)
        let isOver = period.lastDay.daysSinceEpoch <= lastDay
        return Retention.Period(
            period: period.label, firstTime: isOver ? visitors.firstTime : nil,
            recurring: isOver ? visitors.recurring : nil,
            recurringBp: isOver ? basisPoints(visitors.recurring, of: visitors.firstTime + visitors.recurring) : nil)
    }
}
