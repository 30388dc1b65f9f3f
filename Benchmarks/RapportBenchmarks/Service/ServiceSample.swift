import EventLog
import Rapport

/// What is promised about the cases of the demo company, and by which hours of work.
enum ServiceSample {
    /// The years in which anything happens at the demo company.
    static let years = 2024...2026
    /// 2026-07-01: everything has happened by then.
    static let end = Timestamp(microseconds: 20_635 * 86_400_000_000)
    /// 2025-06-14: about half of the events have happened by then.
    static let middle = Timestamp(microseconds: 20_253 * 86_400_000_000)

    private static let hour: Int64 = 3_600_000_000
    private static let weekdays: [WorkingCalendar.Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
    /// Of every year.
    private static let holidays: [(month: Int, day: Int)] = [
        (month: 1, day: 1), (month: 1, day: 6), (month: 5, day: 1), (month: 10, day: 3), (month: 10, day: 31),
        (month: 11, day: 1), (month: 12, day: 24), (month: 12, day: 25), (month: 12, day: 26), (month: 12, day: 31),
    ]

    /// Weekdays with a break at noon.
    static func office(holidaysIn years: ClosedRange<Int>) -> WorkingCalendar {
        let hours = [WorkingHours(start: 9 * 60, end: 12 * 60), WorkingHours(start: 13 * 60, end: 17 * 60)]
        return calendar("bench-office", WorkingCalendar.Week(weekdays, hours), years)
    }

    /// Longer hours, and those of Saturdays.
    static let longerHours: WorkingCalendar = {
        var week = WorkingCalendar.Week(weekdays, [WorkingHours(start: 7 * 60, end: 20 * 60)])
        week[.saturday] = [WorkingHours(start: 9 * 60, end: 14 * 60)]
        return calendar("bench-longer", week, years)
    }()

    /// Severe cases are answered and solved sooner. While the customer or a vendor is waited for, nothing is counted.
    static let level: ServiceLevel = {
        let severe = ServiceLevel.Condition("severity", ["critical", "high"])
        var level = ServiceLevel(
            name: "bench", calendar: "bench-office",
            targets: [
                ServiceLevel.Target(.firstResponse, within: 2 * hour, when: [severe]),
                ServiceLevel.Target(.firstResponse, within: 8 * hour),
                ServiceLevel.Target(.resolution, within: 14 * hour, when: [severe]),
                ServiceLevel.Target(.resolution, within: 35 * hour),
            ])
        level.pausesOn = ["customer", "vendor"]
        return level
    }()

    private static func calendar(
        _ name: String, _ week: WorkingCalendar.Week, _ years: ClosedRange<Int>
    ) -> WorkingCalendar {
        var calendar = WorkingCalendar(name: name, zone: "Europe/Berlin", week: week)
        for year in years {
            for (month, day) in holidays {
                guard let date = CivilDate(year: year, month: month, day: day) else { continue }
                calendar.holidays.append(WorkingCalendar.Holiday(date: date))
            }
        }
        return calendar
    }
}
