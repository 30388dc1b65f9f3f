import Foundation
@testable import Rapport
import Testing

/// The models of lifetime value on the public sample of 2,357 customers, watched for 39 weeks.
///
/// Parameters are those of the articles on the models; the other figures were computed with the library lifetimes
/// 0.11.3 for Python from the same summaries.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct CDNOWLifetimeTests {
    /// The summaries, and what is fitted to them; once for all tests.
    private struct Sample: Sendable {
        let customers: [PurchaseSummary]
        let purchases: BGNBD.Fit
        let spending: GammaGamma.Fit

        init() throws {
            customers = try LifetimeExamples.cdnowSample()
            purchases = try BGNBD.fit(customers)
            spending = try GammaGamma.fit(customers)
        }
    }

    private static let sample = Result { try Sample() }

    @Test("CDNOW: parameters of purchases are the published ones, with the errors and likelihood of a library")
    func purchases() throws {
        let fit = try Self.sample.get().purchases
        #expect(fit.customers == 2357)
        #expect(fit.repeaters == 946)
        for (found, published, exact) in [
            (fit.model.r, 0.243, 0.242_594_522_430_156_3), (fit.model.alpha, 4.414, 4.413_602_019_013_481_5),
            (fit.model.a, 0.793, 0.792_922_017_225_596), (fit.model.b, 2.426, 2.425_906_776_826_322_3),
        ] as [(Double, Double, Double)] {
            #expect(LifetimeExamples.isNear(found, published, within: 0.01))
            #expect(LifetimeExamples.isNear(found, exact, within: 1e-7))
        }
        #expect(LifetimeExamples.isNear(fit.standardErrors.r, 0.012_557_4, within: 1e-4))
        #expect(LifetimeExamples.isNear(fit.standardErrors.alpha, 0.378_224, within: 1e-4))
        #expect(LifetimeExamples.isNear(fit.standardErrors.a, 0.185_734, within: 1e-4))
        #expect(LifetimeExamples.isNear(fit.standardErrors.b, 0.705_414, within: 1e-4))
        #expect(abs(fit.logLikelihood + 9582.429_206_673_93) < 1e-6)
        #expect(fit.relativeGradient < 1e-8)
    }

    @Test("CDNOW: parameters of spending are the published ones")
    func spending() throws {
        let fit = try Self.sample.get().spending
        #expect(fit.customers == 946)
        for (found, published, exact) in [
            (fit.model.p, 6.25, 6.249_572_271_32), (fit.model.q, 3.74, 3.744_224_667_13),
            (fit.model.v, 1544, 1544.352_096_259),
        ] as [(Double, Double, Double)] {
            #expect(LifetimeExamples.isNear(found, published, within: 0.01))
            #expect(LifetimeExamples.isNear(found, exact, within: 1e-7))
        }
        #expect(abs(fit.logLikelihood + 8412.408_690_746_6) < 1e-5)
        let correlation = try #require(fit.correlation)
        #expect(abs(correlation - 0.113_888) < 1e-6)
    }

    @Test("CDNOW: the repeats expected in the weeks 40 to 78, and those who will make them, are a library's")
    func holdout() throws {
        let sample = try Self.sample.get()
        let model = sample.purchases.model
        var (conditional, before, until, active) = (0.0, 0.0, 0.0, 0.0)
        // Some ninety ages, so the expectation of a new customer is computed once for each.
        var expected: [Double: (before: Double, until: Double)] = [:]
        for customer in sample.customers {
            conditional += try model.expectedPurchases(of: customer, within: 39)
            active += model.probabilityAlive(of: customer)
            let age = customer.age
            if expected[age] == nil {
                expected[age] = (
                    before: try model.expectedRepeats(within: age), until: try model.expectedRepeats(within: age + 39)
                )
            }
            let known = try #require(expected[age])
            before += known.before
            until += known.until
        }
        #expect(LifetimeExamples.isNear(conditional, 1653.408_697_94, within: 1e-7))
        #expect(LifetimeExamples.isNear(until - before, 1666.652_321_93, within: 1e-7))
        #expect(LifetimeExamples.isNear(active, 1917.277_671_04, within: 1e-7))
        // 1,882 were made: the article shows the same gap.
        #expect(sample.customers.reduce(0) { $0 + $1.repeats } == 2457)
    }

    @Test("CDNOW: as many customers without repeats, with one, with two and with three are expected as a library says")
    func frequencies() throws {
        let sample = try Self.sample.get()
        var expected = [0.0, 0.0, 0.0, 0.0]
        var known: [Double: [Double]] = [:]
        for customer in sample.customers {
            if known[customer.age] == nil {
                known[customer.age] = try sample.purchases.model.repeatProbabilities(within: customer.age, upTo: 3)
            }
            let shares = try #require(known[customer.age])
            for (count, share) in shares.enumerated() { expected[count] += share }
        }
        let library = [1407.684_346_590_798, 460.323_463_042_244_1, 192.461_413_902_007_84, 101.164_196_326_831_1]
        for (found, reference) in zip(expected, library) {
            #expect(LifetimeExamples.isNear(found, reference, within: 1e-7))
        }
    }

    @Test("CDNOW: what all customers will spend within 39 weeks is a library's")
    func value() throws {
        let sample = try Self.sample.get()
        let value = try LifetimeValue(
            purchases: sample.purchases.model, spending: sample.spending.model, stepLength: 13, steps: 3,
            discountRate: 0.026)
        let total = try sample.customers.reduce(0.0) { try $0 + value.value(of: $1) }
        #expect(LifetimeExamples.isNear(total, 5_707_504.429_761_79, within: 1e-7))
    }
}
