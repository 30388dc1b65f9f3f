@testable import Rapport
import Testing
import TestSupport

@Suite struct AverageRankQuintilesTests {
    /// Each value with a key that is its place.
    private static func quintiles(_ values: [Int64], bins: Int = 5) -> AverageRankQuintiles {
        AverageRankQuintiles(
            values.enumerated().map { (key: "\($0.offset)", value: $0.element) }, bins: bins)
    }

    /// In exact fractions.
    private static let known: [(values: [Int64], bins: [Int])] = [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([-9, -8, 1, 2, 3, 4, 5], [1, 2, 2, 3, 4, 4, 5]),
        // Fewer values than bins.
        ([1], [1]), ([1, 2], [1, 4]), ([1, 2, 3], [1, 3, 5]), ([1, 2, 3, 4], [1, 2, 4, 5]), ([], []),
        // Equal ones that fill several bins are in the first of them.
        ([4, 4, 4, 4, 4], [1, 1, 1, 1, 1]), ([4, 4, 4, 4, 4, 4, 4], [1, 1, 1, 1, 1, 1, 1]),
        ([1, 1, 1, 1, 1, 1, 2, 2, 2, 3], [1, 1, 1, 1, 1, 1, 4, 4, 4, 5]),
        // Bin 3 holds two of the four 2s, and the bins beside it one each.
        ([1, 1, 1, 2, 2, 2, 2, 3, 3, 3], [1, 1, 1, 3, 3, 3, 3, 5, 5, 5]),
        ([1, 1, 1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 2, 3, 3, 4, 4, 5, 5]),
        // Half of the 2s in bin 1, half of them in bin 2: the lower.
        ([1, 2, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 2, 3, 3, 4, 4, 5, 5]),
        ([1, 2, 2, 2, 3, 3, 4, 5, 5, 5, 5, 9], [1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5]),
    ]

    @Test("known values are in the known bins")
    func knownBins() {
        for (values, bins) in Self.known {
            let found = Self.quintiles(values)
            #expect(found.placed.map(\.value) == values)
            #expect(found.placed.map(\.bin) == bins, "\(values)")
            let counts = (1...5).map { bin in bins.count { $0 == bin } }
            #expect(found.counts == counts, "\(values)")
        }
    }

    @Test("a customer more or less does not move the many equal ones from bin to bin", arguments: 90...110)
    func stability(count: Int) {
        // Most bought once, a quarter twice, few more often.
        let values = (0..<count).map { place -> Int64 in
            if place * 100 < count * 60 { return 1 }
            if place * 100 < count * 85 { return 2 }
            return place * 100 < count * 95 ? 3 : 4
        }
        let found = Self.quintiles(values)
        for (value, bin) in [(1, 1), (2, 4), (3, 5), (4, 5)] as [(Int64, Int)] {
            let isThere = found.placed.allSatisfy { $0.value != value || $0.bin == bin }
            #expect(isThere, "\(value) of \(count)")
        }
    }

    /// The bin that holds most of the stretch of equal values, by trying all.
    private static func expectedBin(_ value: Int64, in sorted: [Int64], bins: Int) -> Int {
        let start = sorted.count { $0 < value } * bins
        let end = sorted.count { $0 <= value } * bins
        let lengths = (0..<bins).map { bin in
            max(0, min(end, (bin + 1) * sorted.count) - max(start, bin * sorted.count))
        }
        return (lengths.firstIndex(of: lengths.max() ?? 0) ?? 0) + 1
    }

    @Test(
        "in any order, equal values share the bin with most of them, and greater ones are in no lower bin",
        arguments: 1...60)
    func random(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let greatest: Int64 = [1, 5, 1000].randomElement(using: &random) ?? 5
        let values = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            Int64.random(in: -2...greatest, using: &random)
        }
        let bins = Int.random(in: 1...7, using: &random)
        let sorted = values.sorted()
        let found = Self.quintiles(values, bins: bins)
        for placed in found.placed {
            #expect(placed.bin == Self.expectedBin(placed.value, in: sorted, bins: bins), "\(placed.value)")
        }
        let order = found.placed.map(\.bin)
        #expect(order == order.sorted())
        #expect(found.counts.count == bins)
        #expect(found.counts.reduce(0, +) == values.count)
        let keyed = values.enumerated().map { (key: "\($0.offset)", value: $0.element) }
        let shuffled = AverageRankQuintiles(keyed.shuffled(using: &random), bins: bins)
        #expect(shuffled.placed.map(\.key) == found.placed.map(\.key))
        #expect(shuffled.placed.map(\.bin) == order)
    }

    @Test("different values fill bins of one size where their number is a multiple of it", arguments: 1...8)
    func equalSizes(bins: Int) {
        let found = Self.quintiles((0..<Int64(bins * 6)).map { $0 * $0 }, bins: bins)
        #expect(found.counts == Array(repeating: 6, count: bins))
    }

    @Test("of fewer values than bins each has a bin to itself", arguments: 1...20)
    func ownBins(count: Int) {
        for bins in count...30 {
            let found = Self.quintiles(Array(0..<Int64(count)), bins: bins)
            #expect(found.counts.allSatisfy { $0 <= 1 }, "\(count) in \(bins)")
        }
    }

    @Test("equal values stand in the order of the bytes of their keys")
    func keys() {
        // Two spellings of é: one text, and two keys.
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        let found = AverageRankQuintiles([
            (key: composed, value: 7), (key: "b", value: 7), (key: decomposed, value: 7), (key: "Z", value: 8),
            (key: "a", value: 7),
        ])
        let expected = ["a", "b", decomposed, composed, "Z"].map { Array($0.utf8) }
        #expect(found.placed.map { Array($0.key.utf8) } == expected)
        #expect(found.placed.map(\.value) == [7, 7, 7, 7, 8])
    }
}
