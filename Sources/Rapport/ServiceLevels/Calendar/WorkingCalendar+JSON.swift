internal import EventLog

extension WorkingCalendar {
    /// The calendar in JSON, with the keys that a file has, sorted, and without what is not said. Equal calendars have
    /// equal bytes, and ``init(yaml:file:)`` reads it back as it was. Of a calendar that passes ``check()``.
    public var json: String {
        var members: [String: CanonicalJSON] = ["calendar": .text(name), "zone": .text(zone)]
        if let validFrom { members["valid_from"] = .text(validFrom.description) }
        if week != Week() { members["hours"] = week.tree }
        if !holidays.isEmpty { members["holidays"] = .list(holidays.map(\.tree)) }
        if !specialDays.isEmpty { members["special_days"] = .list(specialDays.map(\.tree)) }
        return CanonicalJSON.block(members).string
    }
}

extension WorkingCalendar.Week {
    fileprivate var tree: CanonicalJSON {
        var members: [String: CanonicalJSON] = [:]
        for day in WorkingCalendar.Weekday.allCases where !self[day].isEmpty {
            members[day.rawValue] = .oneOrMore(self[day].map(\.text))
        }
        return .block(members)
    }
}

extension WorkingCalendar.Holiday {
    fileprivate var tree: CanonicalJSON {
        name.isEmpty ? .text(date.description) : .block(["date": .text(date.description), "name": .text(name)])
    }
}

extension WorkingCalendar.SpecialDay {
    fileprivate var tree: CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "date": .text(date.description), "hours": .oneOrMore(hours.map(\.text)),
        ]
        if !name.isEmpty { members["name"] = .text(name) }
        return .block(members)
    }
}
