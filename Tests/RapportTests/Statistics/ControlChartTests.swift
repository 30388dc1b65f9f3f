@testable import Rapport
import Testing
import TestSupport

@Suite struct ControlChartTests {
    private static func sample(_ n: Int, _ mean: Double, _ standardError: Double?) -> ControlChart.Sample {
        ControlChart.Sample(n: n, mean: mean, standardError: standardError)
    }

    /// The third period has no answers; from the sixth on customers are less satisfied.
    private static let periods: [ControlChart.Sample?] = [
        sample(40, 4.10, 0.11), sample(36, 4.02, 0.12), nil, sample(52, 4.15, 0.09), sample(44, 4.05, 0.10),
        sample(25, 3.60, 0.16), sample(30, 3.50, 0.15), sample(28, 3.40, 0.15), sample(33, 3.45, 0.14),
    ]

    /// Averages as pandas' `ewm` gives them, limits by the sum over all earlier periods.
    private static let known: [(average: Double, lower: Double, upper: Double, signal: ControlChart.Signal?)] = [
        (3.894361111111111, 3.776951388888889, 3.9089513888888887, nil),
        (3.9194888888888886, 3.753666227747745, 3.9322365500300327, nil),
        (3.9194888888888886, 3.753666227747745, 3.9322365500300327, nil),
        (3.9655911111111113, 3.7534082283460535, 3.9324945494317243, .above),
        (3.982472888888889, 3.7495088628956346, 3.936393914882143, .above),
        (3.9059783111111117, 3.721279027093122, 3.964623750684656, nil),
        (3.8247826488888896, 3.7103819175918575, 3.97552086018592, nil),
        (3.739826119111112, 3.7038550718248358, 3.982047705952942, nil),
        (3.6818608952888896, 3.7035290712015776, 3.9823737065762, .below),
    ]

    @Test("periods of different sizes have the averages, limits and signals computed apart")
    func fixture() throws {
        let chart = try #require(ControlChart(Self.periods))
        #expect(abs(chart.centre - 3.842951388888889) < 1e-12)
        #expect(chart.points.map(\.sample) == Self.periods)
        #expect(chart.points.map(\.signal) == Self.known.map(\.signal))
        for (number, (point, expected)) in zip(chart.points, Self.known).enumerated() {
            #expect(abs(point.average - expected.average) < 1e-12, "period \(number)")
            #expect(abs(point.lower - expected.lower) < 1e-12, "period \(number)")
            #expect(abs(point.upper - expected.upper) < 1e-12, "period \(number)")
        }
    }

    @Test("with one standard error for all, the limits are those of the textbook")
    func equalErrors() throws {
        let error = 0.3
        let means = [5, 4, 6, 5, 4, 6, 5, 7] as [Double]
        let samples = means.map { Self.sample(10, $0, error) }
        let chart = try #require(ControlChart(samples))
        var factor = 1.0
        for point in chart.points {
            factor *= 0.8 * 0.8
            // L σ √(λ/(2 − λ) · (1 − (1 − λ)^2i)).
            let half = 3 * error * (0.2 / 1.8 * (1 - factor)).squareRoot()
            #expect(abs(point.upper - chart.centre - half) < 1e-12)
            #expect(abs(chart.centre - point.lower - half) < 1e-12)
        }
    }

    @Test("a single answer takes the spread of the answers of other periods")
    func singleAnswer() throws {
        let chart = try #require(
            ControlChart([Self.sample(10, 4.0, 0.3), Self.sample(1, 5.0, nil), Self.sample(20, 4.2, 0.2)]))
        let known: [(Double, Double, Double)] = [
            (4.129032258064516, 3.981290322580645, 4.341290322580645),
            (4.3032258064516125, 3.5953332318295628, 4.727247413331727),
            (4.28258064516129, 3.692892250119075, 4.629688395042216),
        ]
        for (point, expected) in zip(chart.points, known) {
            #expect(abs(point.average - expected.0) < 1e-12)
            #expect(abs(point.lower - expected.1) < 1e-12)
            #expect(abs(point.upper - expected.2) < 1e-12)
        }
    }

    @Test("periods without answers keep what was before, and give no signal")
    func emptyPeriods() throws {
        let chart = try #require(
            ControlChart([nil, Self.sample(10, 2, 0.01), nil, Self.sample(10, 4, 0.01), nil, nil]))
        #expect(chart.centre == 3)
        let points = chart.points
        #expect([points[0].average, points[0].lower, points[0].upper] == [3, 3, 3])
        let signals: [ControlChart.Signal?] = [nil, .below, nil, .above, nil, nil]
        #expect(points.map(\.signal) == signals)
        for number in [2, 4, 5] {
            #expect(points[number].average == points[number - 1].average)
            #expect(points[number].lower == points[number - 1].lower)
            #expect(points[number].upper == points[number - 1].upper)
        }
    }

    @Test("means that are all equal give no signal, even where no error is known to them", arguments: 1...30)
    func equalMeans(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let mean = Double.random(in: -100...100, using: &random)
        let samples = (0..<20).map { _ in Self.sample(Int.random(in: 1...90, using: &random), mean, 0) }
        let chart = try #require(ControlChart(samples))
        #expect(chart.points.allSatisfy { $0.signal == nil })
    }

    @Test("there is no chart without answers, nor without any standard error")
    func nothing() throws {
        #expect(ControlChart([]) == nil)
        #expect(ControlChart([nil, nil]) == nil)
        #expect(ControlChart([Self.sample(1, 4, nil), Self.sample(1, 5, nil)]) == nil)
        let single = try #require(ControlChart([Self.sample(9, 4, 0.2)]))
        #expect(single.points.map(\.average) == [4])
        #expect(single.points.allSatisfy { $0.signal == nil })
    }
}
