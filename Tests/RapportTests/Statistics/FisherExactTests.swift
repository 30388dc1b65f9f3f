@testable import Rapport
import Testing
import TestSupport

@Suite struct FisherExactTests {
    private struct Table {
        let cells: (Int64, Int64, Int64, Int64)
        let p: Double

        init(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64, _ p: Double) {
            (cells, self.p) = ((a, b, c, d), p)
        }
    }

    /// By R's `fisher.test` and SciPy's `fisher_exact`, which agree.
    private static let known: [Table] = [
        // The lady who tasted tea: three of four cups right.
        Table(3, 1, 1, 3, 0.4857142857142857),
        Table(4, 0, 0, 4, 0.02857142857142857),
        Table(1, 9, 11, 3, 0.0027594561852200836),
        Table(8, 2, 1, 5, 0.03496503496503497),
        Table(2, 3, 6, 4, 0.6083916083916083),
        Table(31, 70, 10, 59, 0.01769151436477758),
        Table(0, 30, 30, 0, 1.6911233892144735e-17),
        Table(1, 0, 0, 1, 1), Table(0, 0, 5, 7, 1), Table(0, 0, 0, 0, 1), Table(10, 10, 10, 10, 1),
        Table(500, 9500, 600, 9400, 0.002123775529346263),
        Table(50_000, 950_000, 51_000, 949_000, 0.00125546411908),
        Table(5_000_000, 5_000_000, 5_003_000, 4_997_000, 0.1798575915),
    ]

    @Test("known tables have the known probabilities, small and large")
    func knownTables() throws {
        for table in Self.known {
            let (a, b, c, d) = table.cells
            let p = try #require(FisherExact.pValue(a, b, c, d))
            #expect(abs(p - table.p) <= table.p * 1e-8, "\(table.cells)")
        }
    }

    /// How many ways there are to choose `count` of `total`; no more than sixty of them.
    private static func ways(_ count: Int64, of total: Int64) -> Int64 {
        guard (0...total).contains(count) else { return 0 }
        return (0..<min(count, total - count)).reduce(1) { ways, number in ways * (total - number) / (number + 1) }
    }

    /// All tables with the same sums, in whole numbers.
    private static func bruteForce(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) -> Double {
        func tables(_ count: Int64) -> Double {
            Double(ways(count, of: a + b)) * Double(ways(a + c - count, of: c + d))
        }
        let limit = tables(a) * (1 + 1e-7)
        let all = (0...a + c).map { tables($0) }
        return all.filter { $0 <= limit }.reduce(0, +) / all.reduce(0, +)
    }

    @Test("small tables have the probability that comes of counting all of them")
    func smallTables() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let most: Int64 = [2, 6, 14].randomElement(using: &random) ?? 2
            let cells = (0..<4).map { _ in Int64.random(in: 0...most, using: &random) }
            let p = try #require(FisherExact.pValue(cells[0], cells[1], cells[2], cells[3]))
            let expected = Self.bruteForce(cells[0], cells[1], cells[2], cells[3])
            #expect(abs(p - expected) <= expected * 1e-10, "\(cells)")
        }
    }

    @Test("it does not matter which row or column comes first, nor which are rows")
    func symmetry() throws {
        var random = SeededGenerator(seed: 6)
        // Few of the greatest: they take longest, and have a probability of next to 0 unless all counts are close.
        let kinds: [(ClosedRange<Int64>, Int)] = [
            (0...20, 20), (0...5000, 20), (4_998_000...5_002_000, 4), (0...10_000_000, 2),
        ]
        for (counts, tables) in kinds {
            for _ in 0..<tables {
                let cells = (0..<4).map { _ in Int64.random(in: counts, using: &random) }
                let (a, b, c, d) = (cells[0], cells[1], cells[2], cells[3])
                let p = try #require(FisherExact.pValue(a, b, c, d))
                for other in [
                    FisherExact.pValue(c, d, a, b), FisherExact.pValue(b, a, d, c), FisherExact.pValue(a, c, b, d),
                ] {
                    let found = try #require(other)
                    #expect(abs(found - p) <= p * 1e-7 + 1e-300, "\(cells)")
                }
            }
        }
    }

    @Test("a table that cannot be is none, and one that is next to impossible has a probability of 0")
    func limits() {
        #expect(FisherExact.pValue(-1, 2, 3, 4) == nil)
        #expect(FisherExact.pValue(1, 2, 3, .max) == nil)
        #expect(FisherExact.pValue(10_000, 0, 0, 10_000) == 0)
        #expect(FisherExact.pValue(1 << 50, 0, 0, 0) == 1)
    }
}
