/// Whether a series rises or falls: the test of Mann and Kendall, Kendall's τ and Sen's slope.
///
/// S is how many pairs of values rise from the earlier to the later one, less how many fall. Without a trend its mean
/// is 0 and its variance (n(n − 1)(2n + 5) − Σ t(t − 1)(2t + 5)) / 18, where t are the sizes of the groups of equal
/// values. z is S, one closer to 0, in standard deviations. Values need no distribution, but must not depend on each
/// other: what goes on from period to period by itself, or comes with the season, looks like a trend.
///
/// Sources: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945); M. G. Kendall, "Rank Correlation
/// Methods", fourth edition (1975); P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau",
/// Journal of the American Statistical Association 63 (1968).
struct MannKendall: Hashable, Sendable {
    /// How the probability was found.
    enum Method: Hashable, Sendable {
        /// By counting all orders that n different values can have.
        case exact
        /// By the normal distribution of z.
        case normal
    }

    /// A value and its time.
    struct Point: Hashable, Sendable {
        /// In any unit: the number of a period, say.
        let time: Int64
        /// Finite.
        let value: Double
    }

    /// The fewest values that can show a trend.
    static let fewest = 3
    /// The most values whose orders are counted; none of them may be equal.
    static let mostExact = 10

    /// How many values; at least 3.
    let n: Int
    /// S: above 0 where values rise, below where they fall.
    let score: Int64
    /// The variance of S without a trend; 0 where all values are equal.
    let variance: Double
    /// S in standard deviations, corrected for continuity; 0 where S is −1, 0 or 1.
    let z: Double
    /// The probability of an S as far from 0 or farther, on either side, without a trend; 0 to 1.
    let pValue: Double
    /// How it was found.
    let method: Method
    /// Kendall's τ-b, −1 to 1; nil where all values are equal.
    let tau: Double?
    /// Sen's slope: the median of the slopes of all pairs, in units of the values per unit of time.
    let slope: Double

    /// Of values one unit of time apart, in order; else as below.
    init?(_ values: [Double]) {
        self.init(values.enumerated().map { Point(time: Int64($0.offset), value: $0.element) })
    }

    /// Nil of fewer than three values. Values must be finite, and each time later than the one before; periods without
    /// a value are left out. O(n² log n), and n² / 2 numbers in memory.
    init?(_ points: [Point]) {
        precondition(points.allSatisfy { $0.value.isFinite }, "expected finite values")
        precondition(
            zip(points, points.dropFirst()).allSatisfy { $0.time < $1.time }, "expected each time later than the last")
        guard points.count >= Self.fewest else { return nil }
        let pairs = Pairs(points)
        let score = pairs.score
        let groups = Self.sizesOfTies(points.map(\.value))
        let all = Self.pairs(Int64(points.count))
        let untied = all - groups.reduce(0) { $0 + Self.pairs($1) }
        let spread = Self.spread(Int64(points.count)) - groups.reduce(0) { $0 + Self.spread($1) }
        let variance = Double(spread) / 18
        let corrected = Double(score - score.signum())
        let z = corrected == 0 ? 0 : corrected / variance.squareRoot()
        let method = points.count <= Self.mostExact && untied == all ? Method.exact : .normal
        self.n = points.count
        self.score = score
        self.variance = variance
        self.z = z
        self.pValue =
            method == .exact ? Self.exactPValue(of: score, among: points.count) : StandardNormal.bothTails(z)
        self.method = method
        self.tau = untied == 0 ? nil : Double(score) / (Double(all) * Double(untied)).squareRoot()
        self.slope = pairs.medianSlope
    }

    /// How many pairs there are.
    private static func pairs(_ count: Int64) -> Int64 { count * (count - 1) / 2 }

    /// 18 times the variance of S of so many different values.
    private static func spread(_ count: Int64) -> Int64 { count * (count - 1) * (2 * count + 5) }

    /// How many values are equal, for each value; O(n log n).
    private static func sizesOfTies(_ values: [Double]) -> [Int64] {
        var sizes: [Int64] = []
        var last: Double?
        for value in values.sorted() {
            if value == last { sizes[sizes.count - 1] += 1 } else { sizes.append(1) }
            last = value
        }
        return sizes
    }

    /// The share of the orders of `count` different values with an S as far from 0 as `score`, on either side.
    ///
    /// Every fall of a pair is an inversion. A value that is greater than all before can be put in at any of its
    /// places, and makes as many inversions as there are values behind it.
    private static func exactPValue(of score: Int64, among count: Int) -> Double {
        var orders: [Int64] = [1]
        for size in 2...count {
            var longer = [Int64](repeating: 0, count: orders.count + size - 1)
            for (inversions, number) in orders.enumerated() {
                for more in 0..<size { longer[inversions + more] += number }
            }
            orders = longer
        }
        let fewestInversions = (orders.count - 1 - Int(score.magnitude)) / 2
        let farther = orders[...fewestInversions].reduce(0, +)
        return min(1, 2 * Double(farther) / Double(orders.reduce(0, +)))
    }
}

/// What all pairs of values say.
private struct Pairs {
    /// Rising pairs less falling ones.
    private(set) var score: Int64 = 0
    /// From the steepest fall to the steepest rise.
    private var slopes: [Double] = []

    /// Of points in order of time.
    init(_ points: [MannKendall.Point]) {
        slopes.reserveCapacity(points.count * (points.count - 1) / 2)
        for (index, later) in points.enumerated() {
            for earlier in points[..<index] {
                if later.value > earlier.value { score += 1 }
                if later.value < earlier.value { score -= 1 }
                // The difference of two signed numbers always fits into an unsigned one.
                let time = UInt64(bitPattern: later.time &- earlier.time)
                slopes.append((later.value - earlier.value) / Double(time))
            }
        }
        slopes.sort()
    }

    /// The slope in the middle, or the mean of the two that are.
    var medianSlope: Double {
        let middle = slopes.count / 2
        return slopes.count.isMultiple(of: 2) ? (slopes[middle - 1] + slopes[middle]) / 2 : slopes[middle]
    }
}
