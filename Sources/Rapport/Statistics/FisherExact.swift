/// Fisher's exact test of a table of two rows and two columns, two-sided.
///
/// With the sums of rows and columns given, and rows and columns independent, the first cell has a hypergeometric
/// distribution. p is the probability of all tables that are at most as probable as the one observed; one that is more
/// probable by less than 1e-7 of it counts as equally so, as in R's `fisher.test`. Source: R. A. Fisher, "Statistical
/// Methods for Research Workers", fifth edition (1934), section 21.02.
enum FisherExact {
    /// The greatest count that a cell may have: sums of four are exact in floating point.
    private static let greatestCount: Int64 = 1 << 50
    /// What R takes for rounding.
    private static let tolerance = 1 + 1e-7

    /// p of the table whose first row is `a` and `b`, and whose second `c` and `d`; nil when a count is negative or
    /// above 2⁵⁰, and 0 when it is less than floating point can tell. O(√n + distance of `a` from the likeliest count).
    static func pValue(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) -> Double? {
        guard [a, b, c, d].allSatisfy({ (0...greatestCount).contains($0) }) else { return nil }
        let tables = Hypergeometric(row: a + b, column: a + c, total: a + b + c + d)
        let limit = tables.weight(of: a) * tolerance
        guard limit > 0 else { return 0 }
        // Weights are relative to that of the likeliest table.
        var (all, included) = (1.0, limit >= 1 ? 1.0 : 0)
        for isUpwards in [false, true] {
            var (count, weight) = (tables.likeliest, 1.0)
            while let further = tables.neighbour(of: count, weighing: weight, isUpwards: isUpwards) {
                (count, weight) = further
                all += weight
                if weight <= limit {
                    included += weight
                    // Weights fall ever faster: what is left adds less than rounding does.
                    if weight < included * 1e-20 { break }
                }
            }
        }
        return min(1, included / all)
    }
}

/// The tables with given sums, by the count in their first cell.
private struct Hypergeometric {
    let row: Int64
    let column: Int64
    /// The count in the last cell less that in the first.
    let rest: Int64
    /// The count of the likeliest table.
    let likeliest: Int64

    init(row: Int64, column: Int64, total: Int64) {
        self.row = row
        self.column = column
        rest = total - row - column
        likeliest = Int64((Int128(row) + 1) * (Int128(column) + 1) / (Int128(total) + 2))
    }

    /// The next count further from the likeliest one, and its weight; nil where the counts end, and where weights are
    /// too small to tell.
    func neighbour(
        of count: Int64, weighing weight: Double, isUpwards: Bool
    ) -> (count: Int64, weight: Double)? {
        let (fewer, more) = isUpwards ? (row - count, column - count) : (count, rest + count)
        guard fewer > 0, more > 0, weight > 0 else { return nil }
        let (first, last) = isUpwards ? (count + 1, rest + count + 1) : (row - count + 1, column - count + 1)
        let ratio = Double(fewer) / Double(first) * (Double(more) / Double(last))
        return (isUpwards ? count + 1 : count - 1, weight * ratio)
    }

    /// The probability of a count over that of the likeliest.
    func weight(of wanted: Int64) -> Double {
        var (count, weight) = (likeliest, 1.0)
        while count != wanted {
            guard let closer = neighbour(of: count, weighing: weight, isUpwards: wanted > count) else { return 0 }
            (count, weight) = closer
        }
        return weight
    }
}
