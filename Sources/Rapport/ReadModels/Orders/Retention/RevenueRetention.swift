public import EventLog

/// How much of the revenue of a period's customers was there again a period later (R32): net and gross revenue
/// retention, what came and went in between, and who ordered for the first time and who again.
///
/// The revenue of a customer in a period is what the orders placed in it are worth in one currency, less what was given
/// back of them; without orders that were cancelled. A customer is of a period if any order that counts lies in it,
/// worth something or not.
public struct RevenueRetention: Codable, Sendable, Hashable {
    /// Some customers, and some revenue of theirs.
    public struct Part: Codable, Sendable, Hashable {
        /// How many.
        public let customers: Int64
        /// Minor units.
        public let revenue: Int64
    }

    /// Some customers of a period, and all that they ordered in it.
    public struct Buyers: Codable, Sendable, Hashable {
        /// How many.
        public let customers: Int64
        /// How many orders they placed in the period.
        public let orders: Int64
        /// What these are worth, in minor units.
        public let revenue: Int64
    }

    /// What became of the revenue from an earlier period to a later one:
    /// start + expansion − contraction − churn + new + reactivated = end.
    public struct Movement: Codable, Sendable, Hashable {
        /// The customers of the earlier period, and their revenue in it.
        public let start: Part
        /// Those of them with more revenue in the later period, and how much more.
        public let expansion: Part
        /// Those of them who ordered in the later period, too, with less revenue; and how much less.
        public let contraction: Part
        /// Those of them who did not order in the later period, and their revenue in the earlier one.
        public let churn: Part
        /// Who ordered in the later period, and first after the earlier one; and their revenue in the later one.
        public let new: Part
        /// Who ordered in the later period, not in the earlier one, and first before it; and their revenue in the later
        /// one.
        public let reactivated: Part
        /// The customers of the later period, and their revenue in it.
        public let end: Part
        /// Net revenue retention: (start + expansion − contraction − churn) / start, in basis points rounded half up;
        /// may be above 10,000. Nil unless the revenue at the start is above 0.
        public let netBp: Int64?
        /// Gross revenue retention: (start − contraction − churn) / start, in basis points rounded half up. Nil unless
        /// the revenue at the start is above 0.
        public let grossBp: Int64?
    }

    /// A period, and the earlier one that it is compared with.
    public struct Period: Codable, Sendable, Hashable {
        /// The later period: `2017-03`, `2017-Q1` ...
        public let period: String
        /// The earlier one.
        public let against: String
        /// From the earlier one to this one; nil while this one is not over.
        public let movement: Movement?
        /// Those whose first order lies in this period; nil while it is not over.
        public let firstTime: Buyers?
        /// Those who had ordered in an earlier period, any of them; nil while this one is not over.
        public let recurring: Buyers?
    }

    /// The length of the periods.
    public let by: Granularity
    /// How many periods later each is compared.
    public let apart: Int
    /// The last day that is looked at; nil when there are no orders.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// The currency of revenue; nil where no order has an amount and none was asked for.
    public let currency: String?
    /// In order of time, until the one that holds the last day; those are left out in which nobody ordered, and nobody
    /// in the earlier one either.
    public let periods: [Period]
    /// Orders that count otherwise than others, or not at all.
    public let gaps: PurchaseGaps
    /// The position that the answer is of.
    public let position: Position
}
