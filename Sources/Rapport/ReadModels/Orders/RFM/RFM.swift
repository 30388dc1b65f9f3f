public import EventLog

/// Customers by how recently, how often and for how much they ordered (R29), and how much of it few of them paid.
public struct RFM: Codable, Sendable, Hashable {
    /// The customers of one score.
    public struct Score: Codable, Sendable, Hashable {
        /// 1 to 5; 5 is the latest, most frequent or greatest fifth.
        public let score: Int
        /// How many have it. Equal values have the same score, so it need not be a fifth.
        public let customers: Int64
        /// The least value among them: days, orders or minor units.
        public let least: Int64
        /// The greatest value among them.
        public let greatest: Int64
    }

    /// The customers of one score of each kind.
    public struct Cell: Codable, Sendable, Hashable {
        /// 1 to 5; 5 ordered last.
        public let recency: Int
        /// 1 to 5; 5 ordered most often.
        public let frequency: Int
        /// 1 to 5; 5 paid most.
        public let value: Int
        /// How many there are.
        public let customers: Int64
        /// What their orders are worth, in minor units.
        public let total: Int64

        /// By the scores of recency and frequency.
        public var segment: RFMSegment { RFMSegment(recency: recency, frequency: frequency) }
    }

    /// The customers of one segment.
    public struct Segment: Codable, Sendable, Hashable {
        /// Which.
        public let segment: RFMSegment
        /// How many there are.
        public let customers: Int64
        /// Among all, in basis points rounded half up; nil without customers.
        public let customersBp: Int64?
        /// How many orders they placed.
        public let orders: Int64
        /// What these are worth, in minor units.
        public let total: Int64
    }

    /// How many customers moved from one segment to another.
    public struct Move: Codable, Sendable, Hashable {
        /// Where they were on the earlier day; nil: had no orders that counted then.
        public let from: RFMSegment?
        /// Where they are; nil: have no orders any more that count.
        public let to: RFMSegment?
        /// How many.
        public let customers: Int64
    }

    /// How unequally the value is spread over customers.
    public struct Concentration: Codable, Sendable, Hashable {
        /// Of how many customers: those whose value is not below 0.
        public let customers: Int64
        /// Those who were given back more than they paid, or with whom we lost money: they are left out here.
        public let negativeCustomers: Int64
        /// What the customers' orders are worth together, in minor units.
        public let total: Int64
        /// Gini's coefficient in basis points: 0 where all are equal. Nil where the total is 0.
        public let giniBp: Int64?
        /// What share of the total 0, 1, ... 10 tenths of the customers hold, those with the least first, in basis
        /// points; empty where the total is 0.
        public let lorenzBp: [Int64]
        /// The fewest customers who hold 80 % of the total; nil where it is 0.
        public let pareto: Pareto?
    }

    /// The fewest customers who together hold 80 % of a total.
    public struct Pareto: Codable, Sendable, Hashable {
        /// How many.
        public let customers: Int64
        /// Among all, in basis points rounded half up.
        public let customersBp: Int64
        /// What they hold, in minor units.
        public let held: Int64
        /// It as a share of the total, in basis points rounded half up.
        public let heldBp: Int64
        /// The least of their values, in minor units.
        public let least: Int64
    }

    /// The last day looked at; nil when there are no orders.
    public let at: String?
    /// The earlier day that moves are from; nil where none was asked for.
    public let since: String?
    /// How many days up to the last one are looked at; nil for all.
    public let windowDays: Int?
    /// The IANA zone that days belong to.
    public let zone: String
    /// The currency of all amounts; empty for amounts without one, nil where there are none.
    public let currency: String?
    /// What an order is worth.
    public let measure: PurchaseMeasure
    /// Who ordered in the window.
    public let customers: Int64
    /// How many orders.
    public let orders: Int64
    /// What they are worth, in minor units.
    public let total: Int64
    /// Days from the last order to `at`: by score, those that nobody has left out.
    public let recency: [Score]
    /// Orders: by score, those that nobody has left out.
    public let frequency: [Score]
    /// What the orders are worth, in minor units: by score, those that nobody has left out.
    public let value: [Score]
    /// By scores, the greatest first; those without customers are left out.
    public let cells: [Cell]
    /// All of them, in the order of ``RFMSegment``.
    public let segments: [Segment]
    /// Of the values of customers.
    public let concentration: Concentration
    /// From the earlier day to `at`, in the order of ``RFMSegment``, nil last; those of nobody are left out. Empty
    /// where none were asked for.
    public let moves: [Move]
    /// Orders in the window that do not count as others do.
    public let gaps: PurchaseGaps
    /// The position that the answer is of.
    public let position: Position
}

/// One customer with recency, frequency and value.
public struct RFMCustomer: Codable, Sendable, Hashable {
    /// The opaque id; nil for somebody who was erased.
    public let customer: String?
    /// Days from the last order to the last day looked at.
    public let daysSinceLast: Int64
    /// Orders in the window.
    public let orders: Int64
    /// What they are worth, in minor units.
    public let value: Int64
    /// 1 to 5; 5 ordered last.
    public let recencyScore: Int
    /// 1 to 5; 5 ordered most often.
    public let frequencyScore: Int
    /// 1 to 5; 5 paid most.
    public let valueScore: Int
    /// By the scores of recency and frequency.
    public let segment: RFMSegment
}
