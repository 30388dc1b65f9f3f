import Foundation
@testable import Rapport
import Testing

/// Reference figures were computed with SciPy, the library lifetimes 0.11.3 for Python, and mpmath 1.4.1.
@Suite struct GammaGammaTests {
    @Test(
        "lnΓ and its derivatives are those of a library of 40 digits",
        arguments: [
            (0.01, 4.599_479_878_042_021_9, -100.560_885_457_868_67, 10_001.621_213_528_313),
            (0.5, 0.572_364_942_924_700_08, -1.963_510_026_021_423_5, 4.934_802_200_544_679),
            (1, 0, -0.577_215_664_901_532_86, 1.644_934_066_848_226_4),
            (2.5, 0.284_682_870_472_919_18, 0.703_156_640_645_243_19, 0.490_357_756_100_234_85),
            (11.9, 17.258_477_450_595_521, 2.433_933_536_882_537_5, 0.087_663_201_190_004_189),
            (12.1, 17.747_007_270_798_74, 2.451_314_348_174_337_2, 0.086_153_646_470_986_292),
            (100, 359.134_205_369_575_4, 4.600_161_852_738_087_4, 0.010_050_166_663_333_571),
            (100_000, 1_051_287.708_973_656_9, 11.512_920_464_961_895, 1.000_005_000_016_666_7e-5),
        ] as [(Double, Double, Double, Double)])
    func gammaFunctions(x: Double, logGamma: Double, digamma: Double, trigamma: Double) {
        let found = GammaFunctions(x)
        #expect(abs(found.logGamma - logGamma) < 2e-14 * max(1, abs(logGamma)))
        #expect(abs(found.digamma - digamma) < 2e-14 * max(1, abs(digamma)))
        #expect(abs(found.trigamma - trigamma) < 2e-14 * max(1, abs(trigamma)))
    }

    @Test("the gamma function has no value at 0 and below")
    func noGamma() {
        #expect(GammaFunctions(0).logGamma.isNaN)
        #expect(GammaFunctions(-1).digamma.isNaN)
    }

    @Test("what a customer spends lies between the customer's own mean and that of all")
    func expectedValue() throws {
        let model = try LifetimeExamples.publishedSpending()
        #expect(LifetimeExamples.isNear(model.meanOfAll, 3521.897_810_218_978))
        #expect(LifetimeExamples.isNear(model.expectedValue(mean: 0, repeats: 0), 3521.897_810_218_978))
        #expect(LifetimeExamples.isNear(model.expectedValue(mean: 2000, repeats: 1), 2463.848_720_800_690))
        #expect(LifetimeExamples.isNear(model.expectedValue(mean: 3500, repeats: 2), 3503.937_007_874_016))
        #expect(LifetimeExamples.isNear(model.expectedValue(mean: 7374, repeats: 7), 7146.967_089_696_707))
        #expect(model.expectedValue(mean: -5, repeats: 3) == model.expectedValue(mean: 0, repeats: 3))
    }

    @Test("thirty customers: parameters, errors and likelihood are those that another program finds")
    func reference() throws {
        let fit = try GammaGamma.fit(try LifetimeExamples.customers())
        #expect(LifetimeExamples.isNear(fit.model.p, 7.979_642_009_16, within: 1e-7))
        #expect(LifetimeExamples.isNear(fit.model.q, 3.976_057_792_82, within: 1e-7))
        #expect(LifetimeExamples.isNear(fit.model.v, 901.375_234_998, within: 1e-7))
        #expect(LifetimeExamples.isNear(fit.standardErrors.p, 11.216_424_8, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.standardErrors.q, 1.913_014_26, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.standardErrors.v, 1720.434_44, within: 1e-5))
        #expect(LifetimeExamples.isNear(fit.logLikelihood, -254.988_322_565_384, within: 1e-12))
        #expect(fit.relativeGradient < 1e-8)
        #expect(fit.customers == 30)
        let correlation = try #require(fit.correlation)
        #expect(LifetimeExamples.isNear(correlation, 0.080_486_37, within: 1e-6))
    }

    @Test("in another currency only v is larger, by as much as the amounts")
    func currencies() throws {
        let customers = try LifetimeExamples.customers()
        let larger = try customers.map {
            try PurchaseSummary(
                repeats: $0.repeats, recency: $0.recency, age: $0.age, repeatAmount: $0.repeatAmount * 1000)
        }
        let (fit, other) = (try GammaGamma.fit(customers), try GammaGamma.fit(larger))
        #expect(LifetimeExamples.isNear(other.model.p, fit.model.p, within: 1e-7))
        #expect(LifetimeExamples.isNear(other.model.q, fit.model.q, within: 1e-7))
        #expect(LifetimeExamples.isNear(other.model.v, 1000 * fit.model.v, within: 1e-7))
    }

    @Test("the derivatives of the likelihood are the slopes between near points")
    func derivatives() throws {
        let likelihood = GammaGammaLikelihood(try LifetimeExamples.customers())
        LikelihoodChecks.derivatives(at: [3, 2.5, 0.7]) { likelihood.point(at: $0) }
    }

    @Test("what cannot be fitted is refused, and the error says why")
    func refusals() throws {
        let customers = try LifetimeExamples.customers()
        let few = Array(customers.filter { $0.repeats > 0 }.prefix(19))
        #expect(throws: LifetimeError.tooFewCustomers(.spending, found: 19, needed: 20)) { try GammaGamma.fit(few) }
        let alike = try (1...50).map {
            try PurchaseSummary(repeats: $0 % 3 + 1, recency: 5, age: 10, repeatAmount: Int64($0 % 3 + 1) * 1000)
        }
        let found = #expect(throws: LifetimeError.self) { try GammaGamma.fit(alike) }
        guard case .noMaximum(.spending, _) = found else {
            Issue.record("\(String(describing: found)) is not that there is no maximum")
            return
        }
        #expect(throws: LifetimeError.noMeanSpending(q: 1)) { try GammaGamma(p: 1, q: 1, v: 1) }
        #expect(throws: LifetimeError.self) { try GammaGamma(p: 1, q: .nan, v: 1) }
    }
}
