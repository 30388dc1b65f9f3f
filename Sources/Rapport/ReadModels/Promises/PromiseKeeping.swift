public import EventLog

/// Which promises of delivery, and as at when they are judged.
public struct PromiseQuestion: Sendable, Hashable {
    /// What happened later does not count, and what was due before is overdue.
    public var now: Timestamp
    /// What orders are grouped by, as ``CRMState/promiseDimensions()`` names it; nil takes all together.
    public var dimension: String?
    /// The length of the periods that first promises are due in; nil takes the whole range as one.
    public var by: Granularity?
    /// The first day on which first promises are due, included; nil is unbounded.
    public var from: CivilDate?
    /// The last day on which first promises are due, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks how promises have been kept; by default all of them in one sum, by days in UTC.
    public init(
        now: Timestamp, dimension: String? = nil, by: Granularity? = nil, from: CivilDate? = nil,
        to: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.now = now
        self.dimension = dimension
        self.by = by
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// How promises of delivery were kept (R22): judged by the first promise of each order, whatever was promised since.
public struct PromiseKeeping: Codable, Sendable, Hashable {
    /// The orders whose first promise is due in one period, with one value of the dimension.
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; empty for orders that have none, nil without a dimension and of customers who
        /// were erased.
        public let group: String?
        /// Whether these are the orders of customers who were erased, all together.
        public internal(set) var isErased = false
        /// `kept` + `broken` + `overdue` + `open` + `cancelled`.
        public let orders: Int
        /// Arrived by the first promise.
        public let kept: Int
        /// Arrived after the first promise.
        public let broken: Int
        /// Not there, though the first promise was due.
        public let overdue: Int
        /// Not there, and not due by the first promise.
        public let open: Int
        /// Cancelled before they arrived.
        public let cancelled: Int
        /// Those of `cancelled` that were cancelled after the first promise was due: it was not kept.
        public let cancelledOverdue: Int
        /// Orders whose first promise was due, but for those that were cancelled by then: the opportunities.
        public let due: Int
        /// Those of `due` that were there by the first promise.
        public let keptOfDue: WilsonInterval?
        /// Those of `due` that were not there by the first promise: late, overdue, or cancelled when they were; nil
        /// where nothing was due.
        public let defects: DefectRate?
        /// `kept` of `kept` + `broken`: leaves out what has not arrived, as figures of others do.
        public let keptOfDelivered: WilsonInterval?
        /// Arrived by the last promise that was made before, of those that arrived.
        public let keptLastOfDelivered: WilsonInterval?
        /// Promises made to these orders, each change of a promise being one.
        public let promises: Int
        /// Orders whose last promise is another time than the first.
        public let moved: Int
        /// Of those that arrived, how many came in several parts; they are judged by the first.
        public let inParts: Int
        /// From the first promise to the arrival, of all that arrived; less than zero where they were early.
        public let slip: DurationSummary?
        /// The same of `broken` alone.
        public let delay: DurationSummary?
        /// From the first promise to the last, of all orders; less than zero where something earlier was promised.
        public let inflation: DurationSummary?
    }

    /// Promises that are judged by nobody, all that had been made by `now`.
    public struct Uncounted: Codable, Sendable, Hashable {
        /// Made when the order had been delivered.
        public var afterDelivery = 0
        /// Made when the order had been cancelled.
        public var afterCancellation = 0
        /// Of orders that nobody had placed.
        public var ofUnknownOrders = 0
        /// Without a time that a date can name; no event that was checked is so.
        public var withoutTime = 0
    }

    /// As at when promises are judged.
    public let now: Timestamp
    /// What orders are grouped by; nil takes all together.
    public let dimension: String?
    /// Nil for the whole range in one.
    public let by: Granularity?
    /// The first day asked for; nil is unbounded.
    public let from: String?
    /// The last day asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// By group, then period; without orders whose first promise is due in a period, it is left out. Nothing where the
    /// question names no periods.
    public let points: [Point]
    /// The whole range, one for each group.
    public let overall: [Point]
    /// Orders placed by `now` of which nobody had promised anything by then, whatever has become of them, and in
    /// whatever range and group.
    public let withoutPromise: Int
    /// In whatever range and group.
    public let uncounted: Uncounted
    /// The position that the answer is of.
    public let position: Position
}
