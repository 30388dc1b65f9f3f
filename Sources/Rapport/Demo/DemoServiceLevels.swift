internal import EventLog

/// What the demo company promises about cases: a calendar, and two service levels. Their events take the place of the
/// first talks that nobody had planned, so all else happens as if nothing had been promised.
struct DemoServiceLevels {
    /// How many of the definitions were handed out.
    private var defined = 0

    /// The next definition; nil when all were handed out.
    mutating func next(_ moment: inout DemoMoment) throws -> NewEvent? {
        let number = defined
        guard number <= Self.levels.count else { return nil }
        defined += 1
        moment.happensNow()
        if number == 0 {
            let calendar = Self.calendar
            var message = WorkingCalendarDefined()
            message.calendarID = calendar.name
            message.version = 1
            message.definition = calendar.json
            return try moment.event(message, about: [Tag(unchecked: "calendar:" + calendar.name)], by: "S-01")
        }
        let level = Self.levels[number - 1]
        var message = ServiceLevelDefined()
        message.serviceLevelID = level.name
        message.version = 1
        message.definition = level.json
        return try moment.event(message, about: [Tag(unchecked: "service-level:" + level.name)], by: "S-01")
    }

    private static let hour: Int64 = 3_600_000_000

    /// The service desk in Europe works on weekdays.
    private static let calendar: WorkingCalendar = {
        let weekdays: [WorkingCalendar.Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
        var calendar = WorkingCalendar(
            name: "service-desk", zone: "Europe/Berlin",
            week: WorkingCalendar.Week(weekdays, [WorkingHours(start: 8 * 60, end: 18 * 60)]))
        // New Year, 1 May, and both days of Christmas, in days since 1970.
        for (name, days) in [
            ("New Year", [19_723, 20_089, 20_454]), ("Labour Day", [19_844, 20_209, 20_574]),
            ("Christmas Day", [20_082, 20_447]), ("Boxing Day", [20_083, 20_448]),
        ] {
            for day in days {
                calendar.holidays.append(
                    WorkingCalendar.Holiday(date: CivilDate(daysSinceEpoch: day), name: name))
            }
        }
        calendar.holidays.sort { $0.date < $1.date }
        return calendar
    }()

    /// One goes by the hours of work, the other by all hours.
    private static let levels: [ServiceLevel] = {
        let urgent = ServiceLevel.Condition("severity", ["critical", "high"])
        var usual = ServiceLevel(
            name: "standard", calendar: calendar.name,
            targets: [
                ServiceLevel.Target(.firstResponse, within: 8 * hour, when: [urgent]),
                ServiceLevel.Target(.firstResponse, within: 16 * hour),
                ServiceLevel.Target(.resolution, within: 50 * hour),
            ])
        usual.pausesOn = ["customer", "vendor"]
        let machines = ServiceLevel(
            name: "machines",
            targets: [
                ServiceLevel.Target(
                    .firstResponse, within: 24 * hour, clock: .wall,
                    when: [ServiceLevel.Condition("category", ["machine"])]),
                ServiceLevel.Target(
                    .resolution, within: 120 * hour, clock: .wall,
                    when: [ServiceLevel.Condition("category", ["machine"])]),
            ])
        return [usual, machines]
    }()
}
