public import EventLog

/// What had become of the last orders of customers who were lost, next to those who stayed (R32). Each customer counts
/// once, by the latest order that was placed so many days ago that the time of silence after it is over.
public struct LossPaths: Codable, Sendable, Hashable {
    /// What had become of an order.
    public enum LastOrder: String, Codable, Sendable, Hashable, CaseIterable {
        /// Neither cancelled nor given back, not even a part of it.
        case kept
        /// Something of it came back, and it was not cancelled.
        case returned
        case cancelled
    }

    /// The customers of whose last order one thing had become.
    public struct Path: Codable, Sendable, Hashable {
        /// What had become of it within the days of silence.
        public let lastOrder: LastOrder
        /// How many customers.
        public let customers: Int64
        /// Those of them who did not order again within these days.
        public let lost: Int64
        /// lost / customers, in basis points rounded half up; nil without customers.
        public let lostBp: Int64?
        /// Their share in all who were lost, in basis points rounded half up; nil if nobody was.
        public let shareOfLostBp: Int64?
        /// The share of those who stayed in all who did, in basis points rounded half up; nil if nobody did.
        public let shareOfRetainedBp: Int64?
    }

    /// How many days without another order make a customer a lost one.
    public let silentDays: Int
    /// The last day that is looked at; nil when there are no orders.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// Customers with an order after which these days are over.
    public let customers: Int64
    /// Those of them who did not order again within these days.
    public let lost: Int64
    /// lost / customers, in basis points rounded half up; nil without customers.
    public let lostBp: Int64?
    /// One for each thing that can become of an order.
    public let paths: [Path]
    /// Customers whose first order is so young that the days are not over: they count nowhere else.
    public let immature: Int64
    /// Orders that nobody is known to have placed, and that were not cancelled: they count nowhere else.
    public let ordersWithoutCustomer: Int64
    /// The position that the answer is of.
    public let position: Position
}

/// After how much silence customers are lost.
public struct LossPathQuestion: Sendable, Hashable {
    /// No question asks for more days of silence: ten years.
    public static let mostDays = 3_660

    /// How many days without another order make a customer a lost one.
    public var silentDays: Int
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks by default until the latest order, by days in UTC.
    public init(silentDays: Int, at: CivilDate? = nil, zone: String = "UTC") {
        self.silentDays = silentDays
        self.at = at
        self.zone = zone
    }

    /// - Throws: ``InvalidSilence``.
    func check() throws(InvalidSilence) {
        guard (1...Self.mostDays).contains(silentDays) else { throw InvalidSilence(days: silentDays) }
    }
}

/// A time of silence that nobody can be lost in, or that is too long.
public struct InvalidSilence: Error, Hashable, Sendable, CustomStringConvertible {
    /// As they were given.
    public let days: Int

    public var description: String {
        "the silence lasts \(days) days; expected 1 to \(LossPathQuestion.mostDays)"
    }
}
