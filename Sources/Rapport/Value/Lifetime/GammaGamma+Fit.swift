internal import Foundation

extension GammaGamma {
    /// The model under which what the customers spent is likeliest.
    package struct Fit: Hashable, Sendable {
        /// The model.
        let model: GammaGamma
        /// The standard errors of its parameters.
        let standardErrors: StandardErrors
        /// The logarithm of the likelihood of amounts in minor units.
        let logLikelihood: Double
        /// How many steps led to it.
        package let iterations: Int
        /// The largest derivative of the log-likelihood by the logarithm of a parameter, over its size; below 10⁻⁸.
        let relativeGradient: Double
        /// How many customers it was fitted to: those with a repeat and a value above 0.
        package let customers: Int
        /// Pearson's correlation of how often they repeat with what a repeat is worth, which the model takes for 0; nil
        /// where either is the same for all.
        let correlation: Double?
    }

    /// Standard errors of the parameters, from the inverse of the observed information; each in the parameter's unit.
    struct StandardErrors: Hashable, Sendable {
        /// Of p.
        let p: Double
        /// Of q.
        let q: Double
        /// Of v, in minor units.
        let v: Double
    }

    /// A model of three parameters is not fitted to fewer customers.
    static let fewestCustomers = 20

    /// Where the search begins: p and q, to which v is chosen so that the mean is right.
    private static let starts: [(p: Double, q: Double)] = [(4, 4), (1, 2.5), (1, 10)]

    /// Fits by maximum likelihood, without penalty, to the customers with a repeat and a value above 0.
    ///
    /// Their order does not matter. O(n log n), and some thirty times n.
    ///
    /// - Throws: `LifetimeError` when these are too few, there is no maximum, or values have no mean.
    package static func fit(_ customers: [PurchaseSummary]) throws(LifetimeError) -> Fit {
        let likelihood = GammaGammaLikelihood(customers)
        guard likelihood.count >= fewestCustomers else {
            throw LifetimeError.tooFewCustomers(.spending, found: likelihood.count, needed: fewestCustomers)
        }
        let maximum = try LikelihoodMaximum.search(
            from: starts.map { [$0.p, $0.q, ($0.q - 1) / $0.p] }, names: ["p", "q", "v"], of: .spending,
            observations: likelihood.count
        ) { likelihood.point(at: $0) }
        let (found, errors, scale) = (maximum.point.parameters, maximum.standardErrors, likelihood.scale)
        return Fit(
            model: try GammaGamma(p: found[0], q: found[1], v: found[2] * scale),
            standardErrors: StandardErrors(p: errors[0], q: errors[1], v: errors[2] * scale),
            logLikelihood: maximum.point.value - Double(likelihood.count) * log(scale),
            iterations: maximum.iterations, relativeGradient: maximum.relativeGradient, customers: likelihood.count,
            correlation: likelihood.correlation)
    }
}
