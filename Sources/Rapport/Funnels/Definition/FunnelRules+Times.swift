internal import EventLog

extension FunnelRules {
    /// The calendar that days belong to.
    static func calendar(of zone: String) throws(FunnelFault) -> ZonedCalendar {
        do {
            return try ZonedCalendar(zone: zone)
        } catch {
            throw FunnelFault(DefinitionPart("zone"), .unknownZone, error.description)
        }
    }

    /// The bound that a text names, which stands under `key`.
    static func bound(
        _ text: String, _ key: String, _ calendar: ZonedCalendar
    ) throws(FunnelFault) -> FunnelDefinition.Bound {
        guard let bound = FunnelDefinition.Bound(text, in: calendar) else {
            throw FunnelFault(
                DefinitionPart(key), .unreadableTime,
                "\(text.debugDescription) is neither a day, as 2026-01-31, nor a time with its offset, as "
                    + "2026-01-31T09:00:00+01:00")
        }
        return bound
    }

    /// Window, grace and range.
    func checkTimes() throws(FunnelFault) {
        try checkWindow()
        guard funnel.grace >= 0, funnel.grace <= funnel.window.longestTime else {
            throw FunnelFault(
                DefinitionPart("grace"), .graceOutOfRange, "a grace is not negative, and not longer than the window")
        }
        let calendar = try Self.calendar(of: funnel.zone)
        try check(funnel.from, "from", calendar)
        try check(funnel.to, "to", calendar)
        if let from = funnel.from, let to = funnel.to, from.time >= to.time {
            throw FunnelFault(
                DefinitionPart("to"), .reversedRange,
                "the range ends at \(to.time), which is not after \(from.time), where it begins")
        }
    }

    private func checkWindow() throws(FunnelFault) {
        switch funnel.window {
        case .time(let microseconds):
            guard (1...FunnelDefinition.Window.longest).contains(microseconds) else {
                throw FunnelFault(
                    DefinitionPart("window"), .windowOutOfRange,
                    "a window is longer than nothing, and at most "
                        + DefinitionDuration.text(FunnelDefinition.Window.longest))
            }
        case .sessions(let count):
            guard (1...Self.mostSessions).contains(count) else {
                throw FunnelFault(
                    DefinitionPart("window"), .windowOutOfRange,
                    "a window has 1 to \(Self.mostSessions) sessions, not \(count)")
            }
        }
    }

    private func check(
        _ bound: FunnelDefinition.Bound?, _ key: String, _ calendar: ZonedCalendar
    ) throws(FunnelFault) {
        guard let bound else { return }
        let read = try Self.bound(bound.text, key, calendar)
        guard read.time == bound.time else {
            throw FunnelFault(
                DefinitionPart(key), .unreadableTime,
                "\(bound.text.debugDescription) is \(read.time) in \(calendar.name), not \(bound.time)")
        }
        guard Timestamp.expressible.contains(bound.time) else {
            throw FunnelFault(DefinitionPart(key), .timeOutOfRange, "times lie within the years 0 to 9999")
        }
    }

    /// What sessions are, where something is counted by them.
    func checkSessions() throws(FunnelFault) {
        let part = DefinitionPart("sessions")
        guard funnel.usesSessions else {
            guard !stated.contains("sessions") else {
                throw FunnelFault(
                    part, .unusedSessions,
                    "nothing is counted by sessions; expected count: session, or a window of sessions")
            }
            return
        }
        switch funnel.sessions {
        case .gap(let microseconds):
            guard (1...FunnelDefinition.Window.longest).contains(microseconds) else {
                throw FunnelFault(
                    part.key("gap"), .sessionGapOutOfRange,
                    "a gap is longer than nothing, and at most "
                        + DefinitionDuration.text(FunnelDefinition.Window.longest))
            }
        case .property(let property): try check(property, part.key("property"))
        }
    }
}
