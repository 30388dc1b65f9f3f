internal import Foundation

/// The log-likelihood of the model of spending for given customers: of one customer whose x repeats are worth m̄ each
///
/// ℓ = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q ln v + (px−1) ln m̄ + px ln x − (px+q) ln(xm̄ + v).
struct GammaGammaLikelihood: Sendable {
    /// A customer's repeats.
    private struct Spending: Sendable {
        /// How many repeats, x.
        let repeats: Int
        /// What each is worth on average, m̄, over the mean of all customers.
        let mean: Double
        /// The logarithm of it.
        let logMean: Double
    }

    /// The value with its first and second derivatives by p, q and v.
    private struct Total {
        var value = 0.0
        var gradient = [0.0, 0.0, 0.0]
        /// On and above the diagonal.
        var hessian = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    }

    /// In order, so that the order of the customers does not change a digit.
    private let spendings: [Spending]
    /// The mean of what repeats are worth over customers, in minor units: v is in multiples of it, so that the search
    /// is the same in every currency.
    let scale: Double

    /// How many customers count: those with a repeat and a value above 0.
    var count: Int { spendings.count }

    /// O(n log n).
    init(_ customers: [PurchaseSummary]) {
        let spending = customers.filter { $0.repeats > 0 && $0.repeatAmount > 0 }
            .map { (repeats: $0.repeats, mean: $0.meanRepeatValue ?? 0) }
            .sorted { ($0.repeats, $0.mean) < ($1.repeats, $1.mean) }
        let scale = spending.isEmpty ? 1 : spending.reduce(0.0) { $0 + $1.mean } / Double(spending.count)
        spendings = spending.map {
            Spending(repeats: $0.repeats, mean: $0.mean / scale, logMean: log($0.mean / scale))
        }
        self.scale = scale
    }

    /// At p, q and v over `scale`, in this order; the value is that of the amounts over `scale`. O(n).
    func point(at parameters: [Double]) -> LikelihoodPoint {
        let (p, q, v) = (parameters[0], parameters[1], parameters[2])
        let (ofRate, logV) = (GammaFunctions(q), log(v))
        var total = Total()
        // Those of so many repeats follow each other, and share these two.
        var (repeats, ofBoth, ofShape) = (0, ofRate, ofRate)
        for spending in spendings {
            if spending.repeats != repeats {
                repeats = spending.repeats
                ofBoth = GammaFunctions(p * Double(repeats) + q)
                ofShape = GammaFunctions(p * Double(repeats))
            }
            let x = Double(repeats)
            let (shape, spent) = (p * x, x * spending.mean + v)
            let (logSpent, logRepeats) = (log(spent), log(x))
            let gammas = ofBoth.logGamma - ofShape.logGamma - ofRate.logGamma
            let powers = q * logV + (shape - 1) * spending.logMean + shape * logRepeats
            total.value += gammas + powers - (shape + q) * logSpent
            let byShape = ofBoth.digamma - ofShape.digamma + spending.logMean + logRepeats - logSpent
            total.gradient[0] += x * byShape
            total.gradient[1] += ofBoth.digamma - ofRate.digamma + logV - logSpent
            total.gradient[2] += q / v - (shape + q) / spent
            total.hessian[0][0] += x * x * (ofBoth.trigamma - ofShape.trigamma)
            total.hessian[0][1] += x * ofBoth.trigamma
            total.hessian[0][2] -= x / spent
            total.hessian[1][1] += ofBoth.trigamma - ofRate.trigamma
            total.hessian[1][2] += 1 / v - 1 / spent
            total.hessian[2][2] += (shape + q) / (spent * spent) - q / (v * v)
        }
        return LikelihoodPoint(
            parameters: parameters, value: total.value, gradient: total.gradient, hessian: total.hessian)
    }

    /// Pearson's correlation of how many repeats there are with what they are worth on average; nil where either is
    /// the same for all.
    var correlation: Double? {
        let n = Double(count)
        let meanRepeats = spendings.reduce(0.0) { $0 + Double($1.repeats) } / n
        let meanValue = spendings.reduce(0.0) { $0 + $1.mean } / n
        var (both, repeats, values) = (0.0, 0.0, 0.0)
        for spending in spendings {
            let (x, m) = (Double(spending.repeats) - meanRepeats, spending.mean - meanValue)
            both += x * m
            repeats += x * x
            values += m * m
        }
        // What rounding leaves of equal values is not spread.
        guard repeats > 1e-20 * n, values > 1e-20 * n else { return nil }
        return both / (repeats * values).squareRoot()
    }
}
