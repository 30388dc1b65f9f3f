/// How many durations are how long, in bins of one width.
///
/// Their number is ⌈∛n⌉, at most 60, unless it is given; the width is what is needed to hold all, or a minute where all
/// are equal.
struct DurationHistogram: Hashable, Sendable {
    /// Durations from one length to another.
    struct Bin: Hashable, Sendable {
        /// The shortest in it, in microseconds.
        let start: Int64
        /// Where the next bin begins, in microseconds; left out, but in the last bin.
        let end: Int64
        /// How many.
        var count: Int64
    }

    /// How many bins may be asked for.
    static let givenCounts = 1...90
    /// The most that are taken where none are asked for.
    private static let mostBins = 60
    /// In microseconds.
    private static let widthOfEqual: Int128 = 60_000_000

    /// In order, one behind the other; none without durations.
    let bins: [Bin]

    /// Of durations in microseconds, in any order. O(n).
    ///
    /// - Parameter count: how many bins, 1 to 90, else the nearest of these; nil takes as many as suit.
    init(microseconds durations: [Int64], bins count: Int? = nil) {
        guard let shortest = durations.min(), let longest = durations.max() else {
            bins = []
            return
        }
        let most = Self.givenCounts.upperBound
        let number = count.map { min(max($0, Self.givenCounts.lowerBound), most) } ?? Self.usualCount(durations.count)
        let range = Int128(longest) - Int128(shortest)
        let needed = (range + Int128(number) - 1) / Int128(number)
        let width = needed == 0 ? Self.widthOfEqual : needed
        var bins = (0..<number).map { place -> Bin in
            let start = Int128(shortest) + Int128(place) * width
            return Bin(start: Int64(clamping: start), end: Int64(clamping: start + width), count: 0)
        }
        for duration in durations {
            let place = Int((Int128(duration) - Int128(shortest)) / width)
            bins[min(place, number - 1)].count += 1
        }
        self.bins = bins
    }

    /// The least whole number whose cube is not less.
    private static func usualCount(_ durations: Int) -> Int {
        (1..<mostBins).first { $0 * $0 * $0 >= durations } ?? mostBins
    }
}
