public import EventLog
internal import Projection

/// What customers are worth, all in all (R28), customer by customer and with every term by itself:
/// V = margin + expected + referrals + suggestions − service. All amounts are of one currency, in minor units.
public struct TotalValue: Codable, Sendable, Hashable {
    /// What a value is made of.
    public struct Terms: Codable, Sendable, Hashable {
        /// What orders brought so far: their net amounts less what was given back, less what they cost us.
        public let margin: Int64
        /// What orders to come are expected to bring within the horizon, discounted; nil where nothing is expected of
        /// anybody, for which it counts as 0.
        public let expected: Int64?
        /// The margin of who was sent to us, by half with each hop: a half of those who were sent, a quarter of those
        /// whom these sent.
        public let referrals: Int64
        /// The share of what adopted suggestions are expected to bring.
        public let suggestions: Int64
        /// What serving the customer has cost.
        public let service: Int64
        /// margin + expected + referrals + suggestions − service.
        public let value: Int64

        /// - Throws: `SumOverflow` when the value does not fit into 64 bits.
        init(margin: Int64, expected: Int64?, referrals: Int64, suggestions: Int64, service: Int64) throws {
            self.margin = margin
            self.expected = expected
            self.referrals = referrals
            self.suggestions = suggestions
            self.service = service
            let total =
                Int128(margin) + Int128(expected ?? 0) + Int128(referrals) + Int128(suggestions) - Int128(service)
            guard let value = Int64(exactly: total) else { throw SumOverflow(row: "the answer", column: 0) }
            self.value = value
        }
    }

    /// One customer.
    public struct Customer: Codable, Sendable, Hashable {
        /// The opaque id; nil for somebody who was erased.
        public let customer: String?
        /// What the value is made of.
        public let terms: Terms
        /// What the orders were sold for, less what was given back.
        public let sales: Int64
        /// Orders that count.
        public let orders: Int64
        /// Who was sent to us by this customer first, and is a customer.
        public let referees: Int64
        /// Adopted suggestions whose benefit is in the value.
        public let adopted: Int64
        /// 1 for the greatest value; equal values have the same rank.
        public let valueRank: Int64
        /// 1 for the greatest sales; equal sales have the same rank.
        public let salesRank: Int64
        /// `salesRank` − `valueRank`: above 0 for who is worth more than the sales tell.
        public let moved: Int64
    }

    /// What service has cost for one reason.
    public struct Driver: Codable, Sendable, Hashable {
        /// What made it cost, as a short code; nil where nothing was said.
        public let driver: String?
        /// How many costs were attributed.
        public let costs: Int64
        /// What they come to.
        public let total: Int64
    }

    /// What is in no value, or not in the one that might be thought.
    public struct LeftOut: Codable, Sendable, Hashable {
        /// Service costs in other currencies.
        public let costsInOtherCurrencies: Int64
        /// Service costs whose amount nobody has stated.
        public let costsWithoutAmount: Int64
        /// Adopted suggestions whose benefit is in another currency.
        public let benefitsInOtherCurrencies: Int64
        /// Adopted suggestions whose last decision does not estimate a benefit.
        public let adoptedWithoutBenefit: Int64
        /// Decisions about suggestions that the customer is not known to have made: they bring nothing.
        public let decidedUnknown: Int64
        /// Referrals of somebody who has no orders and nothing else that counts here: they bring nothing.
        public let referralsOfNobody: Int64
        /// Referrals of somebody whom somebody had sent before: the first one has the credit.
        public let repeatedReferrals: Int64
        /// Customers who sent themselves, as a person with several ids may.
        public let selfReferrals: Int64
        /// Circles of customers who sent each other: nobody is credited for the own margin, and a chain ends where it
        /// comes back to somebody in it.
        public let referralCircles: Int64
    }

    /// The last day looked at; nil when there is nothing.
    public let at: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// The currency of all amounts; empty for amounts without one, nil where there are none.
    public let currency: String?
    /// What part of the benefit of suggestions counts, in basis points.
    public let suggestionShareBp: Int64
    /// What times of expected purchases are counted in.
    public let unit: LifetimeUnit
    /// How many units ahead purchases are expected.
    public let horizon: Int
    /// The discount rate of a year, in basis points.
    public let yearlyDiscountBp: Int64
    /// How the customers are listed.
    public let order: TotalValueOrder
    /// How many customers have any of it.
    public let customers: Int64
    /// How many of them have another rank by value than by sales.
    public let moved: Int64
    /// What all orders together were sold for, less what was given back.
    public let sales: Int64
    /// All customers together. The margin of who was sent is in it twice: as theirs, and as credit of who sent them.
    public let total: Terms
    /// Why nothing is expected of anybody: the models cannot be fitted to these orders. Nil where something is, and
    /// where nothing was asked for.
    public let notExpected: String?
    /// What service has cost, by driver, the greatest cost first.
    public let drivers: [Driver]
    /// Orders that do not count as others do. Without the cost of every line they are in `sales`, and no margin.
    public let gaps: PurchaseGaps
    /// What else is in no value.
    public let leftOut: LeftOut
    /// A page of the customers, in the order asked for.
    public let rows: [Customer]
    /// Where the next page begins; nil when this is the last one.
    public let next: ListCursor?
    /// The position that the answer is of.
    public let position: Position
}
