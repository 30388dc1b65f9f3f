/// Counts lengths of time in a fixed amount of memory: sixteen buckets for each doubling, from a microsecond to a
/// minute.
///
/// A bucket is at most a sixteenth as wide as what it counts, and is told by its middle, so a quantile is right to 3.2
/// percent. Shorter and longer times count in the first and the last bucket.
struct LatencyHistogram: Sendable {
    /// The shortest time told apart is 2 to this power, in nanoseconds.
    private static let shortest = 10
    private static let octaves = 26

    private var counts = [UInt32](repeating: 0, count: 16 * LatencyHistogram.octaves)
    /// How many were added.
    private(set) var count: UInt64 = 0
    /// The longest time, in nanoseconds.
    private(set) var longest: UInt64 = 0

    init() {}

    mutating func add(nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] += 1
        count += 1
        longest = max(longest, nanoseconds)
    }

    /// Adds what another one has counted.
    mutating func add(_ other: LatencyHistogram) {
        if other.count == 0 { return }
        for bucket in counts.indices { counts[bucket] += other.counts[bucket] }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// The nanoseconds that a `share` of all times do not exceed; nil when none was added.
    func quantile(_ share: Double) -> UInt64? {
        let rank = max(1, UInt64((Double(count) * share).rounded(.up)))
        var seen: UInt64 = 0
        for bucket in counts.indices {
            seen += UInt64(counts[bucket])
            if seen >= rank { return min(Self.middle(of: bucket), longest) }
        }
        return nil
    }

    private static func bucket(of nanoseconds: UInt64) -> Int {
        let value = max(nanoseconds, 1 << UInt64(shortest))
        let octave = 63 - value.leadingZeroBitCount
        let step = Int(value >> UInt64(octave - 4)) - 16
        return min((octave - shortest) * 16 + step, 16 * octaves - 1)
    }

    private static func middle(of bucket: Int) -> UInt64 {
        let width: UInt64 = 1 << UInt64(shortest + bucket / 16 - 4)
        return UInt64(16 + bucket % 16) * width + width / 2
    }
}
