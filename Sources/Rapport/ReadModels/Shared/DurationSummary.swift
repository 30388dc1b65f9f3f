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
        let sorted = durations.sorted()
        guard let longest = sorted.last else { return nil }
        count = sorted.count
        let total = sorted.reduce(Int128(0)) { $0 + Int128($1) }
        meanMs = Int64(total.dividedFlooring(by: Int128(sorted.count) * 1000).quotient)
        medianMs = Self.quantile(5_000, of: sorted)
        p75Ms = Self.quantile(7_500, of: sorted)
        p90Ms = Self.quantile(9_000, of: sorted)
        maxMs = longest.dividedFlooring(by: 1000).quotient
    }

    /// The quantile of a share in basis points, in milliseconds.
    private static func quantile(_ basisPoints: Int, of sorted: [Int64]) -> Int64 {
        let (index, rest) = (basisPoints * (sorted.count - 1)).quotientAndRemainder(dividingBy: 10_000)
        let low = Int128(sorted[index]) * 10_000
        let step = rest == 0 ? 0 : (Int128(sorted[index + 1]) - Int128(sorted[index])) * Int128(rest)
        return Int64((low + step).dividedFlooring(by: 10_000 * 1000).quotient)
    }
}
