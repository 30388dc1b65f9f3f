internal import Foundation

/// How many times as likely something is in one group as in another, with its 95 % interval.
///
/// RR = (a/n₁) / (b/n₂). ln RR is about normal with the variance 1/a − 1/n₁ + 1/b − 1/n₂, so the interval is
/// RR · exp(±1.96 √variance). Source: D. Katz, J. Baptista, S. P. Azen and M. C. Pike, "Obtaining Confidence Intervals
/// for the Risk Ratio in Cohort Studies", Biometrics 34 (1978).
///
/// Where it happened to nobody in a group, or to everybody in both, there is no such interval. A second estimate is
/// then given beside the first, with ½ added to each of the four counts (happened or not, in either group), as J. B. S.
/// Haldane and F. J. Anscombe proposed for logarithms of ratios in 1956; it is wide, and drawn towards 1.
struct RiskRatio: Hashable, Sendable {
    /// A ratio with its interval.
    struct Estimate: Hashable, Sendable {
        /// The ratio; above 0.
        let ratio: Double
        /// The lower bound; above 0.
        let lower: Double
        /// The upper bound.
        let upper: Double
    }

    /// The share in the group that is compared.
    let first: WilsonInterval
    /// The share in the group that it is compared with.
    let second: WilsonInterval
    /// The first share over the second one; nil where the second is 0.
    let ratio: Double?
    /// The ratio in ten-thousandths, rounded half up from the counts; nil where the second share is 0, and where it, or
    /// a product of counts, is too great for whole numbers.
    let ratioTenThousandths: Int64?
    /// The lower bound; nil where a share is 0 or both are 1.
    let lower: Double?
    /// The upper bound; nil where a share is 0 or both are 1.
    let upper: Double?
    /// With ½ added to each count; nil where the interval needs no such correction.
    let corrected: Estimate?

    /// `successes` of `n` in the first group over those in the second; nil where a group is empty. Successes must lie
    /// between 0 and how many there are.
    init?(successes: Int, of n: Int, over otherSuccesses: Int, of otherN: Int) {
        guard let first = WilsonInterval(successes: successes, of: n),
            let second = WilsonInterval(successes: otherSuccesses, of: otherN)
        else { return nil }
        self.init(first, over: second)
    }

    /// The ratio of two shares.
    init(_ first: WilsonInterval, over second: WilsonInterval) {
        let hasInterval =
            first.successes > 0 && second.successes > 0
            && (first.successes < first.n || second.successes < second.n)
        let plain = hasInterval ? Self.estimate(first, second, adding: 0) : nil
        self.first = first
        self.second = second
        self.ratio = second.successes == 0 ? nil : Self.ratio(first, second, adding: 0)
        self.ratioTenThousandths = tenThousandths(
            Int128(first.successes) * Int128(second.n), of: Int128(second.successes) * Int128(first.n))
        self.lower = plain?.lower
        self.upper = plain?.upper
        self.corrected = hasInterval ? nil : Self.estimate(first, second, adding: 0.5)
    }

    /// With `half` added to each of the four counts: those of a group grow by twice as much.
    private static func ratio(_ first: WilsonInterval, _ second: WilsonInterval, adding half: Double) -> Double {
        (Double(first.successes) + half) * (Double(second.n) + 2 * half)
            / ((Double(second.successes) + half) * (Double(first.n) + 2 * half))
    }

    /// Of shares that have an interval with so much added.
    private static func estimate(_ first: WilsonInterval, _ second: WilsonInterval, adding half: Double) -> Estimate {
        let ratio = Self.ratio(first, second, adding: half)
        // 1/a − 1/n of each group, which rounding does not make negative.
        let variances = [first, second].map { 1 / (Double($0.successes) + half) - 1 / (Double($0.n) + 2 * half) }
        let width = StandardNormal.z95 * variances.reduce(0, +).squareRoot()
        return Estimate(ratio: ratio, lower: ratio * exp(-width), upper: ratio * exp(width))
    }
}
