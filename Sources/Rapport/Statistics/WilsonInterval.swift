/// A share of successes with its 95 % Wilson score interval.
///
/// Centre (p + z²/2n) / (1 + z²/n), half width z·√(p(1−p)/n + z²/4n²) / (1 + z²/n), z = 1.959963984540054.
/// Without continuity correction. It stays within 0...1 and has a width at 0 and n successes too.
///
/// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
/// American Statistical Association 22 (1927).
public struct WilsonInterval: Hashable, Sendable, Codable {
    /// How many of `n` were successes.
    public let successes: Int
    /// How many were observed; above 0.
    public let n: Int
    /// Successes over n, 0 to 1.
    public let share: Double
    /// The lower bound, 0 to 1.
    public let lower: Double
    /// The upper bound, 0 to 1.
    public let upper: Double

    /// Nil when nothing was observed. `successes` must lie between 0 and `n`.
    public init?(successes: Int, of n: Int) {
        precondition(n >= 0 && (0...n).contains(successes), "\(successes) successes of \(n)")
        guard n > 0 else { return nil }
        let zSquared = StandardNormal.z95 * StandardNormal.z95
        let size = Double(n)
        let share = Double(successes) / size
        let scale = 1 + zSquared / size
        let centre = (share + zSquared / (2 * size)) / scale
        let variance = share * (1 - share) / size + zSquared / (4 * size * size)
        let half = StandardNormal.z95 * variance.squareRoot() / scale
        self.successes = successes
        self.n = n
        self.share = share
        // Exactly 0 and 1 at the ends: rounding would leave a trace on either side.
        self.lower = successes == 0 ? 0 : centre - half
        self.upper = successes == n ? 1 : centre + half
    }
}
