/// How much of a sum few of the values hold: Lorenz's curve, Gini's coefficient, and the fewest values that hold 80 %.
///
/// All arithmetic is on integers, and each answer is rounded once, half up, to basis points. Values in any order give
/// the same answers.
///
/// Sources: M. O. Lorenz, "Methods of Measuring the Concentration of Wealth", Publications of the American Statistical
/// Association 9 (1905); C. Gini, "Variabilità e mutabilità" (1912); in the form used here, C. Damgaard and J. Weiner,
/// "Describing Inequality in Plant Size or Fecundity", Ecology 81 (2000); the "vital few": J. M. Juran, "Quality
/// Control Handbook" (1951), after V. Pareto.
struct ConcentrationIndex: Hashable, Sendable {
    /// The fewest values that together hold 80 % of the sum or more.
    struct ParetoSet: Hashable, Sendable {
        /// How many values; the greatest ones.
        let count: Int
        /// They as a share of all values, in basis points.
        let shareOfValuesBp: Int64
        /// What they hold.
        let held: Int64
        /// It as a share of the sum, in basis points; 8,000 or more.
        let heldBp: Int64
        /// The least value among them. Others may be equal to it, and not be needed.
        let least: Int64
    }

    /// What share of the sum a ``ParetoSet`` holds, in basis points.
    static let paretoBp: Int64 = 8_000

    /// How many values.
    let count: Int
    /// Their sum.
    let total: Int64
    /// Gini's coefficient Σ (2i − n − 1) xᵢ / (n Σ xᵢ) of the values xᵢ in ascending order, in basis points: 0 where
    /// all are equal, and (n − 1)/n where one holds all. It is that of the values as they are, not an estimate for a
    /// population of which they are a sample, which would be n/(n − 1) times as great. Nil where the sum is 0.
    let giniBp: Int64?
    /// Lorenz's curve: what share of the sum 0, 1, ... 10 tenths of the values hold, those with the least first, in
    /// basis points. A tenth that ends within a value holds as much of it as lies in the tenth. Eleven numbers from 0
    /// to 10,000, or none where the sum is 0.
    let lorenzBp: [Int64]
    /// Nil where the sum is 0.
    let pareto: ParetoSet?

    /// Of values in any order; O(n log n).
    ///
    /// - Throws: `ConcentrationError` where a value is negative, or the sum does not fit into 64 bits.
    init(_ values: [Int64]) throws(ConcentrationError) {
        if let place = values.firstIndex(where: { $0 < 0 }) { throw .negative(value: values[place], place: place) }
        let ascending = values.sorted()
        let sum = ascending.reduce(Int128(0)) { $0 + Int128($1) }
        guard let total = Int64(exactly: sum) else { throw .sumTooGreat }
        self.count = ascending.count
        self.total = total
        self.giniBp = Self.gini(ascending, sum)
        self.lorenzBp = Self.lorenz(ascending, sum)
        self.pareto = Self.pareto(ascending, sum)
    }

    /// See ``giniBp``.
    private static func gini(_ ascending: [Int64], _ sum: Int128) -> Int64? {
        let n = Int128(ascending.count)
        var weighted = Int128(0)
        for (place, value) in ascending.enumerated() { weighted += (2 * Int128(place) + 1 - n) * Int128(value) }
        return tenThousandths(weighted, of: n * sum)
    }

    /// See ``lorenzBp``.
    private static func lorenz(_ ascending: [Int64], _ sum: Int128) -> [Int64] {
        // What all values before each place hold, and at last what all hold.
        var before: [Int128] = [0]
        before.reserveCapacity(ascending.count + 1)
        for value in ascending { before.append(before[before.count - 1] + Int128(value)) }
        return (0...10).compactMap { tenth -> Int64? in
            let (place, rest) = (ascending.count * tenth).quotientAndRemainder(dividingBy: 10)
            let part = rest == 0 ? 0 : Int128(rest) * Int128(ascending[place])
            return tenThousandths(10 * before[place] + part, of: 10 * sum)
        }
    }

    /// See ``ParetoSet``.
    private static func pareto(_ ascending: [Int64], _ sum: Int128) -> ParetoSet? {
        guard sum > 0 else { return nil }
        var (held, count) = (Int128(0), 0)
        for value in ascending.reversed() {
            held += Int128(value)
            count += 1
            guard held * 10_000 >= sum * Int128(paretoBp) else { continue }
            guard let shareOfValuesBp = tenThousandths(Int128(count), of: Int128(ascending.count)),
                let heldBp = tenThousandths(held, of: sum), let whole = Int64(exactly: held)
            else { return nil }
            return ParetoSet(
                count: count, shareOfValuesBp: shareOfValuesBp, held: whole, heldBp: heldBp, least: value)
        }
        return nil
    }
}
