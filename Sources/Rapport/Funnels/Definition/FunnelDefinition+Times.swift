internal import EventLog

extension FunnelDefinition.Bound {
    /// Reads a day of the calendar, of which it is the first moment, or a time in ISO 8601 with its offset; nil for
    /// anything else.
    public init?(_ text: String, in calendar: ZonedCalendar) {
        if let day = CivilDate(text) {
            self.init(text: text, time: calendar.startOfDay(day))
        } else if let time = Timestamp(text) {
            self.init(text: text, time: time)
        } else {
            return nil
        }
    }
}

extension FunnelDefinition.Window {
    /// The longest time from the first step to the last, in microseconds; of a window of sessions 366 days.
    public var longestTime: Int64 {
        switch self {
        case .time(let microseconds): microseconds
        case .sessions: Self.longest
        }
    }

    /// As a definition spells it: `2 w`, `3 sessions`.
    var text: String {
        switch self {
        case .time(let microseconds): DefinitionDuration.text(microseconds)
        case .sessions(let count): count == 1 ? "1 session" : "\(count) sessions"
        }
    }
}

extension FunnelDefinition {
    /// Whether anything is counted by sessions.
    public var usesSessions: Bool {
        if case .sessions = window { return true }
        return counting == .session
    }
}
