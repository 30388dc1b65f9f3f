/// What customers will still spend, discounted to the end of the watching:
/// CLV = Σ E[M] (E[Y(i)] − E[Y(i−1)]) / (1 + d)^i over the steps i = 1, 2, …
///
/// A step is a stretch of time of one length, such as a week or a month, and d the discount rate of one step: what is
/// spent within step i counts as spent at its end. What was spent before is no part of it, and neither are costs.
struct LifetimeValue: Hashable, Sendable {
    /// How often customers purchase.
    let purchases: BGNBD
    /// What they spend per purchase, in minor units.
    let spending: GammaGamma
    /// The length of a step, in the unit of time of `purchases`.
    let stepLength: Double
    /// How many steps there are.
    let steps: Int
    /// The discount rate of one step, d: 0.01 is 1 %.
    let discountRate: Double

    /// - Throws: `LifetimeError.outOfRange` unless the length is finite and above 0, there is a step, and the rate is
    ///   finite and not below 0.
    init(
        purchases: BGNBD, spending: GammaGamma, stepLength: Double, steps: Int, discountRate: Double
    ) throws(LifetimeError) {
        try stepLength.requirePositive("the length of a step")
        try Double(steps).requirePositive("the number of steps")
        try discountRate.requireNotNegative("the discount rate of a step")
        self.purchases = purchases
        self.spending = spending
        self.stepLength = stepLength
        self.steps = steps
        self.discountRate = discountRate
    }

    /// With steps of a known unit, and a yearly discount rate that is compounded over its steps.
    ///
    /// - Parameters:
    ///   - unit: what the times of the summaries are counted in to which `purchases` was fitted.
    ///   - step: the length of a step.
    ///   - steps: how many of them.
    ///   - yearlyDiscount: in basis points.
    /// - Throws: `LifetimeError.outOfRange` unless there is a step, and the rate is not below 0.
    init(
        purchases: BGNBD, spending: GammaGamma, unit: LifetimeUnit, step: LifetimeUnit, steps: Int,
        yearlyDiscount: Int64
    ) throws(LifetimeError) {
        try self.init(
            purchases: purchases, spending: spending, stepLength: step.days / unit.days, steps: steps,
            discountRate: step.discountRate(ofYearly: yearlyDiscount))
    }

    /// What one customer will still spend, in minor units.
    ///
    /// - Throws: `LifetimeError.tooFarAhead` when all steps together take too long to sum over.
    func value(of customer: PurchaseSummary) throws(LifetimeError) -> Double {
        try spending.expectedValue(of: customer) * discountedPurchases(of: customer)
    }

    /// What one customer will still spend, in whole minor units.
    ///
    /// - Throws: `LifetimeError.tooFarAhead` when all steps together take too long to sum over, `.amountTooLarge` when
    ///   it does not fit into 64 bits.
    func minorUnits(of customer: PurchaseSummary) throws(LifetimeError) -> Int64 {
        try LifetimeAnswer.minorUnits(value(of: customer))
    }

    /// How many purchases one customer will still make, each counted as what it is worth today.
    ///
    /// - Throws: `LifetimeError.tooFarAhead` when all steps together take too long to sum over.
    func discountedPurchases(of customer: PurchaseSummary) throws(LifetimeError) -> Double {
        var (sum, before, factor) = (0.0, 0.0, 1.0)
        for step in 1...steps {
            let until = try purchases.expectedPurchases(of: customer, within: stepLength * Double(step))
            factor /= 1 + discountRate
            sum += (until - before) * factor
            before = until
        }
        return sum
    }
}
