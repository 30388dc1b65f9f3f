import EventLog
import Rapport

/// How fast hours of work are counted by a calendar with holidays of ten years, at random moments.
struct CalendarBenchmark {
    private static let day: Int64 = 86_400_000_000
    private static let years = 2017...2026
    /// From 2017-01-01 on, for ten years.
    private static let moments = 17_167 * day..<20_819 * day
    /// How many lengths and moments are counted back to see that they agree.
    private static let checks = 1000

    private let rounds: Int
    private let count: Int

    init(_ options: BenchmarkOptions) {
        rounds = options.rounds
        count = options.isSmoke ? 10_000 : 1_000_000
    }

    func run() throws {
        let calendar = ServiceSample.office(holidaysIn: Self.years)
        try workOut(calendar)
        let time = try WorkingTime(calendar)
        var random = SplitMix(state: 61)
        try lengths(time, "elapsed within 30 days", ranges(upTo: 30 * Self.day, &random))
        try lengths(time, "elapsed within ten years", ranges(upTo: .max, &random))
        try dues(time, "due in up to 40 hours of work", hours: 40, &random)
        try dues(time, "due in up to a year of work", hours: 1800, &random)
    }

    /// What nobody has asked about yet is worked out first.
    private func workOut(_ calendar: WorkingCalendar) throws {
        let (first, last) = (
            Timestamp(microseconds: Self.moments.lowerBound), Timestamp(microseconds: Self.moments.upperBound - 1)
        )
        var taken: [Double] = []
        for _ in 0..<rounds {
            let start = uptime()
            let length = try WorkingTime(calendar).length(from: first, to: last)
            taken.append(milliseconds(since: start))
            guard length > 0 else { throw Disagreement("there is no work in ten years") }
        }
        line("calendar: ten years worked out", "\(Spread(taken).text) ms")
    }

    private func ranges(upTo longest: Int64, _ random: inout SplitMix) -> [Range<Timestamp>] {
        (0..<count).map { _ in
            let start = Int64.random(in: Self.moments, using: &random)
            let left = min(longest, Self.moments.upperBound - start)
            let end = start + Int64.random(in: 0..<left, using: &random)
            return Timestamp(microseconds: start)..<Timestamp(microseconds: end)
        }
    }

    private func lengths(_ time: WorkingTime, _ name: String, _ ranges: [Range<Timestamp>]) throws {
        try measure(name) {
            var bits: Int64 = 0
            for range in ranges { bits |= try time.length(from: range.lowerBound, to: range.upperBound) }
            return bits
        }
    }

    private func dues(_ time: WorkingTime, _ name: String, hours: Int64, _ random: inout SplitMix) throws {
        let asked = (0..<count).map { _ in
            (
                start: Timestamp(microseconds: Int64.random(in: Self.moments, using: &random)),
                length: Int64.random(in: 1...hours * 3_600_000_000, using: &random)
            )
        }
        for (start, length) in asked.prefix(Self.checks) {
            let counted = try time.length(from: start, to: time.instant(after: length, from: start))
            guard counted == length else {
                throw Disagreement("\(length) µs of work after \(start) are counted back as \(counted)")
            }
        }
        try measure(name) {
            var bits: Int64 = 0
            for (start, length) in asked {
                bits |= try time.instant(after: length, from: start).microseconds - start.microseconds
            }
            return bits
        }
    }

    /// - Parameter body: counts all; answers the bits that any of the counts has, so that nothing is left out.
    private func measure(_ name: String, _ body: () throws -> Int64) throws {
        var rates: [Double] = []
        for _ in 0..<rounds {
            var bits: Int64 = 0
            let took = try seconds { bits = try body() }
            guard bits > 0 else { throw Disagreement("\(name): nothing was counted") }
            rates.append(Double(count) / took)
        }
        line("calendar: \(name)", "\(Spread(rates).text) a second")
    }
}
