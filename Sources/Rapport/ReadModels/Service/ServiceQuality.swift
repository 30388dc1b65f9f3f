public import EventLog

/// How well cases are served (R24): solved at the first contact, opened again, waiting, and how often somebody was at
/// work on them.
///
/// What happened later than `now` does not count, but for contacts and assignments: of these a case keeps the number
/// alone. A share is nil where there is nothing to take a share of; its bounds are Wilson's.
public struct ServiceQuality: Codable, Sendable, Hashable {
    /// Cases that were solved at the first contact.
    public struct FirstContact: Codable, Sendable, Hashable {
        /// Cases whose first resolution was ``ServiceQuality/holdingDays`` days ago or longer.
        public let matured: Int64
        /// Cases whose first resolution is more recent: nobody knows yet whether it holds.
        public let immature: Int64
        /// Those of the matured with at most one response, that were not opened again from the first resolution until
        /// ``ServiceQuality/holdingDays`` days after it.
        public let resolved: Int64
        /// `resolved` of `matured`.
        public let share: WilsonInterval?
    }

    /// How often something was done about a case.
    public struct PerCase: Codable, Sendable, Hashable {
        /// All of it.
        public let total: Int64
        /// For each case, in hundredths, rounded half up; nil without cases.
        public let meanCenti: Int64?
        /// Cases about which it was never done.
        public let none: Int64
        /// Cases about which it was done once.
        public let once: Int64
        /// Cases about which it was done twice or more.
        public let several: Int64
        /// The most that it was done about one case.
        public let most: Int64
    }

    /// Open cases of a range of ages.
    public struct AgeBucket: Codable, Sendable, Hashable {
        /// The least age in days of 24 hours.
        public let fromDays: Int
        /// Younger than this; nil is unbounded.
        public let toDays: Int?
        /// Cases that are so old.
        public let cases: Int64
    }

    /// Cases that are neither resolved nor closed.
    public struct Backlog: Codable, Sendable, Hashable {
        /// How many.
        public let open: Int64
        /// From the opening until `now`; nil where none is open.
        public let age: DurationSummary?
        /// Every range of ages, the youngest first.
        public let buckets: [AgeBucket]
    }

    /// The cases with one value of the dimension.
    public struct Group: Codable, Sendable, Hashable {
        /// The value of the dimension; nil without one, and of customers who were erased.
        public let value: String?
        /// Whether these are the cases of customers who were erased, all together.
        public let isErased: Bool
        /// Cases opened in the range.
        public let cases: Int64
        /// Those of them that were resolved at least once.
        public let resolved: Int64
        /// Those of them that were closed at least once, and never resolved.
        public let closedUnresolved: Int64
        /// Those of them that were opened again at least once.
        public let reopened: Int64
        /// `reopened` of those that were resolved or closed.
        public let reopenedShare: WilsonInterval?
        /// How many of those resolved were so at the first contact.
        public let firstContact: FirstContact
        /// How often the customer was answered.
        public let contacts: PerCase
        /// How often somebody got the case.
        public let assignments: PerCase
        /// Those of the cases that wait.
        public let backlog: Backlog
    }

    /// For how many days of 24 hours a resolution must hold, to count as one at the first contact.
    public static let holdingDays: Int64 = 7

    /// What cases are grouped by; nil takes all together.
    public let dimension: String?
    /// The first day of opening, as asked; nil is unbounded.
    public let from: String?
    /// The last day of opening, as asked, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// What happened later does not count.
    public let now: Timestamp
    /// In byte order of their values; nothing where there are no cases.
    public let groups: [Group]
    /// Cases of the range without a value of the dimension; they are in no group.
    public let ungrouped: Int64
    /// The position that the answer is of.
    public let position: Position
}

/// Which cases are looked at for the quality of service.
public struct ServiceQuestion: Sendable, Hashable {
    /// What happened later does not count.
    public var now: Timestamp
    /// Groups cases by it, as ``CRMState/caseDimensions()`` names them; nil takes all together.
    public var dimension: String?
    /// The first day of opening; nil is unbounded.
    public var from: CivilDate?
    /// The last day of opening, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without optional arguments, about all cases opened until `now`, by days in UTC.
    public init(
        now: Timestamp, dimension: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.now = now
        self.dimension = dimension
        self.from = from
        self.to = to
        self.zone = zone
    }
}
