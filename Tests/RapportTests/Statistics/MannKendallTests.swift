@testable import Rapport
import Testing
import TestSupport

@Suite struct MannKendallTests {
    /// S, its variance and z by pymannkendall; p by it, or by SciPy's `kendalltau` with the exact method; τ-b by the
    /// latter, and the slope by SciPy's `theilslopes`.
    private struct Known {
        let name: String
        let values: [Double]
        var times: [Int64]?
        let score: Int64
        let variance: Double
        let z: Double
        let p: Double
        let isExact: Bool
        let tau: Double?
        let slope: Double

        var points: [MannKendall.Point] {
            let times = self.times ?? values.indices.map { Int64($0) }
            return zip(times, values).map { MannKendall.Point(time: $0, value: $1) }
        }
    }

    private static let known: [Known] = [
        Known(
            name: "three that rise", values: [1, 2, 3], score: 3, variance: 11.0 / 3, z: 1.044465935734187,
            p: 1.0 / 3, isExact: true, tau: 1, slope: 1),
        Known(
            name: "five that rise", values: [1, 2, 3, 4, 5], score: 10, variance: 50.0 / 3, z: 2.2045407685048604,
            p: 1.0 / 60, isExact: true, tau: 1, slope: 1),
        Known(
            name: "no trend at all", values: [1, 4, 3, 2], score: 0, variance: 26.0 / 3, z: 0, p: 1, isExact: true,
            tau: 0, slope: -1.0 / 3),
        Known(
            name: "eight with setbacks", values: [3.1, 2.9, 3.4, 3.3, 3.8, 3.6, 4.1, 4.0], score: 20,
            variance: 65.33333333333333, z: 2.350640381700619, p: 0.014136904761904762, isExact: true,
            tau: 0.7142857142857143, slope: 0.17083333333333328),
        Known(
            name: "ten that fall", values: [9.0, 8.5, 8.7, 8.1, 7.7, 7.9, 7.2, 6.6, 6.9, 6.1], score: -39,
            variance: 125, z: -3.3988233257996803, p: 0.00011518959435626102, isExact: true,
            tau: -0.8666666666666667, slope: -0.3),
        Known(
            name: "five with gaps", values: [10, 12, 11, 15, 14], times: [0, 1, 4, 5, 9], score: 6,
            variance: 50.0 / 3, z: 1.224744871391589, p: 0.23333333333333334, isExact: true, tau: 0.6,
            slope: 0.5222222222222221),
        Known(
            name: "eleven are too many to count",
            values: [4.2, 4.1, 4.25, 4.3, 4.15, 4.4, 4.35, 4.5, 4.45, 4.6, 4.55], score: 41, variance: 165,
            z: 3.113995776646092, p: 0.001845721317696336, isExact: false, tau: 0.7454545454545455, slope: 0.05),
        Known(
            name: "seven with ties", values: [4, 4, 4.5, 4.5, 5, 4, 5], score: 10, variance: 38.666666666666664,
            z: 1.4473519220310231, p: 0.14779838390287714, isExact: false, tau: 0.545544725589981, slope: 1.0 / 6),
        Known(
            name: "six that are equal", values: [3, 3, 3, 3, 3, 3], score: 0, variance: 0, z: 0, p: 1, isExact: false,
            tau: nil, slope: 0),
        Known(
            name: "twenty with ties and an outlier",
            values: [23, 24, 29, 6, 29, 24, 24, 29, 23, 25, 28, 27, 24, 26, 30, 29, 31, 28, 30, 32], score: 91,
            variance: 929.6666666666666, z: 2.951745295048535, p: 0.00315983458418323, isExact: false,
            tau: 0.49905173236744443, slope: 0.3693181818181818),
        Known(
            name: "twelve with ties and gaps", values: [9, 9, 8, 8, 8, 7, 7, 6, 7, 5, 5, 4],
            times: [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13], score: -56, variance: 203.33333333333334,
            z: -3.8570778032505215, p: 0.00011475064555499515, isExact: false, tau: -0.9051114573693303,
            slope: -0.375),
    ]

    @Test("known series have the known statistics")
    func knownSeries() throws {
        for series in Self.known {
            let found = try #require(MannKendall(series.points))
            #expect(found.n == series.values.count)
            #expect(found.score == series.score, "\(series.name)")
            let method = series.isExact ? MannKendall.Method.exact : .normal
            #expect(found.method == method, "\(series.name)")
            let hasTau = found.tau != nil
            #expect(hasTau == (series.tau != nil), "\(series.name)")
            for (one, other) in [
                (found.variance, series.variance), (found.z, series.z), (found.tau ?? 0, series.tau ?? 0),
                (found.slope, series.slope),
            ] as [(Double, Double)] {
                #expect(abs(one - other) < 1e-12, "\(series.name)")
            }
            #expect(abs(found.pValue - series.p) <= series.p * 1e-10, "\(series.name)")
        }
    }

    /// All orders of 0, 1, ... `count` − 1.
    private static func orders(of count: Int) -> [[Double]] {
        guard count > 0 else { return [[]] }
        return orders(of: count - 1).flatMap { shorter in
            (0..<count).map { place in
                var longer = shorter
                longer.insert(Double(count - 1), at: place)
                return longer
            }
        }
    }

    @Test("the exact probability is the share of all orders with an S as far from 0", arguments: 3...5)
    func exactProbability(count: Int) throws {
        let found = try Self.orders(of: count).map { try #require(MannKendall($0)) }
        for one in found {
            let farther = found.count { $0.score.magnitude >= one.score.magnitude }
            let share = Double(farther) / Double(found.count)
            #expect(one.method == .exact)
            #expect(abs(one.pValue - share) < 1e-12, "\(one.score) of \(count)")
        }
    }

    @Test("backwards, or upside down, a series has the opposite trend, which is as likely", arguments: 1...20)
    func opposites(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let values = (0..<Int.random(in: 3...25, using: &random)).map { _ in
            Double(Int.random(in: 0...9, using: &random))
        }
        let found = try #require(MannKendall(values))
        for other in [values.reversed(), values.map { 9 - $0 }] as [[Double]] {
            let opposite = try #require(MannKendall(other))
            #expect(opposite.score == -found.score)
            #expect(opposite.z == -found.z)
            #expect(opposite.pValue == found.pValue)
            #expect(abs(opposite.slope + found.slope) < 1e-12)
        }
    }

    @Test("times apart stretch the slope, and nothing else")
    func times() throws {
        let values = [3, 5, 4, 6, 9, 8] as [Double]
        let plain = try #require(MannKendall(values))
        let start = Int64.min
        let points = values.enumerated().map { place, value in
            MannKendall.Point(time: start + Int64(place) * 4, value: value)
        }
        let stretched = try #require(MannKendall(points))
        #expect(stretched.score == plain.score)
        #expect(stretched.pValue == plain.pValue)
        #expect(abs(stretched.slope - plain.slope / 4) < 1e-12)
        // Times as far apart as can be.
        let ends = [(.min, 0), (0, 1), (.max, 2)] as [(Int64, Double)]
        let far = try #require(MannKendall(ends.map { MannKendall.Point(time: $0.0, value: $0.1) }))
        #expect(far.score == 3)
        #expect(abs(far.slope * 0x1p63 - 1) < 1e-12)
    }

    @Test("fewer than three values show no trend")
    func few() {
        for values in [[], [1], [1, 2]] as [[Double]] {
            #expect(MannKendall(values) == nil)
        }
    }
}
