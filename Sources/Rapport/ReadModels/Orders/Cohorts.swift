public import EventLog
internal import Projection

/// Which cohorts.
public struct CohortQuestion: Sendable, Hashable {
    /// The length of the periods: of a first order, and between it and later ones.
    public var by: Granularity
    /// First and last day of first orders, both included; nil is unbounded.
    public var from: CivilDate?
    /// Last day of first orders, included; nil is unbounded.
    public var to: CivilDate?
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks for monthly cohorts; by default of all first orders, until the latest order, by days in UTC.
    public init(
        by: Granularity = .month, from: CivilDate? = nil, to: CivilDate? = nil, at: CivilDate? = nil,
        zone: String = "UTC"
    ) {
        self.by = by
        self.from = from
        self.to = to
        self.at = at
        self.zone = zone
    }
}

/// Customers by the period of their first order, and who ordered again when (R32). Cancelled orders do not count.
public struct Cohorts: Codable, Sendable, Hashable {
    /// The customers whose first order lies in one period.
    public struct Cohort: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// Who ordered first in the period.
        public let customers: Int64
        /// Who ordered again at all.
        public let repeatCustomers: Int64
        /// repeatCustomers / customers, in basis points rounded half up; nil without customers.
        public let repeatRateBp: Int64?
        /// Who ordered on two days or more.
        public let repeatOnOtherDay: Int64
        /// repeatOnOtherDay / customers, in basis points rounded half up; nil without customers.
        public let repeatOnOtherDayBp: Int64?
        /// All that these customers ordered up to the last day looked at, first orders included.
        public let orders: Int64
        /// Who ordered in the first period, the one after it, and so on, at most 400 of them: in the first period all.
        /// Nil where a period is not over yet.
        public let active: [Int64?]
    }

    /// The length of the periods.
    public let by: Granularity
    /// The last day that is looked at; nil when there are no orders.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// By period; periods without a first order are left out.
    public let cohorts: [Cohort]
    /// All of them together; without `active`, for their periods are over at different times.
    public let overall: Cohort
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// Cohorts of customers by their first order. O(orders).
    ///
    /// - Throws: ``UnknownTimeZone``.
    public func cohorts(
        _ question: CohortQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> Cohorts {
        try await wait(for: position, of: OrderModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(OrderModel.name) { reader in
            guard let span = try BuyerRows.span(reader) else {
                return Cohorts(question, calendar, at: nil, [], position: reader.position)
            }
            let earliest = calendar.date(of: Timestamp(microseconds: span.lowerBound))
            let latest = calendar.date(of: Timestamp(microseconds: span.upperBound))
            // Further on nothing is told apart any more, however far the day is that is asked about.
            let furthest = latest.daysSinceEpoch + CohortCounter.mostPeriods * 366
            let lastDay =
                question.at.map { $0.daysSinceEpoch > furthest ? CivilDate(daysSinceEpoch: furthest) : $0 } ?? latest
            var counter = CohortCounter(question, calendar, earliest: earliest, lastDay: lastDay)
            try BuyerRows.forEachBuyer(before: counter.end, reader) { counter.add($0) }
            return Cohorts(question, calendar, at: lastDay, counter.tallies, position: reader.position)
        }
    }
}

extension Cohorts {
    fileprivate init(
        _ question: CohortQuestion, _ calendar: ZonedCalendar, at lastDay: CivilDate?, _ tallies: [CohortTally],
        position: Position
    ) {
        var overall = CohortTally(label: "all")
        for tally in tallies { overall.add(tally) }
        by = question.by
        at = lastDay?.description
        zone = calendar.name
        cohorts = tallies.filter { $0.customers > 0 }.map(Cohort.init)
        self.overall = Cohort(overall)
        self.position = position
    }
}

extension Cohorts.Cohort {
    fileprivate init(_ tally: CohortTally) {
        period = tally.label
        customers = tally.customers
        repeatCustomers = tally.repeatCustomers
        repeatRateBp = basisPoints(tally.repeatCustomers, of: tally.customers)
        repeatOnOtherDay = tally.repeatOnOtherDay
        repeatOnOtherDayBp = basisPoints(tally.repeatOnOtherDay, of: tally.customers)
        orders = tally.orders
        active = tally.active
    }
}
