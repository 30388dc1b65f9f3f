import Foundation
@testable import Rapport
import Testing

/// Reference figures were computed with SciPy, and with the library lifetimes 0.11.3 for Python, which stops earlier.
@Suite struct BGNBDFitTests {
    @Test("forty customers: parameters, errors and likelihood are those that another program finds")
    func reference() throws {
        let fit = try BGNBD.fit(try LifetimeExamples.customers())
        #expect(LifetimeExamples.isNear(fit.model.r, 0.764_439_920_984_113_7, within: 1e-7))
        #expect(LifetimeExamples.isNear(fit.model.alpha, 4.873_226_941_631_542, within: 1e-7))
        #expect(LifetimeExamples.isNear(fit.model.a, 3.982_940_906_041_114, within: 1e-6))
        #expect(LifetimeExamples.isNear(fit.model.b, 7.864_027_051_913_602, within: 1e-6))
        #expect(LifetimeExamples.isNear(fit.standardErrors.r, 0.287_192_307_6, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.standardErrors.alpha, 2.692_348_419, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.standardErrors.a, 14.468_851_81, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.standardErrors.b, 31.557_975_13, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.logLikelihood, -239.296_234_410_489, within: 1e-12))
        #expect(fit.relativeGradient < 1e-8)
        #expect(fit.customers == 40)
        #expect(fit.repeaters == 30)
        #expect(fit.iterations > 0)
    }

    @Test("in days α is seven times what it is in weeks, and all else is the same")
    func units() throws {
        let weeks = try BGNBD.fit(try LifetimeExamples.customers(.week)).model
        let days = try BGNBD.fit(try LifetimeExamples.customers(.day)).model
        #expect(LifetimeExamples.isNear(days.alpha, 7 * weeks.alpha, within: 1e-7))
        #expect(LifetimeExamples.isNear(days.r, weeks.r, within: 1e-7))
        #expect(LifetimeExamples.isNear(days.a, weeks.a, within: 1e-6))
        #expect(LifetimeExamples.isNear(days.b, weeks.b, within: 1e-6))
    }

    @Test("the order of the customers does not change a digit")
    func order() throws {
        let customers = try LifetimeExamples.customers()
        let (fit, reversed) = (try BGNBD.fit(customers), try BGNBD.fit(customers.reversed()))
        #expect(fit == reversed)
    }

    @Test("the derivatives of the likelihood are the slopes between near points")
    func derivatives() throws {
        let likelihood = BGNBDLikelihood(try LifetimeExamples.customers())
        LikelihoodChecks.derivatives(at: [0.3, 4, 0.9, 2]) { likelihood.point(at: $0) }
    }

    @Test("the likelihood of a customer is the formula's")
    func formula() throws {
        let (r, alpha, a, b) = (0.243, 4.414, 0.793, 2.426)
        for (x, recency, age) in [(0, 0, 38.86), (1, 5, 30), (2, 30.43, 38.86), (29, 38, 38.5)]
            as [(Int, Double, Double)]
        {
            let n = Double(x)
            let customer = try PurchaseSummary(repeats: x, recency: recency, age: age)
            let ofRate = lnGamma(r + n) - lnGamma(r)
            let ofStaying = lnGamma(b + n) - lnGamma(b)
            let ofBoth = lnGamma(a + b + n) - lnGamma(a + b)
            let active = pow(alpha + age, -(r + n))
            let left = x == 0 ? 0 : a / (b + n - 1) * pow(alpha + recency, -(r + n))
            let expected = ofRate + ofStaying - ofBoth + r * log(alpha) + log(active + left)
            let found = BGNBDLikelihood([customer]).point(at: [r, alpha, a, b]).value
            #expect(LifetimeExamples.isNear(found, expected, within: 1e-11))
        }
    }

    private func lnGamma(_ number: Double) -> Double { GammaFunctions(number).logGamma }

    @Test("what cannot be fitted is refused, and the error says why")
    func refusals() throws {
        let customers = try LifetimeExamples.customers()
        #expect(throws: LifetimeError.tooFewCustomers(.purchases, found: 19, needed: 20)) {
            try BGNBD.fit(Array(customers.prefix(19)))
        }
        #expect(throws: LifetimeError.noRepeatPurchase) {
            try BGNBD.fit(try (1...30).map { try PurchaseSummary(repeats: 0, recency: 0, age: Double($0)) })
        }
        let alike = try LifetimeExamples.customersAlike()
        let found = #expect(throws: LifetimeError.self) { try BGNBD.fit(alike) }
        #expect(found == .noMaximum(.purchases, parameter: "a") || found == .noMaximum(.purchases, parameter: "b"))
    }
}

/// Checks of a log-likelihood.
enum LikelihoodChecks {
    /// First and second derivatives by the logarithms of the parameters are central differences.
    static func derivatives(at parameters: [Double], _ likelihood: ([Double]) -> LikelihoodPoint) {
        let point = likelihood(parameters)
        let width = 1e-5
        for index in parameters.indices {
            var (above, below) = (parameters, parameters)
            above[index] *= exp(width)
            below[index] *= exp(-width)
            let (upper, lower) = (likelihood(above), likelihood(below))
            let slope = (upper.value - lower.value) / (2 * width)
            #expect(abs(slope - point.gradient[index]) < 1e-5 * max(1, abs(slope)))
            for other in parameters.indices {
                let second = (upper.gradient[other] - lower.gradient[other]) / (2 * width)
                #expect(abs(second - point.hessian[index][other]) < 1e-5 * max(1, abs(second)))
            }
        }
    }
}
