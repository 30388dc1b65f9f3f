/// The mean of scores with its standard error and 95 % normal interval.
///
/// SE = s/√n with the sample standard deviation s (divisor n − 1); interval mean ± 1.96 SE, cut at the ends of the
/// scale, beyond which no mean can lie. Source: J. Sauro and J. R. Lewis, "Quantifying the User Experience" (2012),
/// chapter 3; with z in place of t, so for few answers the interval is too narrow.
public struct MeanInterval: Hashable, Sendable, Codable {
    /// How many scores; above 0.
    public let n: Int
    /// The mean score.
    public let mean: Double
    /// The standard error of the mean; nil for a single score, which says nothing about spread.
    public let standardError: Double?
    /// The lower bound of the mean; nil for a single score.
    public let lower: Double?
    /// The upper bound of the mean; nil for a single score.
    public let upper: Double?

    /// Nil when no score was given.
    public init?(_ counts: ScoreCounts) {
        guard let mean = counts.mean else { return nil }
        let n = counts.validCount
        self.n = n
        self.mean = mean
        guard n > 1 else {
            self.standardError = nil
            self.lower = nil
            self.upper = nil
            return
        }
        let squares = counts.scores.reduce(0.0) { sum, entry in
            let deviation = Double(entry.score) - mean
            return sum + deviation * deviation * Double(entry.count)
        }
        let standardError = (squares / Double(n - 1) / Double(n)).squareRoot()
        self.standardError = standardError
        self.lower = max(mean - StandardNormal.z95 * standardError, Double(counts.scaleMin))
        self.upper = min(mean + StandardNormal.z95 * standardError, Double(counts.scaleMax))
    }
}
