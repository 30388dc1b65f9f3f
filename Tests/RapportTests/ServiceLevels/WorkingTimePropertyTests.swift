import EventLog
@testable import Rapport
import TestSupport
import Testing

/// What holds of working time by any calendar.
@Suite struct WorkingTimePropertyTests {
    private static let day: Int64 = 86_400_000_000

    /// Two calendars for every place.
    static let trials = 0..<(RandomCalendar.places.count * 2)

    private static func calendar(_ trial: Int, using random: inout SeededGenerator) throws -> RandomCalendar {
        try RandomCalendar(place: trial % RandomCalendar.places.count, using: &random)
    }

    /// Moments in order, most of them within days of the calendar's, others months away.
    private static func moments(
        _ count: Int, of calendar: RandomCalendar, using random: inout SeededGenerator
    ) -> [Timestamp] {
        let middle = Int64(calendar.middle) * 1_000_000
        var moments: [Timestamp] = []
        for _ in 0..<count {
            let furthest = Int.random(in: 0..<3, using: &random) > 0 ? 3 * day : 300 * day
            moments.append(Timestamp(microseconds: middle + Int64.random(in: -furthest...furthest, using: &random)))
        }
        return moments.sorted()
    }

    @Test("working time is that of a count minute by minute", arguments: trials)
    func minutes(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial))
        let calendar = try Self.calendar(trial, using: &random)
        let working = try WorkingTime(calendar.calendar)
        for _ in 0..<2 {
            let start = calendar.middle - 60 * Int.random(in: 0..<2880, using: &random)
            let end = calendar.middle + 60 * Int.random(in: 0..<2880, using: &random)
            let length = try working.length(
                from: Timestamp(microseconds: Int64(start) * 1_000_000),
                to: Timestamp(microseconds: Int64(end) * 1_000_000))
            let counted = try calendar.minutes(in: start..<end)
            #expect(length == counted * 60_000_000, "\(calendar.calendar.json) \(start) \(end)")
        }
    }

    @Test("lengths add up, are not negative, and not longer than the time", arguments: trials)
    func additivity(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial) + 100)
        let calendar = try Self.calendar(trial, using: &random)
        let working = try WorkingTime(calendar.calendar)
        for _ in 0..<50 {
            let moments = Self.moments(3, of: calendar, using: &random)
            let first = try working.length(from: moments[0], to: moments[1])
            let second = try working.length(from: moments[1], to: moments[2])
            let both = try working.length(from: moments[0], to: moments[2])
            #expect(first + second == both)
            #expect(first >= 0 && first <= moments[1].microseconds - moments[0].microseconds)
            #expect(try working.length(from: moments[0], to: moments[0]) == 0)
        }
    }

    @Test("the moment after a duration is the earliest by which there has been so much work", arguments: trials)
    func inverse(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial) + 200)
        let calendar = try Self.calendar(trial, using: &random)
        let working = try WorkingTime(calendar.calendar)
        for _ in 0..<50 {
            let moments = Self.moments(2, of: calendar, using: &random)
            let most = try working.length(from: moments[0], to: moments[1])
            for duration in [Int64.random(in: 0...most, using: &random), most] {
                let done = try working.instant(after: duration, from: moments[0])
                #expect(done >= moments[0] && done <= moments[1])
                #expect(try working.length(from: moments[0], to: done) == duration)
                guard duration > 0 else { continue }
                let before = done.advanced(byMicroseconds: -1)
                #expect(try working.length(from: moments[0], to: before) == duration - 1)
            }
        }
    }

    @Test("longer durations are done later", arguments: trials)
    func monotony(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial) + 300)
        let calendar = try Self.calendar(trial, using: &random)
        let working = try WorkingTime(calendar.calendar)
        let start = Self.moments(1, of: calendar, using: &random)[0]
        var durations: [Int64] = []
        for _ in 0..<50 { durations.append(Int64.random(in: 0...(20 * 3_600_000_000), using: &random)) }
        var last = start
        for duration in durations.sorted() {
            let done = try working.instant(after: duration, from: start)
            #expect(done >= last)
            last = done
        }
    }

    @Test("stretches are in order, apart from each other, and as long as the working time", arguments: trials)
    func stretches(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial) + 400)
        let calendar = try Self.calendar(trial, using: &random)
        let working = try WorkingTime(calendar.calendar)
        let moments = Self.moments(2, of: calendar, using: &random)
        let stretches = try working.stretches(in: moments[0]..<moments[1])
        var sum: Int64 = 0
        for stretch in stretches { sum += stretch.upperBound.microseconds - stretch.lowerBound.microseconds }
        let length = try working.length(from: moments[0], to: moments[1])
        #expect(sum == length)
        for (stretch, next) in zip(stretches, stretches.dropFirst()) {
            #expect(stretch.upperBound < next.lowerBound)
        }
    }
}
