internal import Foundation

/// The share that has not ended by any time, from times of which some are known only to be longer: the product-limit
/// estimator S(t) = Π (1 − dᵢ/nᵢ) over the times tᵢ ≤ t at which dᵢ of nᵢ ended.
///
/// What was last seen at a time at which others ended still counts among the nᵢ. Sources: E. L. Kaplan and P. Meier,
/// "Nonparametric Estimation from Incomplete Observations", Journal of the American Statistical Association 53 (1958);
/// the variance S² Σ dᵢ/(nᵢ(nᵢ − dᵢ)): M. Greenwood, "The Natural Duration of Cancer" (1926); its interval on the
/// scale of log(−log S), which stays within 0...1: J. D. Kalbfleisch and R. L. Prentice, "The Statistical Analysis of
/// Failure Time Data" (1980), chapter 1.
struct KaplanMeier: Hashable, Sendable {
    /// A time at which something ended or was last seen.
    struct Point: Hashable, Sendable {
        /// In the unit of the observations.
        let time: Int64
        /// How many were watched up to then.
        let atRisk: Int
        /// How many ended then.
        let ended: Int
        /// How many were last seen then, and had not ended.
        let lastSeen: Int
        /// The share that has not ended by then, itself included; 0 to 1.
        let survival: Double
        /// Greenwood's variance of the share; 0 once all have ended, when it says nothing.
        let variance: Double
        /// The 95 % interval; nil before anything has ended, and once all have.
        let interval: ClosedRange<Double>?
    }

    /// In order of time, each time once.
    let points: [Point]
    /// How many were watched.
    let count: Int
    /// How many of them ended.
    let ended: Int

    /// Whatever ends one counts alike. O(n log n).
    init(_ observed: [ObservedTime]) {
        var points: [Point] = []
        var product = ProductLimit(count: observed.count)
        var greenwood = 0.0
        observed.forEachTime { time, atRisk, these in
            let ended = these.count { $0.cause != nil }
            product.add(atRisk: atRisk, ended: ended, lastSeen: these.count - ended)
            if ended < atRisk { greenwood += Double(ended) / (Double(atRisk) * Double(atRisk - ended)) }
            let survival = product.survival
            points.append(
                Point(
                    time: time, atRisk: atRisk, ended: ended, lastSeen: these.count - ended, survival: survival,
                    variance: survival * survival * greenwood, interval: Self.interval(survival, greenwood)))
        }
        self.points = points
        count = observed.count
        ended = points.reduce(0) { $0 + $1.ended }
    }

    /// S to the power of exp(±z √G / log S), where G is Greenwood's sum.
    private static func interval(_ survival: Double, _ greenwood: Double) -> ClosedRange<Double>? {
        guard survival > 0, survival < 1 else { return nil }
        let half = StandardNormal.z95 * greenwood.squareRoot() / -log(survival)
        return pow(survival, exp(half))...pow(survival, exp(-half))
    }

    /// The share that has not ended by `time`, itself included. O(log n).
    func survival(at time: Int64) -> Double {
        let past = points.prefixCount { $0.time <= time }
        return past == 0 ? 1 : points[past - 1].survival
    }

    /// The first time by which at least `share` of all have ended, from above 0 to 1; nil where so many have not by
    /// the longest time. O(log n).
    func quantile(_ share: Double) -> Int64? {
        // Counts to a hundred million differ by more, and what rounding adds is less.
        let left = 1 - share + 1e-9
        let before = points.prefixCount { $0.survival > left }
        return before == points.count ? nil : points[before].time
    }
}
