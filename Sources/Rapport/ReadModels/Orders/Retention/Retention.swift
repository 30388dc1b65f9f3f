public import EventLog

/// Which customers came back how long after their first order (R32). A day after the first order is a day of the
/// calendar in the zone; cancelled orders do not count.
///
/// What is not over yet is nil, and not 0: of a cohort a figure is known when its days are over for whoever ordered
/// first on the cohort's last day.
public struct Retention: Codable, Sendable, Hashable {
    /// How many of some customers.
    public struct Share: Codable, Sendable, Hashable {
        /// Of how many customers.
        public let customers: Int64
        /// How many of them ordered.
        public let active: Int64
        /// active / customers, in basis points rounded half up; nil without customers.
        public let activeBp: Int64?

        init(_ active: Int64, of customers: Int64) {
            self.customers = customers
            self.active = active
            activeBp = basisPoints(active, of: customers)
        }
    }

    /// What is known of one of the days asked about.
    public struct Mark: Codable, Sendable, Hashable {
        /// How many days after the first order.
        public let day: Int
        /// The next of the days asked about, before which the bracket ends; nil for the last one, which has none.
        public let before: Int?
        /// Who ordered on this very day, in [day, day + 1): N-day retention; nil while it is not over.
        public let nDay: Share?
        /// Who ordered in [day, before): bracket retention; nil while it is not over, and for the last day.
        public let bracket: Share?
        /// Who has ordered on this day or later, as far as is known: unbounded retention. Nil until the day is over; it
        /// may still rise then.
        public let unbounded: Share?
    }

    /// The customers whose first order lies in one period.
    public struct Cohort: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...
        public let period: String
        /// Who ordered first in the period.
        public let customers: Int64
        /// By day.
        public let marks: [Mark]
    }

    /// Who ordered in a period of the calendar.
    public struct Period: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...
        public let period: String
        /// Those whose first order it was, or the first of several in the period; nil while it is not over.
        public let firstTime: Int64?
        /// Those who had ordered in an earlier period; nil while it is not over.
        public let recurring: Int64?
        /// recurring / (firstTime + recurring), in basis points rounded half up; nil while the period is not over.
        public let recurringBp: Int64?
    }

    /// Who was lost between two of the days asked about.
    public struct Hazard: Codable, Sendable, Hashable {
        /// Where the bracket begins; the first one begins with day 0, that of the first order.
        public let day: Int
        /// Before which day it ends.
        public let before: Int
        /// Who ordered on `day` or later, of the cohorts for which the bracket and day `before` are over.
        public let atRisk: Int64
        /// Those of them who have not ordered on `before` or later, as far as is known.
        public let lost: Int64
        /// lost / atRisk, in basis points rounded half up; nil without anybody at risk.
        public let hazardBp: Int64?
    }

    /// The length of the periods.
    public let by: Granularity
    /// The last day that is looked at; nil when there are no orders.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// By period of the first order; periods without one are left out.
    public let cohorts: [Cohort]
    /// All cohorts together; each figure of those for which it is known, nil of none.
    public let overall: [Mark]
    /// Bracket by bracket; those that are over for no cohort are left out.
    public let hazards: [Hazard]
    /// Periods in which anybody ordered, in order of time: of all customers, whatever cohorts are asked for.
    public let periods: [Period]
    /// Orders that nobody is known to have placed: they count nowhere else.
    public let ordersWithoutCustomer: Int64
    /// The position that the answer is of.
    public let position: Position
}
