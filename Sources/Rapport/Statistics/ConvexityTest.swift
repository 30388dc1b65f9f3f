/// Whether the share of customers who come back rises ever more steeply from score 1 to score 5: the "zone of
/// affection", where only the most satisfied are loyal.
///
/// With R(s) of n(s) the step at s is R(s + 1) − R(s), and the bend at s is the step after it less the step before it,
/// R(s + 1) − 2R(s) + R(s − 1). So whether R(5) − R(4) exceeds R(4) − R(3) is the same question as whether the bend at
/// 4 is above 0, and has one answer. A sum Σ cₛ R(s) has the variance Σ cₛ² R(s)(1 − R(s))/n(s); p is that of so great
/// a z or a greater one, where the sum is truly 0. Small n make it too confident.
///
/// Sources: J. L. Heskett, T. O. Jones, G. W. Loveman, W. E. Sasser and L. A. Schlesinger, "Putting the Service-Profit
/// Chain to Work", Harvard Business Review, March 1994; for the variance R. M. Price and D. G. Bonett, "An Improved
/// Confidence Interval for a Linear Function of Binomial Proportions", Computational Statistics & Data Analysis 45
/// (2004).
struct ConvexityTest: Hashable, Sendable {
    /// A sum of shares, each with a factor, and the test of its being above 0.
    struct Contrast: Hashable, Sendable {
        /// The sum; of shares from 0 to 1.
        let value: Double
        /// Its standard error.
        let standardError: Double
        /// The value in standard errors; nil where the standard error is 0, as when all customers of each score agree.
        let z: Double?
        /// The probability of such a z or a greater one where the sum is truly 0; nil where there is no z.
        let pValue: Double?

        /// Of as many factors as shares and variances.
        fileprivate init(_ factors: [Double], of shares: ArraySlice<Double>, variances: ArraySlice<Double>) {
            let value = zip(factors, shares).reduce(0.0) { $0 + $1.0 * $1.1 }
            let standardError = zip(factors, variances).reduce(0.0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
            let z = standardError > 0 ? value / standardError : nil
            self.value = value
            self.standardError = standardError
            self.z = z
            self.pValue = z.map(StandardNormal.upperTail)
        }
    }

    /// How many scores the scale has.
    static let scores = 5

    /// R(2) − R(1), R(3) − R(2), R(4) − R(3) and R(5) − R(4).
    let steps: [Contrast]
    /// The bends at 2, 3 and 4.
    let bends: [Contrast]
    /// The bend at 4, R(5) − 2R(4) + R(3): above 0 in a zone of affection.
    let affection: Contrast

    /// Of how many came back and how many there were, of those with each score from 1 to 5.
    ///
    /// Nil where a score has no customers. There must be five of both numbers, and nobody must come back who was not
    /// there.
    init?(returned: [Int], of customers: [Int]) {
        precondition(
            returned.count == Self.scores && customers.count == Self.scores,
            "expected \(Self.scores) scores, not \(returned.count) and \(customers.count)")
        precondition(
            zip(returned, customers).allSatisfy { $0 >= 0 && $0 <= $1 },
            "expected that \(returned) lie between 0 and \(customers)")
        guard customers.allSatisfy({ $0 > 0 }) else { return nil }
        let shares = zip(returned, customers).map { Double($0) / Double($1) }
        let variances = zip(shares, customers).map { $0 * (1 - $0) / Double($1) }
        steps = (1..<Self.scores).map { later in
            let places = (later - 1)...later
            return Contrast([-1, 1], of: shares[places], variances: variances[places])
        }
        let bends = (1..<Self.scores - 1).map { middle in
            let places = (middle - 1)...(middle + 1)
            return Contrast([1, -2, 1], of: shares[places], variances: variances[places])
        }
        self.bends = bends
        self.affection = bends[bends.count - 1]
    }
}
