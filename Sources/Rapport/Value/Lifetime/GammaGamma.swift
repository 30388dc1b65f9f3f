/// What customers spend per purchase: the Gamma-Gamma model.
///
/// A customer's values per purchase are gamma distributed with shape p; their rate is gamma distributed over customers
/// with shape q and rate v. So how much is spent has nothing to do with how often, which `GammaGamma.Fit` helps to
/// check. Source: P. S. Fader and B. G. S. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
package struct GammaGamma: Hashable, Sendable {
    /// The shape of the values of one customer.
    let p: Double
    /// The shape of the rates over customers; above 1.
    let q: Double
    /// The rate parameter of the rates, in minor units.
    let v: Double

    /// - Throws: `LifetimeError.noMeanSpending` when q is not above 1, `.outOfRange` unless all are finite and above 0.
    init(p: Double, q: Double, v: Double) throws(LifetimeError) {
        try p.requirePositive("p")
        try q.requirePositive("q")
        try v.requirePositive("v")
        guard q > 1 else { throw LifetimeError.noMeanSpending(q: q) }
        self.p = p
        self.q = q
        self.v = v
    }

    /// What a purchase of a customer is worth of whom nothing is known, vp/(q − 1), in minor units.
    var meanOfAll: Double { v * p / (q - 1) }

    /// What a purchase of the customer is worth, E[M | m̄, x] = (1 − w) vp/(q − 1) + w m̄ with w = px/(px + q − 1), in
    /// minor units. Without repeats it is the mean of all.
    ///
    /// - Parameters:
    ///   - mean: what the repeats were worth on average, m̄, in minor units; below 0, after refunds, it counts as 0.
    ///   - repeats: how many they are, x.
    func expectedValue(mean: Double, repeats: Int) -> Double {
        let shape = p * Double(max(repeats, 0))
        let weight = shape / (shape + q - 1)
        return (1 - weight) * meanOfAll + weight * max(mean, 0)
    }

    /// What a purchase of the customer is worth, in minor units.
    func expectedValue(of customer: PurchaseSummary) -> Double {
        expectedValue(mean: customer.meanRepeatValue ?? 0, repeats: customer.repeats)
    }
}
