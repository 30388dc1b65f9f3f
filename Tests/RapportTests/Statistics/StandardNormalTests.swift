@testable import Rapport
import Testing

@Suite struct StandardNormalTests {
    @Test("the upper tail is SciPy's norm.sf, near the middle and far out")
    func upperTail() {
        for (z, expected) in [
            (0, 0.5), (0.5, 0.3085375387259869), (1, 0.15865525393145707), (1.959963984540054, 0.025),
            (3, 0.0013498980316300933), (8, 6.22096057427174e-16), (-1, 0.8413447460685429), (-3, 0.9986501019683699),
        ] as [(Double, Double)] {
            #expect(abs(StandardNormal.upperTail(z) - expected) <= expected * 1e-12, "\(z)")
        }
        #expect(StandardNormal.upperTail(40) == 0)
    }

    @Test("both tails are twice the one beyond the distance from 0")
    func bothTails() {
        for z in [0, 0.1, 1, 2.5, 6] as [Double] {
            let expected = 2 * StandardNormal.upperTail(z)
            #expect(abs(StandardNormal.bothTails(z) - expected) <= expected * 1e-12, "\(z)")
            #expect(StandardNormal.bothTails(-z) == StandardNormal.bothTails(z))
        }
    }
}
