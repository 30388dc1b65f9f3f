import EventLog
import Foundation
import Rapport
import TestSupport
import Testing

/// A calendar with any hours, and days around a change of its zone's clocks.
struct RandomCalendar {
    /// Zones, and a moment in each, mostly one at which clocks change.
    static let places: [(zone: String, moment: String)] = [
        ("Europe/Berlin", "2017-03-26T01:00:00Z"), ("Europe/Berlin", "2017-10-29T01:00:00Z"),
        ("America/Sao_Paulo", "2017-10-15T03:00:00Z"), ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
        ("America/St_Johns", "2010-11-07T02:31:00Z"), ("Australia/Lord_Howe", "2017-04-01T15:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("Asia/Kolkata", "2017-06-30T12:00:00Z"),
        ("Asia/Shanghai", "2017-12-31T16:00:00Z"), ("UTC", "2016-02-29T12:00:00Z"),
        ("America/New_York", "2017-03-12T07:00:00Z"), ("America/New_York", "2017-11-05T06:00:00Z"),
        ("Australia/Lord_Howe", "2017-09-30T15:30:00Z"), ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    ]

    let calendar: WorkingCalendar
    /// In seconds since 1970, on a whole minute.
    let middle: Int

    /// A calendar in the zone of a place; holidays and days with hours of their own lie within days of its moment.
    init(place number: Int, using random: inout SeededGenerator) throws {
        let place = Self.places[number]
        middle = Int(try #require(Timestamp(place.moment)).microseconds / 1_000_000)
        var week = WorkingCalendar.Week()
        for day in WorkingCalendar.Weekday.allCases { week[day] = Self.hours(atLeast: 0, using: &random) }
        // So that it does not take decades until hours are worked.
        week[.wednesday] = [WorkingHours(start: 480, end: 1200)]
        var calendar = WorkingCalendar(name: "random", zone: place.zone, week: week)
        for day in -3...3 where Bool.random(using: &random) {
            let date = CivilDate(daysSinceEpoch: middle / 86_400 + day)
            if Bool.random(using: &random) {
                calendar.holidays.append(WorkingCalendar.Holiday(date: date))
            } else {
                let hours = Self.hours(atLeast: 1, using: &random)
                calendar.specialDays.append(WorkingCalendar.SpecialDay(date: date, hours: hours))
            }
        }
        self.calendar = calendar
    }

    /// Up to three, some of which last from midnight on or up to midnight.
    private static func hours(atLeast least: Int, using random: inout SeededGenerator) -> [WorkingHours] {
        var bounds: Set<Int> = Bool.random(using: &random) ? [0, 1440] : []
        let count = Int.random(in: least...3, using: &random)
        while bounds.count < count * 2 { bounds.insert(Int.random(in: 0...1440, using: &random)) }
        let sorted = bounds.sorted()
        return stride(from: 0, to: count * 2, by: 2).map { WorkingHours(start: sorted[$0], end: sorted[$0 + 1]) }
    }

    /// Asks the zone's clock every minute what it shows, and counts those minutes that are in the calendar's hours.
    ///
    /// - Parameter seconds: Since 1970; both ends on whole minutes.
    func minutes(in seconds: Range<Int>) throws -> Int64 {
        let zone = try #require(TimeZone(identifier: calendar.zone))
        var count: Int64 = 0
        var (knownDay, known): (Int?, [WorkingHours]) = (nil, [])
        for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 60) {
            let shown = second + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            let (day, minute) = (shown / 86_400, shown % 86_400 / 60)
            if knownDay != day { (knownDay, known) = (day, hours(on: day)) }
            if known.contains(where: { $0.start <= minute && minute < $0.end }) { count += 1 }
        }
        return count
    }

    /// Of a day since 1970-01-01.
    private func hours(on day: Int) -> [WorkingHours] {
        let date = CivilDate(daysSinceEpoch: day)
        if calendar.holidays.contains(where: { $0.date == date }) { return [] }
        if let special = calendar.specialDays.first(where: { $0.date == date }) { return special.hours }
        return calendar.week[WorkingCalendar.Weekday.allCases[(day + 3) % 7]]
    }
}
