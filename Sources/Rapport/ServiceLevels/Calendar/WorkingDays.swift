internal import EventLog

/// The hours of every day of a calendar, found by the day's number.
struct WorkingDays: Sendable {
    /// Seven days from Monday on.
    private let week: [[WorkingHours]]
    /// Holidays and days with hours of their own, by days since 1970-01-01.
    private let exceptions: [Int: [WorkingHours]]

    /// The days of a calendar. Of two entries about one day, which a calendar has not that was checked, the last
    /// counts.
    init(_ calendar: WorkingCalendar) {
        week = WorkingCalendar.Weekday.allCases.map { calendar.week[$0] }
        var exceptions: [Int: [WorkingHours]] = [:]
        for holiday in calendar.holidays { exceptions[holiday.date.daysSinceEpoch] = [] }
        for day in calendar.specialDays { exceptions[day.date.daysSinceEpoch] = day.hours }
        self.exceptions = exceptions
    }

    /// The hours of a day, by days since 1970-01-01, which was a Thursday.
    func hours(on day: Int) -> [WorkingHours] {
        exceptions[day] ?? week[(day + 3).dividedFlooring(by: 7).remainder]
    }
}
