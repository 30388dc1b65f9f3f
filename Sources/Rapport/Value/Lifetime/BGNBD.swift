internal import Foundation

/// How often customers purchase and when they leave for good: the beta-geometric/negative binomial model.
///
/// While a customer is active the purchases are a Poisson process, whose rate is gamma distributed over customers with
/// shape r and rate α. After each repeat purchase the customer leaves with a probability that is beta distributed over
/// customers with a and b. Times are in the unit of the summaries that it was fitted to; α is such a time.
///
/// Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "“Counting Your Customers” the Easy Way: An Alternative to the
/// Pareto/NBD Model", Marketing Science 24 (2005). A customer without repeats counts as active there.
package struct BGNBD: Hashable, Sendable {
    /// The shape of the rates.
    let r: Double
    /// The rate parameter of the rates, in units of time.
    let alpha: Double
    /// The first parameter of the probabilities to leave.
    let a: Double
    /// The second parameter of the probabilities to leave.
    let b: Double

    /// How many terms a sum may have, about.
    private static let mostTerms = 2e7

    /// - Throws: `LifetimeError.outOfRange` unless all are finite and above 0.
    init(r: Double, alpha: Double, a: Double, b: Double) throws(LifetimeError) {
        try r.requirePositive("r")
        try alpha.requirePositive("alpha")
        try a.requirePositive("a")
        try b.requirePositive("b")
        self.r = r
        self.alpha = alpha
        self.a = a
        self.b = b
    }

    /// The probability that the customer has not left at the end of the watching:
    /// 1/(1 + a/(b + x − 1) · ((α + T)/(α + tₓ))^(r + x)), without repeats 1.
    func probabilityAlive(of customer: PurchaseSummary) -> Double {
        guard customer.repeats > 0 else { return 1 }
        let exponent = r + Double(customer.repeats)
        let longer = log(alpha + customer.age) - log(alpha + customer.recency)
        let logOdds = log(a) - log(b + Double(customer.repeats - 1)) + exponent * longer
        return 1 / (1 + exp(logOdds))
    }

    /// How many purchases the customer is expected to make within `time` after the end of the watching, E[Y(t)].
    ///
    /// - Parameter time: t, in the unit of the model.
    /// - Throws: `LifetimeError.outOfRange` for a time below 0, `.tooFarAhead` for one that takes too long.
    func expectedPurchases(of customer: PurchaseSummary, within time: Double) throws(LifetimeError) -> Double {
        let ifAlive = try expectedPurchases(afterRepeats: customer.repeats, age: customer.age, within: time)
        return probabilityAlive(of: customer) * ifAlive
    }

    /// How many repeats a new customer is expected to make within `time` after the first purchase, E[X(t)].
    ///
    /// - Parameter time: t, in the unit of the model.
    /// - Throws: `LifetimeError.outOfRange` for a time below 0, `.tooFarAhead` for one that takes too long.
    func expectedRepeats(within time: Double) throws(LifetimeError) -> Double {
        try expectedPurchases(afterRepeats: 0, age: 0, within: time)
    }

    /// How many purchases a customer makes within `time` who is known to be active:
    /// (a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x) ₂F₁(r+x, b+x; a+b+x−1; z)] with z = t/(α+T+t).
    ///
    /// It is summed as Σₙ P(N = n) Hₙ. N is how many purchases there would be if nobody left, negative binomial with
    /// r + x and z; Hₙ = Σ (b+x)ₖ/(a+b+x)ₖ over k < n is how many of these are made before leaving. That is the same
    /// number, as each side has the derivative (r+x) ₂F₁(r+x+1, a; a+b+x; −w) by w = t/(α+T) and is 0 at 0. All terms
    /// are positive, and nothing is divided by a − 1 or a + b + x − 1, so neither a = 1 nor a + b = 1 needs care: the
    /// relative error is below 10⁻¹². O((r + x + 40)(1 + w)).
    private func expectedPurchases(
        afterRepeats repeats: Int, age: Double, within time: Double
    ) throws(LifetimeError) -> Double {
        try time.requireNotNegative("the time ahead")
        let (shape, stays) = (r + Double(repeats), b + Double(repeats))
        guard (shape + 40) * (1 + time / (alpha + age)) <= Self.mostTerms else {
            throw LifetimeError.tooFarAhead(time: time)
        }
        let z = time / (alpha + age + time)
        // P(N = n) up to a common factor, Hₙ, its last term, and the two sums; the factor is divided out at the end.
        var (weight, made, next) = (1.0, 0.0, 1.0)
        var (weights, total) = (1.0, 0.0)
        var count = 0.0
        while true {
            weight *= z * (shape + count) / (count + 1)
            made += next
            next *= (stays + count) / (a + stays + count)
            count += 1
            weights += weight
            total += weight * made
            // The next weights shrink by at least this, and made grows by at most `next` with each.
            let ratio = max(z, z * (shape + count) / (count + 1))
            if ratio < 1 {
                let left = weight * ratio / (1 - ratio)
                if left <= 1e-16 * weights, left * (made + next / (1 - ratio)) <= 1e-16 * total { break }
            }
            if weights > 1e200 {
                weight *= 1e-200
                weights *= 1e-200
                total *= 1e-200
            }
        }
        return total / weights
    }
}
