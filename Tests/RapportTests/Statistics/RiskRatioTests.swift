@testable import Rapport
import Testing

@Suite struct RiskRatioTests {
    /// By SciPy's `relative_risk` and statsmodels' interval of a ratio on the logarithmic scale, which agree.
    @Test("known tables have the known ratio and interval")
    func knownTables() throws {
        for (a, n, b, m, ratio, lower, upper, rounded) in [
            (120, 200, 40, 400, 6, 4.3786450755245685, 8.221721418168869, 60_000),
            (56, 70, 48, 80, 1.3333333333333333, 1.076626422763193, 1.651248511266387, 13_333),
            (7, 9, 3, 11, 2.851851851851852, 1.021943794563625, 7.958421028803931, 28_519),
            (1, 1000, 5, 800, 0.16, 0.018730526585148146, 1.3667528183803876, 1600),
            (30, 30, 10, 40, 4, 2.338561783567419, 6.841811968547775, 40_000),
        ] as [(Int, Int, Int, Int, Double, Double, Double, Int64)] {
            let found = try #require(RiskRatio(successes: a, of: n, over: b, of: m))
            let (foundLower, foundUpper) = (try #require(found.lower), try #require(found.upper))
            let foundRatio = try #require(found.ratio)
            #expect(abs(foundRatio - ratio) < ratio * 1e-12, "\(a) of \(n)")
            #expect(abs(foundLower - lower) < lower * 1e-10, "\(a) of \(n)")
            #expect(abs(foundUpper - upper) < upper * 1e-10, "\(a) of \(n)")
            #expect(found.ratioTenThousandths == rounded, "\(a) of \(n)")
            #expect(found.corrected == nil)
        }
    }

    /// By statsmodels' `Table2x2` of the counts with ½ added to each.
    @Test("where a count is 0 there is no interval, but one with a half added to each count")
    func zeroCounts() throws {
        for (a, n, b, m, ratio, lower, upper) in [
            (0, 20, 5, 30, 0.13419913419913418, 0.007828373590793343, 2.3005299135158066),
            (5, 30, 0, 20, 7.451612903225807, 0.43468245908254266, 127.740454438207),
            (0, 20, 0, 30, 1.476190476190476, 0.030466524173710756, 71.5256623817895),
            (10, 10, 8, 8, 1.0106951871657754, 0.823939144282832, 1.2397818072464486),
        ] as [(Int, Int, Int, Int, Double, Double, Double)] {
            let found = try #require(RiskRatio(successes: a, of: n, over: b, of: m))
            #expect(found.lower == nil, "\(a) of \(n)")
            #expect(found.upper == nil, "\(a) of \(n)")
            let corrected = try #require(found.corrected)
            #expect(abs(corrected.ratio - ratio) < ratio * 1e-10, "\(a) of \(n)")
            #expect(abs(corrected.lower - lower) < lower * 1e-10, "\(a) of \(n)")
            #expect(abs(corrected.upper - upper) < upper * 1e-10, "\(a) of \(n)")
        }
    }

    @Test("the ratio itself needs no correction, but a second share above 0")
    func ratiosOfZero() throws {
        let none = try #require(RiskRatio(successes: 0, of: 20, over: 5, of: 30))
        #expect(none.ratio == 0)
        #expect(none.ratioTenThousandths == 0)
        let endless = try #require(RiskRatio(successes: 5, of: 30, over: 0, of: 20))
        #expect(endless.ratio == nil)
        #expect(endless.ratioTenThousandths == nil)
        let everybody = try #require(RiskRatio(successes: 10, of: 10, over: 8, of: 8))
        #expect(everybody.ratio == 1)
        #expect(everybody.ratioTenThousandths == 10_000)
    }

    @Test("an empty group has no ratio, and the other way round it is the reciprocal")
    func emptyAndReversed() throws {
        #expect(RiskRatio(successes: 0, of: 0, over: 1, of: 2) == nil)
        #expect(RiskRatio(successes: 1, of: 2, over: 0, of: 0) == nil)
        let there = try #require(RiskRatio(successes: 7, of: 9, over: 3, of: 11))
        let back = try #require(RiskRatio(successes: 3, of: 11, over: 7, of: 9))
        let lower = try #require(there.lower)
        let upper = try #require(back.upper)
        #expect(abs(lower * upper - 1) < 1e-12)
    }

    @Test("the greatest counts there can be are no trouble")
    func greatCounts() throws {
        let found = try #require(RiskRatio(successes: .max, of: .max, over: 1, of: .max))
        #expect(found.ratioTenThousandths == nil)
        #expect(found.ratio == Double(Int.max))
    }
}
