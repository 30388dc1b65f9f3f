import Rapport
import Testing

@Suite struct WilsonIntervalTests {
    /// Expected bounds found by inverting the score test numerically, not by the closed formula.
    @Test(arguments: [
        (8, 10, 0.49016247153664, 0.94331784854562),
        (81, 263, 0.25528851987827, 0.36620957698280),
        (1, 29, 0.00611321429276, 0.17175521879320),
        (0, 10, 0, 0.27753279986289),
        (10, 10, 0.72246720013711, 1),
    ])
    func boundsInvertTheScoreTest(successes: Int, n: Int, lower: Double, upper: Double) throws {
        let interval = try #require(WilsonInterval(successes: successes, of: n))
        #expect(abs(interval.lower - lower) < 1e-12)
        #expect(abs(interval.upper - upper) < 1e-12)
        #expect(interval.share == Double(successes) / Double(n))
    }

    @Test func nothingObservedGivesNoInterval() {
        #expect(WilsonInterval(successes: 0, of: 0) == nil)
    }

    @Test func everySmallSampleHoldsItsShareWithinZeroToOne() throws {
        for n in 1...60 {
            for successes in 0...n {
                let interval = try #require(WilsonInterval(successes: successes, of: n))
                #expect(0 <= interval.lower && interval.lower <= interval.share)
                #expect(interval.share <= interval.upper && interval.upper <= 1)
            }
        }
    }
}
