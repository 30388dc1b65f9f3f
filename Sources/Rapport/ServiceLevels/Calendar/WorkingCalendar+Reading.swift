internal import EventLog

extension WorkingCalendar {
    /// Reads a calendar and checks it; JSON is YAML, too.
    ///
    /// ```yaml
    /// calendar: service-desk
    /// zone: Europe/Berlin
    /// valid_from: 2026-01-01
    /// hours:
    ///   monday: [09:00-12:30, 13:30-18:00]
    ///   friday: 09:00-15:00
    /// holidays:
    ///   - 2026-01-01
    ///   - {date: 2026-05-01, name: Labour Day}
    /// special_days:
    ///   - {date: 2026-12-24, hours: 09:00-12:00, name: Christmas Eve}
    /// ```
    ///
    /// - Parameter file: what errors call the document; nil where it was not read from a file.
    /// - Throws: ``WorkingCalendarError`` for the first thing that is wrong, with its place.
    public init(yaml: String, file: String? = nil) throws(WorkingCalendarError) {
        do {
            try self.init(DefinitionNode<WorkingCalendarError>(yaml: yaml))
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }

    private static let keys = ["calendar", "zone", "valid_from", "hours", "holidays", "special_days"]

    private init(_ root: DefinitionNode<WorkingCalendarError>) throws(WorkingCalendarError) {
        let fields = try root.fields(Self.keys)
        let name = try fields.required("calendar").text()
        self.init(name: name, zone: try fields.required("zone").text(), week: Week())
        if let node = fields["valid_from"] { validFrom = try node.date() }
        if let node = fields["hours"] { week = try Week(node) }
        if let node = fields["holidays"] {
            for item in try node.items() { holidays.append(try Holiday(item)) }
        }
        if let node = fields["special_days"] {
            for item in try node.items() { specialDays.append(try SpecialDay(item)) }
        }
        do {
            try WorkingCalendarRules(self).check()
        } catch {
            throw root.error(error)
        }
    }
}

extension WorkingCalendar.Week {
    /// Reads a block of weekdays.
    fileprivate init(_ node: DefinitionNode<WorkingCalendarError>) throws(WorkingCalendarError) {
        self.init()
        let fields = try node.fields(WorkingCalendar.Weekday.allCases.map(\.rawValue))
        for day in WorkingCalendar.Weekday.allCases {
            if let node = fields[day.rawValue] { self[day] = try node.hours() }
        }
    }
}

extension WorkingCalendar.Holiday {
    /// Reads a date, or a block with a date and a name.
    fileprivate init(_ node: DefinitionNode<WorkingCalendarError>) throws(WorkingCalendarError) {
        guard node.isBlock else {
            self.init(date: try node.date())
            return
        }
        let fields = try node.fields(["date", "name"])
        self.init(date: try fields.required("date").date())
        if let node = fields["name"] { name = try node.text() }
    }
}

extension WorkingCalendar.SpecialDay {
    /// Reads a block with a date, hours and perhaps a name.
    fileprivate init(_ node: DefinitionNode<WorkingCalendarError>) throws(WorkingCalendarError) {
        let fields = try node.fields(["date", "hours", "name"])
        self.init(date: try fields.required("date").date(), hours: try fields.required("hours").hours())
        if let node = fields["name"] { name = try node.text() }
    }
}

extension DefinitionNode where Failure == WorkingCalendarError {
    /// A day of the calendar.
    fileprivate func date() throws(WorkingCalendarError) -> CivilDate {
        let text = try text()
        guard let date = CivilDate(text) else {
            throw error(.unreadableDate, "'\(text)' is no day of the calendar, as 2026-01-31")
        }
        return date
    }

    /// The hours of a day: a list, or the only ones.
    fileprivate func hours() throws(WorkingCalendarError) -> [WorkingHours] {
        var hours: [WorkingHours] = []
        for item in try oneOrMore() {
            let text = try item.text()
            guard let these = WorkingHours(text) else {
                throw item.error(.unreadableHours, "'\(text)' is no hours of a day, as 09:00-12:30")
            }
            hours.append(these)
        }
        return hours
    }
}
