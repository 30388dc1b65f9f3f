/// The share of favourable answers minus the share of unfavourable ones, in points, with its 95 % interval.
///
/// Net = 100(p − d); SE = 100·√((p + d − (p − d)²)/n) with p and d as shares.
///
/// Up to 29 answers the interval is the adjusted Wald: ¾ favourable and ¾ unfavourable answers on n + 3, so its centre
/// is drawn towards 0, and the net of a handful of like answers lies outside. From 30 on it is net ± 1.96 SE, which has
/// no width when all answers agree. Both are cut at ±100.
///
/// Source: B. Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70 (2016); adjustment
/// as given by J. R. Lewis and J. Sauro, MeasuringU (2021).
public struct NetShare: Hashable, Sendable, Codable {
    /// How the bounds were found.
    public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
        /// Net ± 1.96 SE.
        case wald
        /// The same with 3 answers added, for small n.
        case adjustedWald
    }

    /// The fewest answers whose interval is the unadjusted one.
    public static let smallestWaldSample = 30

    /// Favourable answers.
    public let favourable: Int
    /// Unfavourable answers.
    public let unfavourable: Int
    /// All answers; above 0.
    public let n: Int
    /// Net in points, −100 to 100.
    public let net: Double
    /// The standard error of the net in points, without adjustment.
    public let standardError: Double
    /// The lower bound in points, −100 to 100.
    public let lower: Double
    /// The upper bound in points, −100 to 100.
    public let upper: Double
    /// How the bounds were found.
    public let method: Method

    /// Nil when there is no answer. The two counts must not be negative, nor exceed `n` together.
    public init?(favourable: Int, unfavourable: Int, of n: Int) {
        precondition(
            favourable >= 0 && unfavourable >= 0 && favourable + unfavourable <= n,
            "\(favourable) favourable and \(unfavourable) unfavourable of \(n)")
        guard n > 0 else { return nil }
        let plain = Estimate(favourable: Double(favourable), unfavourable: Double(unfavourable), n: Double(n))
        let adjusted = Estimate(
            favourable: Double(favourable) + 0.75, unfavourable: Double(unfavourable) + 0.75, n: Double(n) + 3)
        let method = n < Self.smallestWaldSample ? Method.adjustedWald : .wald
        let interval = method == .wald ? plain : adjusted
        self.favourable = favourable
        self.unfavourable = unfavourable
        self.n = n
        self.net = plain.net
        self.standardError = plain.standardError
        self.lower = max(interval.net - StandardNormal.z95 * interval.standardError, -100)
        self.upper = min(interval.net + StandardNormal.z95 * interval.standardError, 100)
        self.method = method
    }
}

/// Net and standard error in points.
private struct Estimate {
    let net: Double
    let standardError: Double

    init(favourable: Double, unfavourable: Double, n: Double) {
        let difference = (favourable - unfavourable) / n
        let variance = (favourable + unfavourable) / n - difference * difference
        self.net = 100 * difference
        // The variance is 0 when all answers agree; rounding must not make it negative.
        self.standardError = 100 * (max(variance, 0) / n).squareRoot()
    }
}
