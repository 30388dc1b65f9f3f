internal import Foundation

extension BGNBD {
    /// The probabilities that a new customer makes 0, 1, … up to `most` repeats within `time` after the first purchase.
    ///
    /// P(X(t) = x) = B(a, b+x)/B(a, b) · P(N = x) + [x > 0] B(a+1, b+x−1)/B(a, b) · P(N ≥ x), where N is negative
    /// binomial with r and t/(α + t). O(most). The absolute error is below 10⁻¹². Source: equation 8 of the article on
    /// the model.
    ///
    /// - Parameters:
    ///   - time: t, in the unit of the model.
    ///   - most: the last number of repeats; below 0 there are no probabilities.
    /// - Throws: `LifetimeError.outOfRange` for a time below 0 or without end.
    func repeatProbabilities(within time: Double, upTo most: Int) throws(LifetimeError) -> [Double] {
        try time.requireNotNegative("the time ahead")
        guard most >= 0 else { return [] }
        let logShare = log(time) - log(alpha + time)
        // The logarithm of P(N = x): the number itself may be too small while later ones are not.
        var logWeight = r * (log(alpha) - log(alpha + time))
        var fewer = 0.0
        var (stays, stayedBefore) = (1.0, 1.0)
        var probabilities: [Double] = []
        for count in 0...most {
            let made = Double(count)
            let weight = exp(logWeight)
            let leftAtLast = count == 0 ? 0 : stayedBefore * a / (a + b + made - 1) * max(1 - fewer, 0)
            probabilities.append(stays * weight + leftAtLast)
            fewer += weight
            logWeight += logShare + log(r + made) - log(made + 1)
            stayedBefore = stays
            stays *= (b + made) / (a + b + made)
        }
        return probabilities
    }
}
