@testable import Rapport
import Testing

@Suite struct TenThousandthsTests {
    @Test("a quotient is rounded half up")
    func rounding() {
        for (part, whole, expected) in [
            (0, 7, 0), (1, 3, 3333), (2, 3, 6667), (1, 1, 10_000), (6, 1, 60_000), (1, 20_000, 1), (1, 20_001, 0),
            (3, 20_000, 2),
        ] as [(Int128, Int128, Int64)] {
            #expect(tenThousandths(part, of: whole) == expected, "\(part) of \(whole)")
        }
    }

    @Test("there is none of nothing, of negative numbers, and of what is too great")
    func limits() {
        #expect(tenThousandths(1, of: 0) == nil)
        #expect(tenThousandths(1, of: -1) == nil)
        #expect(tenThousandths(-1, of: 1) == nil)
        #expect(tenThousandths(.max, of: .max) == nil)
        #expect(tenThousandths(Int128.max / 40_000, of: 1) == nil)
        let whole: Int64 = 10_000
        #expect(tenThousandths(Int128.max / 40_000, of: Int128.max / 40_000) == whole)
    }
}
