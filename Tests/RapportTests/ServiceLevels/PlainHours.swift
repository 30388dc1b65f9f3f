import EventLog
import Foundation
import Rapport
import TestSupport
import Testing

/// The hours of a random calendar, one quarter of an hour after the other: whether clocks of its zone show hours of
/// work then.
struct PlainHours {
    /// In microseconds.
    static let quarter: Int64 = 900_000_000

    /// Hours begin and end on whole quarters.
    let calendar: WorkingCalendar
    /// The moment around which clocks change and days have hours of their own.
    let middle: Timestamp
    /// The first quarter's begin: 21 days before.
    private let start: Int64
    /// 66 days.
    private let isOpen: [Bool]

    /// A calendar in the zone of a place, whose clocks change on a whole quarter.
    init(place: Int, using random: inout SeededGenerator) throws {
        let given = try RandomCalendar(place: place, using: &random)
        let calendar = Self.rounded(given.calendar)
        self.calendar = calendar
        middle = Timestamp(microseconds: Int64(given.middle) * 1_000_000)
        let first = given.middle - 21 * 86_400
        start = Int64(first) * 1_000_000
        let zone = try #require(TimeZone(identifier: calendar.zone))
        let week = WorkingCalendar.Weekday.allCases.map { calendar.week[$0] }
        var exceptions: [Int: [WorkingHours]] = [:]
        for day in calendar.holidays { exceptions[day.date.daysSinceEpoch] = [] }
        for day in calendar.specialDays { exceptions[day.date.daysSinceEpoch] = day.hours }
        isOpen = (0..<66 * 96).map { number -> Bool in
            let second = first + number * 900
            let shown = second + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            let (day, minute) = (shown / 86_400, shown % 86_400 / 60)
            return (exceptions[day] ?? week[(day + 3) % 7]).contains { $0.start <= minute && minute < $0.end }
        }
    }

    /// With hours that begin and end on the quarter before; without those that are shorter.
    private static func rounded(_ calendar: WorkingCalendar) -> WorkingCalendar {
        func rounded(_ hours: [WorkingHours]) -> [WorkingHours] {
            hours.map { WorkingHours(start: $0.start / 15 * 15, end: $0.end / 15 * 15) }.filter { $0.start < $0.end }
        }
        var found = calendar
        for day in WorkingCalendar.Weekday.allCases { found.week[day] = rounded(calendar.week[day]) }
        found.specialDays = calendar.specialDays.compactMap { day in
            let hours = rounded(day.hours)
            return hours.isEmpty ? nil : WorkingCalendar.SpecialDay(date: day.date, hours: hours)
        }
        return found
    }

    /// The end of what is known.
    var end: Timestamp { Timestamp(microseconds: start + Int64(isOpen.count) * Self.quarter) }

    /// The parts of a range that count, in order; all of it by the wall clock.
    func parts(of range: Range<Timestamp>, by clock: ServiceLevel.Clock) -> [Range<Int64>] {
        let (from, to) = (range.lowerBound.microseconds, range.upperBound.microseconds)
        if clock == .wall { return [from..<to] }
        var parts: [Range<Int64>] = []
        for number in Int((from - start) / Self.quarter)..<isOpen.count where isOpen[number] {
            let begin = start + Int64(number) * Self.quarter
            if begin >= to { break }
            let (low, high) = (max(from, begin), min(to, begin + Self.quarter))
            if low < high { parts.append(low..<high) }
        }
        return parts
    }
}
