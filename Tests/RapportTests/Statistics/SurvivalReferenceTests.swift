@testable import Rapport
import Testing
import TestSupport

/// Survival and incidence against those of another program.
@Suite(.enabled(if: Lifelines.isInstalled, "python3 has no lifelines"))
struct SurvivalReferenceTests {
    /// Times with a third of them cut short; some with many ties, others with none.
    private static func samples() -> [Lifelines.Sample] {
        var random = SeededGenerator(seed: 17)
        return (0..<40).map { number in
            let count = Int.random(in: 2...60, using: &random)
            let times: [Int64] =
                number.isMultiple(of: 2)
                ? (0..<count).map { _ in Int64.random(in: 1...30, using: &random) }
                : Array((1...900 as ClosedRange<Int64>).shuffled(using: &random).prefix(count))
            return Lifelines.Sample(times: times, causes: times.map { _ in Int.random(in: -1...1, using: &random) })
        }
    }

    @Test("shares, intervals, medians and incidences are those of lifelines")
    func lifelines() throws {
        let samples = Self.samples()
        let estimates = try Lifelines.estimates(of: samples)
        try #require(estimates.count == samples.count)
        for (sample, expected) in zip(samples, estimates) {
            let observed = zip(sample.times, sample.causes).map { time, cause in
                ObservedTime(time, endedBy: cause < 0 ? nil : cause)
            }
            let curve = KaplanMeier(observed)
            try #require(curve.points.map(\.time) == expected.times)
            // A share of exactly one half is one half here; there it may be a trace more.
            let isHalf = curve.points.contains { abs($0.survival - 0.5) < 1e-9 }
            #expect(curve.quantile(0.5) == expected.median || isHalf)
            for (index, point) in curve.points.enumerated() {
                #expect(abs(point.survival - expected.survival[index]) < 1e-9)
                guard let interval = point.interval else { continue }
                #expect(expected.lower[index].map { abs($0 - interval.lowerBound) < 1e-9 } ?? false)
                #expect(expected.upper[index].map { abs($0 - interval.upperBound) < 1e-9 } ?? false)
            }
            let incidences = AalenJohansen(observed, causes: 2)
            for (time, incidence) in zip(expected.times, expected.incidence ?? []) {
                #expect(abs(incidences.cumulativeIncidence(of: 0, at: time) - incidence) < 1e-9)
            }
        }
        #expect(estimates.contains { $0.incidence != nil })
    }
}
