@testable import Rapport
import Testing

@Suite struct DurationHistogramTests {
    private static let minute: Int64 = 60_000_000

    @Test("there are as many bins as the cube root of the durations, 60 at most, or as many as asked for")
    func bins() {
        for (durations, given, bins) in [
            (1, nil, 1), (2, nil, 2), (8, nil, 2), (9, nil, 3), (27, nil, 3), (28, nil, 4), (205_379, nil, 59),
            (205_380, nil, 60), (300_000, nil, 60), (5, 7, 7), (5, 90, 90), (5, 91, 90), (5, 0, 1),
        ] as [(Int, Int?, Int)] {
            let histogram = DurationHistogram(microseconds: (0..<Int64(durations)).map { $0 * 7 }, bins: given)
            #expect(histogram.bins.count == bins, "\(durations)")
            #expect(histogram.bins.reduce(0) { $0 + $1.count } == Int64(durations))
        }
        #expect(DurationHistogram(microseconds: []).bins.isEmpty)
    }

    @Test("each duration is in the bin that holds it, the longest one in the last")
    func contents() {
        let durations: [Int64] = [10, 12, 13, 19, 20, 40]
        let three = DurationHistogram(microseconds: durations, bins: 3).bins
        #expect(three.map(\.start) == [10, 20, 30])
        #expect(three.map(\.end) == [20, 30, 40])
        #expect(three.map(\.count) == [4, 1, 1])
        // A width of 7.5 is rounded up.
        let four = DurationHistogram(microseconds: durations, bins: 4).bins
        #expect(four.map(\.start) == [10, 18, 26, 34])
        #expect(four.map(\.count) == [3, 2, 0, 1])
    }

    @Test("durations that are all equal lie in bins of a minute")
    func equal() {
        let bins = DurationHistogram(microseconds: [500, 500, 500]).bins
        #expect(bins.map(\.start) == [500, 500 + Self.minute])
        #expect(bins.map(\.count) == [3, 0])
    }

    @Test("the shortest and the longest duration there can be are no trouble")
    func extremes() {
        let bins = DurationHistogram(microseconds: [.min, 0, .max], bins: 2).bins
        #expect(bins.map(\.count) == [1, 2])
        #expect(bins.last?.end == .max)
    }
}
