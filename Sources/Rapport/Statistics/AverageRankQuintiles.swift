internal import LMDB

/// Values in bins of equal size by rank, the least in bin 1; equal values always share a bin.
///
/// Of n values in ascending order, equal ones with the ranks s to e take the stretch from (s − 1)/n to e/n; its middle
/// is their average rank less ½, over n. Bin j of k is the stretch from (j − 1)/k to j/k. Equal values are in the bin
/// that holds most of their stretch, and in the lowest of several that hold as much. So:
///
/// - where no values are equal and k divides n, each bin has n/k of them;
/// - equal values that fill several bins are in the first that they fill, and the others stay empty, whatever n is:
///   a customer more does not move them from one full bin to another, as counting whole ranks would;
/// - of fewer values than bins each has a bin to itself, and some bins are empty;
/// - greater values are never in a lower bin.
///
/// A bin depends on values alone. Keys only tell the order of equal values in the answer, so that it is the same
/// however the values came.
struct AverageRankQuintiles: Sendable {
    /// A key in its bin.
    struct Placed: Sendable {
        /// As it was given.
        let key: String
        /// As it was given.
        let value: Int64
        /// From 1, for the least, to the number of bins.
        let bin: Int
    }

    /// From the least value to the greatest; equal ones by the bytes of their keys.
    let placed: [Placed]
    /// How many are in each bin, bin 1 first.
    let counts: [Int]

    /// Of values in any order; O(n log n + bins).
    ///
    /// - Parameter bins: how many bins; above 0.
    init(_ values: [(key: String, value: Int64)], bins: Int = 5) {
        precondition(bins > 0, "\(bins) bins; expected 1 or more")
        let ordered = values.sorted { left, right in
            left.value == right.value ? left.key.compareBytes(to: right.key) < 0 : left.value < right.value
        }
        var placed: [Placed] = []
        placed.reserveCapacity(ordered.count)
        var counts = [Int](repeating: 0, count: bins)
        var start = 0
        while start < ordered.count {
            var end = start + 1
            while end < ordered.count, ordered[end].value == ordered[start].value { end += 1 }
            let bin = Self.bin(start..<end, of: ordered.count, bins: bins)
            placed += ordered[start..<end].map { Placed(key: $0.key, value: $0.value, bin: bin) }
            counts[bin - 1] += end - start
            start = end
        }
        self.placed = placed
        self.counts = counts
    }

    /// The bin of equal values at `places`, from 0, among `n` in order. O(bins that their stretch touches).
    private static func bin(_ places: Range<Int>, of n: Int, bins: Int) -> Int {
        // In units of 1/(n · bins) a value is `bins` long, and a bin `n`.
        let (start, end) = (places.lowerBound * bins, places.upperBound * bins)
        var (found, longest) = (1, 0)
        for place in (start / n)...((end - 1) / n) {
            let length = min(end, (place + 1) * n) - max(start, place * n)
            if length > longest { (found, longest) = (place + 1, length) }
        }
        return found
    }
}
