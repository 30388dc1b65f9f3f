@testable import Rapport
import Testing
import TestSupport

@Suite struct ConcentrationIndexTests {
    private static let equal: [Int64] = [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]

    /// In exact fractions: Gini by the mean difference of all pairs, the curve by interpolation.
    private static let known: [(values: [Int64], gini: Int64, lorenz: [Int64])] = [
        ([1, 1, 1, 1], 0, equal), ([5], 0, equal), ([7, 7, 7], 0, equal),
        ([0, 0, 0, 10], 7500, [0, 0, 0, 0, 0, 0, 0, 0, 2000, 6000, 10_000]),
        ([1, 2, 3, 4, 5], 2667, [0, 333, 667, 1333, 2000, 3000, 4000, 5333, 6667, 8333, 10_000]),
        ([80, 10, 5, 3, 2], 6520, [0, 100, 200, 350, 500, 750, 1000, 1500, 2000, 6000, 10_000]),
        (
            [100, 50, 25, 12, 6, 3, 2, 1, 1, 0], 6980,
            [0, 0, 50, 100, 200, 350, 650, 1250, 2500, 5000, 10_000]
        ),
        (
            [1000, 900, 800, 20, 15, 10, 10, 5, 5, 5, 3, 2], 7424,
            [0, 9, 25, 47, 68, 108, 155, 227, 2000, 5748, 10_000]
        ),
        (
            [Int64.max / 2, Int64.max / 2, 1], 3333,
            [0, 0, 0, 0, 1000, 2500, 4000, 5500, 7000, 8500, 10_000]
        ),
    ]

    @Test("known values have the known coefficient and curve")
    func knownValues() throws {
        for (values, gini, lorenz) in Self.known {
            let found = try ConcentrationIndex(values)
            #expect(found.giniBp == gini, "\(values)")
            #expect(found.lorenzBp == lorenz, "\(values)")
            #expect(found.count == values.count)
            #expect(found.total == values.reduce(0, +))
        }
    }

    @Test("the Pareto set has the fewest values that hold four fifths")
    func paretoSets() throws {
        for (values, count, share, held, heldBp, least) in [
            ([1, 1, 1, 1], 4, 10_000, 4, 10_000, 1), ([0, 0, 0, 10], 1, 2500, 10, 10_000, 10),
            ([1, 2, 3, 4, 5], 3, 6000, 12, 8000, 3), ([80, 10, 5, 3, 2], 1, 2000, 80, 8000, 80),
            ([79, 11, 5, 3, 2], 2, 4000, 90, 9000, 11),
            ([100, 50, 25, 12, 6, 3, 2, 1, 1, 0], 3, 3000, 175, 8750, 25),
            ([1000, 900, 800, 20, 15, 10, 10, 5, 5, 5, 3, 2], 3, 2500, 2700, 9730, 800),
            ([Int64.max / 2, Int64.max / 2, 1], 2, 6667, Int64.max - 1, 10_000, Int64.max / 2),
        ] as [([Int64], Int, Int64, Int64, Int64, Int64)] {
            let found = try #require(ConcentrationIndex(values).pareto)
            #expect(found.count == count, "\(values)")
            #expect(found.shareOfValuesBp == share, "\(values)")
            #expect(found.held == held, "\(values)")
            #expect(found.heldBp == heldBp, "\(values)")
            #expect(found.least == least, "\(values)")
        }
    }

    @Test("the coefficient is the mean difference of all pairs over twice the mean", arguments: 1...40)
    func meanDifference(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let values = (0..<Int.random(in: 1...30, using: &random)).map { _ in
            Int64.random(in: 0...50, using: &random)
        }
        let sum = values.reduce(0, +)
        let found = try ConcentrationIndex(values.shuffled(using: &random))
        let differences = values.reduce(Int64(0)) { all, one in
            all + values.reduce(0) { $0 + abs($1 - one) }
        }
        // Nil where all values are 0.
        let expected = tenThousandths(Int128(differences), of: Int128(2 * Int64(values.count) * sum))
        #expect(found.giniBp == expected)
        let ordered = try ConcentrationIndex(values.sorted())
        #expect(found == ordered)
        #expect(found.lorenzBp == found.lorenzBp.sorted())
        for (tenth, share) in found.lorenzBp.enumerated() { #expect(share <= Int64(tenth) * 1000) }
    }

    @Test("nothing, and values of 0 alone, have no concentration")
    func nothing() throws {
        for values in [[], [0], [0, 0, 0]] as [[Int64]] {
            let found = try ConcentrationIndex(values)
            #expect(found.count == values.count)
            #expect(found.total == 0)
            #expect(found.giniBp == nil)
            #expect(found.lorenzBp.isEmpty)
            #expect(found.pareto == nil)
        }
    }

    @Test("a negative value is refused with its place, and a sum beyond 64 bits too")
    func refusals() {
        #expect(throws: ConcentrationError.negative(value: -4, place: 2)) { try ConcentrationIndex([3, 0, -4, -9]) }
        #expect(throws: ConcentrationError.sumTooGreat) { try ConcentrationIndex([.max, 1]) }
        #expect(
            ConcentrationError.negative(value: -4, place: 2).description
                == "value -4 at place 2 is negative; the concentration of values needs values of 0 or more")
        #expect(
            ConcentrationError.sumTooGreat.description
                == "the sum of all values is above 9223372036854775807; "
                + "the concentration of values needs a sum of 64 bits")
    }
}
