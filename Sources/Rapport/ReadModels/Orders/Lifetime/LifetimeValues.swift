public import EventLog

/// What customers will still buy and spend (R28): the models BG/NBD and Gamma-Gamma, fitted to their purchases, how
/// well they foretold what followed, and what they expect. Numbers that are not whole are in millionths.
public struct LifetimeValues: Codable, Sendable, Hashable {
    /// A parameter of a model.
    public struct Parameter: Codable, Sendable, Hashable {
        /// `r`, `alpha`, `a` and `b` of purchases; `p`, `q` and `v` of spending.
        public let name: String
        /// In millionths: of alpha of the unit of time, of v of a minor unit.
        public let valueMillionths: Int64
        /// From the observed information; in millionths.
        public let standardErrorMillionths: Int64
    }

    /// A model and how it was fitted.
    public struct Model: Codable, Sendable, Hashable {
        /// Which.
        public let model: String
        /// In the order of the articles on the model.
        public let parameters: [Parameter]
        /// The logarithm of the likelihood, in millionths.
        public let logLikelihoodMillionths: Int64
        /// How many customers it was fitted to.
        public let customers: Int64
        /// How many steps led to it.
        public let iterations: Int
    }

    /// What followed the purchases that the models were fitted to, and what was expected.
    public struct Holdout: Codable, Sendable, Hashable {
        /// The first day that was held out.
        public let from: String
        /// The last one.
        public let to: String
        /// Days with a purchase of the customers of the models.
        public let actual: Int64
        /// What was expected of each of them from the purchases before, together, in millionths.
        public let expectedMillionths: Int64
    }

    /// Purchases up to the end of a week.
    public struct Week: Codable, Sendable, Hashable {
        /// Counted from 1, from the first day of the purchases; the last week may be short.
        public let week: Int
        /// Its last day.
        public let lastDay: String
        /// Whether it ends after the purchases that the models were fitted to.
        public let isHeldOut: Bool
        /// Days with a repeat purchase so far, of the customers of the models.
        public let actual: Int64
        /// How many repeats the model of purchases expects of as many new customers, each from the first purchase on;
        /// in millionths.
        public let expectedMillionths: Int64
    }

    /// The first day of the purchases.
    public let from: String
    /// The last day of the purchases.
    public let to: String
    /// The last day looked at.
    public let at: String
    /// The IANA zone that days belong to.
    public let zone: String
    /// The currency of all amounts; nil where there are none.
    public let currency: String?
    /// What times are counted in.
    public let unit: LifetimeUnit
    /// How many units ahead.
    public let horizon: Int
    /// The discount rate of a year, in basis points.
    public let yearlyDiscountBp: Int64
    /// Who purchased first in the time of the purchases: who the models are of.
    public let customers: Int64
    /// Those of them who purchased again, on another day.
    public let repeaters: Int64
    /// Who had purchased before that time: they are left out, as their first purchase is not in it.
    public let earlierCustomers: Int64
    /// BG/NBD.
    public let purchases: Model
    /// Gamma-Gamma: of those who repeated, and spent more than nothing.
    public let spending: Model
    /// Pearson's correlation of how often customers repeat with what a repeat is worth, which the model takes for 0; in
    /// millionths, nil where either is the same for all.
    public let correlationMillionths: Int64?
    /// Nil where nothing was held out.
    public let holdout: Holdout?
    /// Week by week, from the first day of the purchases to the last day looked at.
    public let weeks: [Week]
    /// How many of the customers are still active at the end of the purchases, in millionths.
    public let expectedActiveMillionths: Int64
    /// How many purchases they will make within the horizon, in millionths.
    public let expectedPurchasesMillionths: Int64
    /// What they will spend within it, discounted to the end of the purchases, in minor units: the sum of what stands
    /// in the list of customers.
    public let total: Int64
    /// Orders that do not count as others do.
    public let gaps: PurchaseGaps
    /// The position that the answer is of.
    public let position: Position
}

/// What one customer will still buy and spend.
public struct LifetimeCustomer: Codable, Sendable, Hashable {
    /// The opaque id; nil for somebody who was erased.
    public let customer: String?
    /// Days with a purchase, without the first one.
    public let repeats: Int
    /// Days from the first purchase to the last one.
    public let recencyDays: Int64
    /// Days from the first purchase to the end of the purchases.
    public let ageDays: Int64
    /// The probability that the customer is still active then, in basis points rounded half up.
    public let aliveBp: Int64
    /// How many purchases the customer will make within the horizon, E[Y(t)], in millionths.
    public let expectedPurchasesMillionths: Int64
    /// What each of them will be worth, E[M], in minor units.
    public let expectedSpending: Int64
    /// What the customer will spend within the horizon, discounted to the end of the purchases, in minor units.
    public let value: Int64
}
