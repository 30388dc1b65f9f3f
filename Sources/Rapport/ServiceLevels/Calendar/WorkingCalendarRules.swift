internal import EventLog

/// What must hold of a calendar. Each rule is written once, for calendars that are read and those made in code.
struct WorkingCalendarRules {
    /// What a rule says that is broken.
    typealias Fault = DefinitionFault<WorkingCalendarError>

    /// UTF-8 bytes of a day's name.
    static let mostTextBytes = 256

    /// The calendar in question.
    private let calendar: WorkingCalendar

    /// The rules for a calendar.
    init(_ calendar: WorkingCalendar) {
        self.calendar = calendar
    }

    /// Goes through all rules. O(n) in the hours and days of the calendar.
    func check() throws(Fault) {
        try checkName()
        try checkZone()
        if let date = calendar.validFrom { try check(date, DefinitionPart("valid_from")) }
        for day in WorkingCalendar.Weekday.allCases {
            try check(calendar.week[day], DefinitionPart("hours").key(day.rawValue))
        }
        try checkDays()
        try checkOpening()
        try checkLength()
    }

    private func checkName() throws(Fault) {
        guard DefinitionName.isName(calendar.name) else {
            throw Fault(
                DefinitionPart("calendar"), .calendarName,
                "a calendar's name is 1 to \(DefinitionName.mostBytes) of a-z, 0-9 and -, not "
                    + calendar.name.debugDescription)
        }
    }

    private func checkZone() throws(Fault) {
        do {
            _ = try ZonedCalendar(zone: calendar.zone)
        } catch {
            throw Fault(DefinitionPart("zone"), .unknownZone, error.description)
        }
    }

    /// That there can be work at all: in every week, or on a day that the calendar still holds for.
    private func checkOpening() throws(Fault) {
        let opensWeekly = WorkingCalendar.Weekday.allCases.contains { !calendar.week[$0].isEmpty }
        let opensOnce = calendar.specialDays.contains { day in calendar.validFrom.map { $0 <= day.date } ?? true }
        guard opensWeekly || opensOnce else {
            throw Fault(
                DefinitionPart("hours"), .neverOpen,
                "the calendar has no hour of work; expected some on a weekday or a special day")
        }
    }

    /// That it can be saved: what is written may be longer than what was read.
    private func checkLength() throws(Fault) {
        let count = calendar.json.utf8.count
        guard count <= DefinitionText.mostBytes else {
            throw Fault(
                DefinitionPart(), .definitionTooLong,
                "as JSON a definition has at most \(DefinitionText.mostBytes) bytes, not \(count)")
        }
    }

    // MARK: Days

    private func checkDays() throws(Fault) {
        var known: Set<CivilDate> = []
        for (number, holiday) in calendar.holidays.enumerated() {
            try check(holiday.date, holiday.name, DefinitionPart("holidays").item(number), &known)
        }
        for (number, day) in calendar.specialDays.enumerated() {
            let part = DefinitionPart("special_days").item(number)
            try check(day.date, day.name, part, &known)
            guard !day.hours.isEmpty else {
                throw Fault(
                    part.key("hours"), .noHours, "\(day.date) has no hours; a day without any is one of the holidays")
            }
            try check(day.hours, part.key("hours"))
        }
    }

    private func check(
        _ date: CivilDate, _ name: String, _ part: DefinitionPart, _ known: inout Set<CivilDate>
    ) throws(Fault) {
        try check(date, part.key("date"))
        guard known.insert(date).inserted else {
            throw Fault(part.key("date"), .duplicateDay, "something is said about \(date) already")
        }
        guard name.utf8.count <= Self.mostTextBytes, name.unicodeScalars.allSatisfy({ Self.isOfText($0) }) else {
            throw Fault(
                part.key("name"), .dayName,
                "a day's name has at most \(Self.mostTextBytes) bytes, and no control characters")
        }
    }

    /// Whether it fits on a line, and is not lost when it is read.
    private static func isOfText(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control && scalar != "\u{FEFF}"
    }

    private func check(_ date: CivilDate, _ part: DefinitionPart) throws(Fault) {
        guard WorkingTime.years.contains(date.year) else {
            throw Fault(
                part, .dateOutOfRange,
                "\(date) lies outside the years \(WorkingTime.years.lowerBound) to \(WorkingTime.years.upperBound)")
        }
    }

    // MARK: Hours

    private func check(_ hours: [WorkingHours], _ part: DefinitionPart) throws(Fault) {
        var last: WorkingHours?
        for (number, these) in hours.enumerated() {
            let part = part.item(number)
            guard (0...WorkingTime.minutesPerDay).contains(these.start),
                (0...WorkingTime.minutesPerDay).contains(these.end)
            else {
                throw Fault(part, .timeOutsideDay, "'\(these.text)' leaves the day, which is 00:00-24:00")
            }
            guard these.start < these.end else {
                throw Fault(
                    part, .reversedHours,
                    "'\(these.text)' ends where it begins, or before; hours over midnight are two, as 22:00-24:00 and "
                        + "on the next day 00:00-06:00")
            }
            if let last, these.start < last.end {
                throw Fault(
                    part, .overlappingHours,
                    "'\(these.text)' begins before the end of '\(last.text)'; expected hours in order, one after the "
                        + "other")
            }
            last = these
        }
    }
}
