/// The values that never fall and are closest to given ones: the weighted least squares fit under order, by pooling
/// adjacent violators.
///
/// Values that fall are replaced by their weighted mean, together with those before that would fall to it, until none
/// does. Source: R. E. Barlow, D. J. Bartholomew, J. M. Bremner and H. D. Brunk, "Statistical Inference under Order
/// Restrictions" (1972), chapter 1.
struct IsotonicFit: Hashable, Sendable {
    /// A value that is given.
    struct Point: Hashable, Sendable {
        /// A share or a mean, say.
        let value: Double
        /// How much it counts; above 0: of a share or a mean, of how many.
        let weight: Double
    }

    /// Neighbours with one fitted value.
    struct Block: Hashable, Sendable {
        /// Their places in what was given, from 0.
        let places: Range<Int>
        /// The weighted mean of their values; greater than that of the block before.
        let value: Double
        /// The sum of their weights.
        let weight: Double
    }

    /// In order, each place in one of them; none of nothing.
    let blocks: [Block]

    /// The fitted value of each place. O(n).
    var values: [Double] { blocks.flatMap { Array(repeating: $0.value, count: $0.places.count) } }

    /// Of points in the order in which they must not fall. Values and weights must be finite, and weights above 0:
    /// what has no answers is left out. O(n).
    init(_ points: [Point]) {
        precondition(
            points.allSatisfy { $0.value.isFinite && $0.weight.isFinite && $0.weight > 0 },
            "expected finite values with weights above 0")
        var pools: [Pool] = []
        for (place, point) in points.enumerated() {
            var last = Pool(start: place, sum: point.value * point.weight, weight: point.weight, mean: point.value)
            while let before = pools.last, before.mean >= last.mean {
                pools.removeLast()
                last = before.joined(with: last)
            }
            pools.append(last)
        }
        let ends = pools.dropFirst().map(\.start) + [points.count]
        blocks = zip(pools, ends).map { pool, end in
            Block(places: pool.start..<end, value: pool.mean, weight: pool.weight)
        }
    }
}

/// A block that may still grow.
private struct Pool {
    /// Its first place.
    let start: Int
    /// The sum of weight times value.
    let sum: Double
    /// The sum of the weights.
    let weight: Double
    /// The sum over the weight; of one place its very value.
    let mean: Double

    /// With the pool behind it. The mean of two that are equal is theirs, not one that was rounded anew.
    func joined(with next: Pool) -> Pool {
        let (sum, weight) = (self.sum + next.sum, self.weight + next.weight)
        return Pool(start: start, sum: sum, weight: weight, mean: mean == next.mean ? mean : sum / weight)
    }
}
