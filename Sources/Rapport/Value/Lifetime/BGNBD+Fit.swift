extension BGNBD {
    /// The model under which the customers are likeliest.
    package struct Fit: Hashable, Sendable {
        /// The model.
        let model: BGNBD
        /// The standard errors of its parameters.
        let standardErrors: StandardErrors
        /// The logarithm of the likelihood.
        let logLikelihood: Double
        /// How many steps led to it.
        package let iterations: Int
        /// The largest derivative of the log-likelihood by the logarithm of a parameter, over its size; below 10⁻⁸.
        let relativeGradient: Double
        /// How many customers it was fitted to.
        package let customers: Int
        /// How many of them purchased again.
        let repeaters: Int
    }

    /// Standard errors of the parameters, from the inverse of the observed information; each in the parameter's unit.
    struct StandardErrors: Hashable, Sendable {
        /// Of r.
        let r: Double
        /// Of α.
        let alpha: Double
        /// Of a.
        let a: Double
        /// Of b.
        let b: Double
    }

    /// A model of four parameters is not fitted to fewer customers.
    static let fewestCustomers = 20

    /// Where the search begins: r, a and b, to which α is chosen so that active customers purchase as often as all do.
    private static let starts: [(r: Double, a: Double, b: Double)] = [
        (0.25, 0.8, 2.5), (1, 1, 1), (1, 0.1, 2), (4, 2, 6),
    ]

    /// Fits by maximum likelihood, without penalty. The order of the customers does not matter.
    ///
    /// O(n log n), and some forty times as many steps as there are customers who differ.
    ///
    /// - Throws: `LifetimeError` when there are too few customers, none has purchased again, or there is no maximum.
    package static func fit(_ customers: [PurchaseSummary]) throws(LifetimeError) -> Fit {
        guard customers.count >= fewestCustomers else {
            throw LifetimeError.tooFewCustomers(.purchases, found: customers.count, needed: fewestCustomers)
        }
        let repeats = customers.reduce(0.0) { $0 + Double($1.repeats) }
        guard repeats > 0 else { throw LifetimeError.noRepeatPurchase }
        let likelihood = BGNBDLikelihood(customers)
        let ages = customers.map(\.age).sorted().reduce(0, +)
        let maximum = try LikelihoodMaximum.search(
            from: starts.map { [$0.r, $0.r * ages / repeats, $0.a, $0.b] }, names: ["r", "alpha", "a", "b"],
            of: .purchases, observations: customers.count
        ) { likelihood.point(at: $0) }
        let (found, errors) = (maximum.point.parameters, maximum.standardErrors)
        return Fit(
            model: try BGNBD(r: found[0], alpha: found[1], a: found[2], b: found[3]),
            standardErrors: StandardErrors(r: errors[0], alpha: errors[1], a: errors[2], b: errors[3]),
            logLikelihood: maximum.point.value, iterations: maximum.iterations,
            relativeGradient: maximum.relativeGradient, customers: customers.count,
            repeaters: customers.count { $0.repeats > 0 })
    }
}
