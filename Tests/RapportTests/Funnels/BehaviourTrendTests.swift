import EventLog
import TestSupport
import Testing

@testable import Rapport

/// Periods, times in bins, and the tallies of several workers.
@Suite struct BehaviourTrendTests {
    private typealias Made = HandMadeOutcomes

    @Test func periodsAreRangesOfTheirOwn() throws {
        var definition = Made.funnel("A", "B")
        definition.zone = "Asia/Shanghai"
        let start = try #require(Timestamp("2024-02-10T00:00:00Z"))
        definition.from = .init(text: "2024-02-10T00:00:00Z", time: start)
        let tally = try Made.tally(definition, of: [], trend: .month)
        // The evening of 29 February in London is March in China.
        let evening = try #require(Timestamp("2024-02-29T18:00:00Z"))
        let period = try #require(tally.period(of: evening.microseconds))
        #expect(period.label == "2024-03")
        let entries = tally.entries(of: period)
        #expect(Timestamp(microseconds: entries.lowerBound) == Timestamp("2024-02-29T16:00:00Z"))
        #expect(Timestamp(microseconds: entries.upperBound) == Timestamp("2024-03-31T16:00:00Z"))
        let first = try #require(CalendarPeriod("2024-02"))
        #expect(tally.entries(of: first).lowerBound == start.microseconds)
        let before = try #require(CalendarPeriod("2024-01"))
        #expect(tally.entries(of: before).isEmpty)
    }

    @Test func periodsComeInTheirOrder() throws {
        var tally = try Made.tally(Made.funnel("A", "B"), of: [], now: Made.day, trend: .month)
        try tally.add(Made.result([0, 5]), inPeriod: "2024-03")
        try tally.add(Made.result([0, nil]), inPeriod: "2024-03")
        try tally.add(Made.result([-30 * Made.day, nil]), inPeriod: "2024-02")
        try tally.add(FunnelResult(), inPeriod: "2024-01")
        let answer = try Made.answer(tally)
        #expect(answer.trend.map(\.period) == ["2024-02", "2024-03"])
        #expect(answer.trend.map(\.counts) == [[1, 0], [2, 1]])
        #expect(answer.trend.map(\.conversion?.shareBp) == [0, 5000])
        #expect(answer.trend.map(\.immature) == [0, 2])
        #expect(answer.entered == 0, "periods are counted beside the whole")
    }

    @Test func withoutATrendThereIsNoPeriod() throws {
        #expect(try Made.tally(Made.funnel("A", "B"), of: []).period(of: 0) == nil)
    }

    @Test func timesToConvertAreCountedInBins() throws {
        let seconds: [Int64] = [2, 4, 4, 8]
        let results = seconds.map { Made.result([0, $0 * Made.second]) } + [Made.result([0, nil])]
        let answer = try Made.answer(Made.tally(Made.funnel("A", "B"), of: results, bins: 3))
        #expect(answer.histogram.map(\.fromMs) == [2000, 4000, 6000])
        #expect(answer.histogram.map(\.toMs) == [4000, 6000, 8000])
        #expect(answer.histogram.map(\.count) == [1, 2, 1])
        // The least whole number whose cube is not below four.
        let suiting = try Made.answer(Made.tally(Made.funnel("A", "B"), of: results, bins: 0))
        #expect(suiting.histogram.map(\.count) == [3, 1])
        let none = try Made.answer(Made.tally(Made.funnel("A", "B"), of: [Made.result([0, nil])], bins: 5))
        #expect(none.histogram == [])
    }

    /// However subjects are shared among workers, and in whichever order, the answer is the same.
    @Test(arguments: UInt64(1)...20)
    func talliesOfWorkersComeToTheSame(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let results = (0..<200).map { _ in Self.randomResult(&random) }
        let (now, workers) = (20 * Made.day, Int.random(in: 1...5, using: &random))
        let definition = Made.broken(2)
        var whole = try Made.tally(definition, of: results, now: now, bins: 0, trend: .day)
        var parts: [BehaviourTally] = []
        for worker in 0..<workers {
            let share = results.indices.filter { $0 % workers == worker }.map { results[$0] }
            parts.append(
                try Made.tally(definition, of: share.shuffled(using: &random), now: now, bins: 0, trend: .day))
        }
        for (number, result) in results.enumerated() {
            guard let start = result.outcomes.first?.start, let period = whole.period(of: start) else { continue }
            try whole.add(result, inPeriod: period.label)
            try parts[number % workers].add(result, inPeriod: period.label)
        }
        parts.shuffle(using: &random)
        var merged = parts[0]
        for part in parts.dropFirst() { try merged.merge(part) }
        let expected = try Made.answer(whole)
        #expect(try Made.answer(merged) == expected)
        #expect(expected.trend.reduce(0) { $0 + $1.counts[0] } == expected.entered)
        #expect(expected.histogram.reduce(0) { $0 + $1.count } == expected.converted)
        #expect(expected.excluded + expected.entered == 200)
    }

    private static func randomResult(_ random: inout SeededGenerator) -> FunnelResult {
        if Int.random(in: 0..<10, using: &random) == 0 {
            var result = FunnelResult()
            result.isExcluded = true
            return result
        }
        let start = Int64.random(in: 0...(15 * Made.day), using: &random)
        let isConverted = Bool.random(using: &random)
        let end: Int64? = isConverted ? start + Int64.random(in: 0...(14 * Made.day), using: &random) : nil
        return Made.result([start, end], groups: [UInt32.random(in: 0...3, using: &random)])
    }
}
