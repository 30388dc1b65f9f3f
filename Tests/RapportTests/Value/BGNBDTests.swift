import Foundation
@testable import Rapport
import Testing

/// Reference figures were computed with the library lifetimes 0.11.3 for Python, and with mpmath 1.4.1 in 40 digits.
@Suite struct BGNBDTests {
    private static func customer(_ repeats: Int, _ recency: Double, _ age: Double) throws -> PurchaseSummary {
        try PurchaseSummary(repeats: repeats, recency: recency, age: age)
    }

    @Test("the published customer is active with probability 0.7266 and purchases 1.226 times within 39 weeks")
    func published() throws {
        let model = try LifetimeExamples.publishedPurchases()
        let customer = try Self.customer(2, 30.43, 38.86)
        #expect(abs(model.probabilityAlive(of: customer) - 0.7266) < 5e-5)
        let purchases = try model.expectedPurchases(of: customer, within: 39)
        #expect(abs(purchases - 1.226) < 5e-4)
    }

    @Test(
        "customers are active and purchase as another library says",
        arguments: [
            (2, 30.43, 38.86, 39, 0.726_578_570_080_673, 1.226_028_174_767_144_46),
            (0, 0, 38.86, 39, 1, 0.195_098_052_011_262_637),
            (1, 5, 30, 13, 0.379_167_756_969_818_75, 0.165_551_988_493_542_402),
            (10, 36, 38.86, 52, 0.877_337_049_223_803_7, 8.016_630_918_312_324_59),
            (2, 30.43, 38.86, 260, 0.726_578_570_080_673, 4.935_056_969_492_306_16),
            (25, 38, 38.86, 4, 0.952_554_478_473_630_8, 2.150_538_500_300_304_87),
            (7, 1, 38.86, 39, 3.076_289_268_757_499e-6, 1.599_632_203_624_627_07e-5),
        ] as [(Int, Double, Double, Double, Double, Double)])
    func customers(
        repeats: Int, recency: Double, age: Double, time: Double, alive: Double, purchases: Double
    ) throws {
        let model = try LifetimeExamples.publishedPurchases()
        let customer = try Self.customer(repeats, recency, age)
        #expect(LifetimeExamples.isNear(model.probabilityAlive(of: customer), alive, within: 1e-12))
        let found = try model.expectedPurchases(of: customer, within: time)
        // Where hardly anybody is active still, the last digits of the reference are as uncertain.
        #expect(LifetimeExamples.isNear(found, purchases, within: alive < 1e-3 ? 1e-10 : 1e-12))
    }

    @Test(
        "a new customer makes as many repeats as another library says",
        arguments: [
            (0, 0), (1, 0.053_267_891_171_658_282_1), (39, 1.196_723_193_320_816_87), (520, 4.974_617_861_849_659_67),
            (5200, 12.148_119_026_370_994_5),
        ] as [(Double, Double)])
    func newCustomers(time: Double, repeats: Double) throws {
        let found = try LifetimeExamples.publishedPurchases().expectedRepeats(within: time)
        #expect(LifetimeExamples.isNear(found, repeats, within: 1e-12))
    }

    @Test(
        "neither a = 1, nor a + b at or below 1, nor large parameters cost digits",
        arguments: [
            ([0.243, 4.414, 1, 2.426], 1.102_136_786_039_96, 0.250_269_212_519_27, 2.916_227_422_439_89),
            ([0.5, 3, 0.25, 0.75], 1.680_870_176_165_61, 0.552_701_257_376_561, 6.897_681_480_573_45),
            ([0.5, 3, 0.3, 0.4], 1.480_492_065_158_81, 0.496_580_120_465_734, 5.588_961_044_554_42),
            ([30, 100, 3, 10], 1.472_446_786_863_76, 3.778_952_256_283_52, 1.220_602_514_860_37),
            ([2, 0.001, 0.01, 50], 4.010_349_281_171_01, 2.998_550_332_683_63, 24.787_066_629_517_5),
        ] as [([Double], Double, Double, Double)])
    func hardParameters(parameters: [Double], second: Double, first: Double, fourth: Double) throws {
        let model = try BGNBD(r: parameters[0], alpha: parameters[1], a: parameters[2], b: parameters[3])
        let customers: [(PurchaseSummary, Double, Double)] = [
            (try Self.customer(2, 30.43, 38.86), 39, second), (try Self.customer(0, 0, 20), 30, first),
            (try Self.customer(3, 10, 20), 100, fourth),
        ]
        for (customer, time, expected) in customers {
            let found = try model.expectedPurchases(of: customer, within: time)
            #expect(LifetimeExamples.isNear(found, expected, within: 1e-12))
        }
    }

    @Test("expected purchases grow with time, from 0")
    func growth() throws {
        let model = try LifetimeExamples.publishedPurchases()
        let customer = try Self.customer(2, 30.43, 38.86)
        var before = -1.0
        for time in [0, 0.1, 1, 2, 10, 100, 1000] {
            let found = try model.expectedPurchases(of: customer, within: time)
            #expect(found > before)
            before = found
        }
        let atOnce = try model.expectedPurchases(of: customer, within: 0)
        #expect(atOnce == 0)
    }

    @Test("the shares of new customers with 0, 1, … repeats are those of another library, and make up 1")
    func distribution() throws {
        let model = try LifetimeExamples.publishedPurchases()
        let found = try model.repeatProbabilities(within: 39, upTo: 400)
        let expected = [
            0.573_786_352_096_009, 0.199_395_280_835_911, 0.085_429_759_539_060_8, 0.045_860_353_847_999_7,
            0.027_671_449_335_782_2, 0.017_965_493_866_579,
        ]
        for (probability, reference) in zip(found, expected) {
            #expect(LifetimeExamples.isNear(probability, reference, within: 1e-12))
        }
        #expect(abs(found.reduce(0, +) - 1) < 1e-12)
        let mean = found.enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element }
        let expectedMean = try model.expectedRepeats(within: 39)
        #expect(abs(mean - expectedMean) < 1e-9)
        let atOnce = try model.repeatProbabilities(within: 0, upTo: 2)
        #expect(atOnce == [1, 0, 0])
    }

    @Test("parameters and times that no model has are refused")
    func refusals() throws {
        for wrong in [0, -1, .nan, .infinity] as [Double] {
            #expect(throws: LifetimeError.self) { try BGNBD(r: wrong, alpha: 1, a: 1, b: 1) }
            #expect(throws: LifetimeError.self) { try BGNBD(r: 1, alpha: 1, a: 1, b: wrong) }
        }
        let model = try LifetimeExamples.publishedPurchases()
        for wrong in [-1, .nan, .infinity] as [Double] {
            #expect(throws: LifetimeError.self) { try model.expectedRepeats(within: wrong) }
            #expect(throws: LifetimeError.self) { try model.repeatProbabilities(within: wrong, upTo: 3) }
        }
        #expect(throws: LifetimeError.tooFarAhead(time: 1e9)) { try model.expectedRepeats(within: 1e9) }
    }
}
