@testable import Rapport
import Testing

@Suite struct NewcombeIntervalTests {
    /// By statsmodels' `confint_proportions_2indep` with the method newcomb.
    @Test("known differences have the known intervals, at shares of 0 and 1 too")
    func known() throws {
        for (a, n, b, m, lower, upper) in [
            (56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614),
            (9, 10, 3, 10, 0.1705227239345029, 0.809017973535488),
            (6, 7, 2, 7, 0.05822792748231209, 0.8062496375242278),
            (5, 56, 0, 29, -0.038137147903536936, 0.19256001385511165),
            (0, 10, 0, 20, -0.1611251580528194, 0.27753279986288926),
            (0, 10, 0, 10, -0.27753279986288926, 0.27753279986288926),
            (10, 10, 0, 20, 0.6790860371419145, 1),
            (10, 10, 0, 10, 0.6075093504305241, 1),
        ] as [(Int, Int, Int, Int, Double, Double)] {
            let found = try #require(NewcombeInterval(successes: a, of: n, less: b, of: m))
            #expect(abs(found.difference - (Double(a) / Double(n) - Double(b) / Double(m))) < 1e-12)
            #expect(abs(found.lower - lower) < 1e-10, "\(a) of \(n)")
            #expect(abs(found.upper - upper) < 1e-10, "\(a) of \(n)")
        }
    }

    @Test("all small groups have an interval around the difference, within -1 and 1, and mirrored the other way round")
    func smallGroups() throws {
        for n in 1...6 {
            for m in 1...6 {
                for a in 0...n {
                    for b in 0...m {
                        let there = try #require(NewcombeInterval(successes: a, of: n, less: b, of: m))
                        let back = try #require(NewcombeInterval(successes: b, of: m, less: a, of: n))
                        let isOrdered =
                            -1 <= there.lower && there.lower <= there.difference && there.difference <= there.upper
                            && there.upper <= 1 && there.lower < there.upper
                        #expect(isOrdered, "\(a) of \(n) less \(b) of \(m)")
                        #expect(abs(there.lower + back.upper) < 1e-12)
                    }
                }
            }
        }
    }

    @Test("an empty group has no difference")
    func empty() {
        #expect(NewcombeInterval(successes: 0, of: 0, less: 1, of: 2) == nil)
        #expect(NewcombeInterval(successes: 1, of: 2, less: 0, of: 0) == nil)
    }
}
