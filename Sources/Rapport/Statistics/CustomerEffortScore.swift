/// Customer Effort Score 2.0: agreement from 1 to 7 that it was easy, in three ways, each with a 95 % interval.
///
/// Vendors differ in what they report: the mean, the share that agrees, or the net. So all three are here.
/// Source: M. Dixon, N. Toman, R. DeLisi, "The Effortless Experience" (2013).
public struct CustomerEffortScore: Hashable, Sendable, Codable {
    /// The mean agreement, 1 to 7.
    public let mean: MeanInterval
    /// The share of answers of 5 or more.
    public let agreement: WilsonInterval
    /// Answers of 6 or 7 minus answers of 1 to 3, in points.
    public let net: NetShare

    /// All answers with a score; above 0.
    public var n: Int { mean.n }

    /// Nil when no score was given, or when the scale is not 1 to 7.
    public init?(_ counts: ScoreCounts) {
        let n = counts.validCount
        guard counts.scale == 1...7,
            let mean = MeanInterval(counts),
            let agreement = WilsonInterval(successes: counts.count(in: 5...7), of: n),
            let net = NetShare(favourable: counts.count(in: 6...7), unfavourable: counts.count(in: 1...3), of: n)
        else { return nil }
        self.mean = mean
        self.agreement = agreement
        self.net = net
    }
}
