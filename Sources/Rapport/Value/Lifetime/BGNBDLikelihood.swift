internal import Foundation

/// The log-likelihood of the model of purchases for given customers: of one customer
///
/// ℓ = lnΓ(r+x) − lnΓ(r) + r ln α + lnΓ(a+b) + lnΓ(b+x) − lnΓ(b) − lnΓ(a+b+x)
///     + ln(exp(−(r+x) ln(α+T)) + [x > 0] exp(ln a − ln(b+x−1) − (r+x) ln(α+tₓ))).
///
/// Customers with the same x, tₓ and T are taken together. As x is whole, each difference of two lnΓ is a sum of
/// logarithms, lnΓ(c+x) − lnΓ(c) = Σ ln(c+j) over j < x, and its derivatives are sums of 1/(c+j) and −1/(c+j)².
struct BGNBDLikelihood: Sendable {
    /// Customers whose figures are the same.
    private struct Group: Sendable {
        let repeats: Int
        let recency: Double
        let age: Double
        /// How many customers.
        var count: Double
    }

    /// Sums over j < x for each x.
    private struct RisingSums {
        /// Σ ln(c+j).
        private(set) var logarithms = [0.0]
        /// Σ 1/(c+j).
        private(set) var inverses = [0.0]
        /// Σ 1/(c+j)².
        private(set) var squares = [0.0]

        /// For x from 0 to `most`. O(most).
        init(from base: Double, upTo most: Int) {
            var (logarithm, inverse, square) = (0.0, 0.0, 0.0)
            for count in 0..<most {
                let number = base + Double(count)
                logarithm += log(number)
                inverse += 1 / number
                square += 1 / (number * number)
                logarithms.append(logarithm)
                inverses.append(inverse)
                squares.append(square)
            }
        }
    }

    /// Parameters, and the sums that all groups share.
    private struct Terms {
        let r: Double
        let alpha: Double
        let a: Double
        let b: Double
        let logAlpha: Double
        /// Of r.
        let ofRate: RisingSums
        /// Of b.
        let ofStaying: RisingSums
        /// Of a + b.
        let ofBoth: RisingSums

        init(_ parameters: [Double], mostRepeats: Int) {
            r = parameters[0]
            alpha = parameters[1]
            a = parameters[2]
            b = parameters[3]
            logAlpha = log(alpha)
            ofRate = RisingSums(from: r, upTo: mostRepeats)
            ofStaying = RisingSums(from: b, upTo: mostRepeats)
            ofBoth = RisingSums(from: a + b, upTo: mostRepeats)
        }
    }

    /// The value with its first and second derivatives by r, α, a and b.
    private struct Total {
        var value = 0.0
        var gradient = [0.0, 0.0, 0.0, 0.0]
        /// On and above the diagonal.
        var hessian = [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    }

    /// In order of their figures, so that the order of the customers does not change a digit.
    private let groups: [Group]
    private let mostRepeats: Int

    /// O(n log n).
    init(_ customers: [PurchaseSummary]) {
        let sorted = customers.sorted { ($0.repeats, $0.recency, $0.age) < ($1.repeats, $1.recency, $1.age) }
        var groups: [Group] = []
        for customer in sorted {
            if let last = groups.last, last.repeats == customer.repeats, last.recency == customer.recency,
                last.age == customer.age
            {
                groups[groups.count - 1].count += 1
            } else {
                groups.append(
                    Group(repeats: customer.repeats, recency: customer.recency, age: customer.age, count: 1))
            }
        }
        self.groups = groups
        mostRepeats = sorted.last?.repeats ?? 0
    }

    /// At r, α, a and b, in this order. O(groups + most repeats).
    func point(at parameters: [Double]) -> LikelihoodPoint {
        let terms = Terms(parameters, mostRepeats: mostRepeats)
        var total = Total()
        for group in groups { Self.add(group, terms, to: &total) }
        return LikelihoodPoint(
            parameters: parameters, value: total.value, gradient: total.gradient, hessian: total.hessian)
    }

    /// Adds the terms of a group: s is the weight of the second summand, that of having left, in the sum of two.
    private static func add(_ group: Group, _ terms: Terms, to total: inout Total) {
        let (r, alpha, a, b) = (terms.r, terms.alpha, terms.a, terms.b)
        let (x, count) = (group.repeats, group.count)
        let exponent = r + Double(x)
        let (end, last) = (alpha + group.age, alpha + group.recency)
        let logEnd = log(end)
        let logLast = x > 0 ? log(last) : logEnd
        let active = -exponent * logEnd
        var (mixture, s) = (active, 0.0)
        // The derivatives of the second summand's logarithm less the first's, by r, α, a and b.
        var difference = [0.0, 0.0, 0.0, 0.0]
        if x > 0 {
            let stays = b + Double(x - 1)
            let left = log(a) - log(stays) - exponent * logLast
            mixture = max(active, left) + log1p(exp(-abs(active - left)))
            s = 1 / (1 + exp(active - left))
            difference = [logEnd - logLast, exponent / end - exponent / last, 1 / a, -1 / stays]
        }
        let (slopeEnd, slopeLast) = ((1 - s) * exponent / end, s * exponent / last)
        let gammas = terms.ofRate.logarithms[x] + terms.ofStaying.logarithms[x] - terms.ofBoth.logarithms[x]
        total.value += count * (gammas + r * terms.logAlpha + mixture)
        let (byRate, byStaying, byBoth) =
            (terms.ofRate.inverses[x], terms.ofStaying.inverses[x], terms.ofBoth.inverses[x])
        total.gradient[0] += count * (byRate + terms.logAlpha - (1 - s) * logEnd - s * logLast)
        total.gradient[1] += count * (r / alpha - slopeEnd - slopeLast)
        total.gradient[2] += count * (s * difference[2] - byBoth)
        total.gradient[3] += count * (byStaying - byBoth + s * difference[3])
        for row in 0..<4 {
            let weight = count * s * (1 - s) * difference[row]
            for column in row..<4 { total.hessian[row][column] += weight * difference[column] }
        }
        let (twiceStaying, twiceBoth) = (terms.ofStaying.squares[x], terms.ofBoth.squares[x])
        total.hessian[0][0] -= count * terms.ofRate.squares[x]
        total.hessian[0][1] += count * (1 / alpha - (1 - s) / end - s / last)
        total.hessian[1][1] += count * (slopeEnd / end + slopeLast / last - r / (alpha * alpha))
        total.hessian[2][2] += count * (twiceBoth - s * difference[2] * difference[2])
        total.hessian[2][3] += count * twiceBoth
        total.hessian[3][3] += count * (twiceBoth - twiceStaying + s * difference[3] * difference[3])
    }
}
