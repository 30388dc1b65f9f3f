@testable import Rapport
import Testing

@Suite struct DefectRateTests {
    /// Levels from Python: 1.5 - statistics.NormalDist().inv_cdf(defects / opportunities).
    @Test(
        "defects per million, and the sigma level with the drift of 1.5",
        arguments: [
            (1, 2, 500_000, 1.5), (3, 100, 30_000, 3.380_793_608_151_251),
            (34, 10_000_000, 3, 5.999_854_470_025_006), (66_807, 1_000_000, 66_807, 3.000_001_553_990_341),
            (2, 3, 666_667, 1.069_272_700_704_542_6), (7_827, 96_478, 81_127, 2.897_528_816_813_229),
        ] as [(Int, Int, Int64, Double)])
    func levels(defects: Int, opportunities: Int, perMillion: Int64, sigma: Double) throws {
        let rate = try #require(DefectRate(defects: defects, of: opportunities))
        #expect(rate.perMillion == perMillion)
        let found = try #require(rate.sigma)
        #expect(abs(found - sigma) < 1e-12)
    }

    @Test("without an opportunity there is no rate, and without a defect, or without a success, no level")
    func ends() throws {
        #expect(DefectRate(defects: 0, of: 0) == nil)
        let none = try #require(DefectRate(defects: 0, of: 7))
        #expect(none.perMillion == 0 && none.sigma == nil)
        let all = try #require(DefectRate(defects: 7, of: 7))
        #expect(all.perMillion == 1_000_000 && all.sigma == nil)
    }

    /// From Python: statistics.NormalDist().inv_cdf.
    @Test(
        "quantiles of the normal distribution, from the middle to far out",
        arguments: [
            (1e-300, -37.047_096_299_361_2), (1e-20, -9.262_340_089_798_405), (0.025, -1.959_963_984_540_053_8),
            (0.075, -1.439_531_470_938_455_7), (0.3, -0.524_400_512_708_040_7), (0.5, 0),
            (0.975, 1.959_963_984_540_053_6), (0.999_999_999_9, 6.361_340_889_697_421),
        ] as [(Double, Double)])
    func quantiles(probability: Double, expected: Double) {
        #expect(abs(StandardNormal.quantile(probability) - expected) <= 1e-13 * max(1, abs(expected)))
    }
}
