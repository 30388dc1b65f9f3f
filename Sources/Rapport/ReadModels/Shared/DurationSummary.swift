internal import EventLog

/// How long something took, over many.
public struct DurationSummary: Codable, Sendable, Hashable {
    /// How many were measured.
    public let count: Int
    /// In milliseconds, rounded down.
    public let meanMs: Int64
    /// In milliseconds. Half of all took at most this; between two of them by linear interpolation (Hyndman and Fan's
    /// definition 7), as for all quantiles here.
    public let medianMs: Int64
    /// In milliseconds, rounded down. Three quarters of all took at most this.
    public let p75Ms: Int64
    /// In milliseconds, rounded down. Nine tenths of all took at most this.
    public let p90Ms: Int64
    /// In milliseconds, rounded down. None took longer.
    public let maxMs: Int64

    /// Of durations in microseconds, in any order; nil of none. O(n log n).
    init?(microseconds durations: [Int64]) {
        if durations.isEmpty { return nil }
        let sorted = durations.sorted()
        self.init(
            count: sorted.count, totalMicroseconds: sorted.reduce(0) { $0 + Int128($1) },
            ofRanks: { ranks in
                ranks.map { sorted[$0] }
            })
    }

    /// Of durations in microseconds that somebody keeps in order.
    ///
    /// - Parameters:
    ///   - count: how many, at least one.
    ///   - durations: those of some places in the order of length, from 0.
    init(
        count: Int, totalMicroseconds: Int128, ofRanks durations: ([Int]) throws -> [Int64]
    ) rethrows {
        let quantiles = [5_000, 7_500, 9_000].map { Quantile($0, of: count) }
        let found = try durations(quantiles.flatMap { [$0.low, $0.high] } + [count - 1])
        self.count = count
        meanMs = Int64(totalMicroseconds.dividedFlooring(by: Int128(count) * 1000).quotient)
        medianMs = quantiles[0].milliseconds(found[0], found[1])
        p75Ms = quantiles[1].milliseconds(found[2], found[3])
        p90Ms = quantiles[2].milliseconds(found[4], found[5])
        maxMs = found[6].dividedFlooring(by: 1000).quotient
    }

    /// A quantile between two places in an order.
    private struct Quantile {
        let low: Int
        let high: Int
        private let rest: Int

        /// That of a share in basis points.
        init(_ basisPoints: Int, of count: Int) {
            (low, rest) = (basisPoints * (count - 1)).quotientAndRemainder(dividingBy: 10_000)
            high = rest == 0 ? low : low + 1
        }

        func milliseconds(_ low: Int64, _ high: Int64) -> Int64 {
            let step = (Int128(high) - Int128(low)) * Int128(rest)
            return Int64((Int128(low) * 10_000 + step).dividedFlooring(by: 10_000 * 1000).quotient)
        }
    }
}
