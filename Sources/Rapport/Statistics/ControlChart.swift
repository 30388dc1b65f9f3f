/// A control chart of means of periods: exponentially weighted moving averages (EWMA), λ = 0.2, with limits at L = 3
/// standard deviations.
///
/// The centre is the mean of all answers: the means xᵢ weighted by their nᵢ. zᵢ = λ xᵢ + (1 − λ) zᵢ₋₁ begins at the
/// centre. Its variance is that of its terms, λ² Σ (1 − λ)^(2(i − j)) σⱼ², where σⱼ is the standard error of each mean:
/// periods may have any number of answers, and limits are right from the first period on. A period without answers
/// changes neither z nor its limits, and gives no signal. The centre is known no better than the answers tell, and
/// contains those that are tested: a signal says that a period does not fit the others.
///
/// Sources: S. W. Roberts, "Control Chart Tests Based on Geometric Moving Averages", Technometrics 1 (1959);
/// J. M. Lucas and M. S. Saccucci, "Exponentially Weighted Moving Average Control Schemes: Properties and
/// Enhancements", Technometrics 32 (1990).
struct ControlChart: Hashable, Sendable {
    /// The answers of a period.
    struct Sample: Hashable, Sendable {
        /// How many; above 0.
        let n: Int
        /// Their mean.
        let mean: Double
        /// The standard error of the mean, 0 or more. Nil where it is not known, as of a single answer, or not to be
        /// relied on, as of a few that agree by chance: it is then √(s²/n) with the variance s² of an answer of all
        /// periods that have one, Σ (nⱼ − 1) nⱼ σⱼ² / Σ (nⱼ − 1).
        let standardError: Double?
    }

    /// Out of which limit.
    enum Signal: Hashable, Sendable {
        /// Above the upper one.
        case above
        /// Below the lower one.
        case below
    }

    /// A period on the chart.
    struct Point: Hashable, Sendable {
        /// Its answers; nil of none.
        let sample: Sample?
        /// z: the moving average up to this period.
        let average: Double
        /// The lower limit.
        let lower: Double
        /// The upper limit.
        let upper: Double
        /// Whether z is out of its limits.
        let signal: Signal?
    }

    /// λ: the weight of the newest mean.
    static let weight = 0.2
    /// L: how many standard deviations the limits are from the centre.
    static let width = 3.0

    /// The mean of all answers.
    let centre: Double
    /// One for each period, in order.
    let points: [Point]

    /// Of periods in order, nil for one without answers; O(n).
    ///
    /// Nil where no period has answers, and where a standard error is missing that no other period tells.
    init?(_ periods: [Sample?]) {
        let samples = periods.compactMap { $0 }
        precondition(
            samples.allSatisfy { $0.n > 0 && $0.mean.isFinite && ($0.standardError ?? 0) >= 0 },
            "expected answers, finite means and standard errors of 0 or more")
        guard !samples.isEmpty else { return nil }
        let pooled = Self.pooledVariance(samples)
        guard pooled != nil || samples.allSatisfy({ $0.standardError != nil }) else { return nil }
        let answers = samples.reduce(0.0) { $0 + Double($1.n) }
        let centre = samples.reduce(0.0) { $0 + Double($1.n) * $1.mean } / answers
        // Means that are all equal, without any error, must not give a signal by rounding.
        let rounding = 1e-12 * samples.reduce(0.0) { max($0, abs($1.mean)) }
        var (average, variance) = (centre, 0.0)
        self.centre = centre
        self.points = periods.map { sample in
            if let sample {
                let squaredError = sample.standardError.map { $0 * $0 } ?? (pooled ?? 0) / Double(sample.n)
                average = Self.weight * sample.mean + (1 - Self.weight) * average
                variance = Self.weight * Self.weight * squaredError + (1 - Self.weight) * (1 - Self.weight) * variance
            }
            let half = Self.width * variance.squareRoot()
            let isOut = sample != nil && abs(average - centre) > half + rounding
            return Point(
                sample: sample, average: average, lower: centre - half, upper: centre + half,
                signal: isOut ? (average > centre ? .above : .below) : nil)
        }
    }

    /// The variance of a single answer within its period; nil where no period with several answers has a standard
    /// error.
    private static func pooledVariance(_ samples: [Sample]) -> Double? {
        var (squares, freedom) = (0.0, 0.0)
        for sample in samples {
            guard let error = sample.standardError else { continue }
            squares += Double(sample.n - 1) * Double(sample.n) * error * error
            freedom += Double(sample.n - 1)
        }
        return freedom > 0 ? squares / freedom : nil
    }
}
