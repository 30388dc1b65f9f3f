import EventLog
@testable import Rapport
import Testing

/// Calendars and service levels that are saved, and what was in force when.
@Suite struct SavedServiceLevelTests {
    static let hour: Int64 = 3_600_000_000

    /// Nine to five on weekdays, in UTC.
    static func desk(_ name: String = "desk", from start: Int = 540) -> WorkingCalendar {
        let week = WorkingCalendar.Week(
            [.monday, .tuesday, .wednesday, .thursday, .friday], [WorkingHours(start: start, end: 1020)])
        return WorkingCalendar(name: name, zone: "UTC", week: week)
    }

    /// Solved within some hours of work.
    static func level(_ name: String = "gold", hours: Int64 = 8) -> ServiceLevel {
        ServiceLevel(name: name, calendar: "desk", targets: [.init(.resolution, within: hours * hour)])
    }

    @Test("versions count up, and the same is not saved again")
    func saving() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        await #expect(throws: UnknownCalendar(name: "desk", known: [])) { try await crm.saveServiceLevel(Self.level()) }
        let calendar = try await crm.saveCalendar(Self.desk())
        #expect(calendar.version == 1 && calendar.definition == Self.desk())
        #expect(try await crm.saveCalendar(Self.desk()) == calendar)
        let first = try await crm.saveServiceLevel(Self.level())
        let second = try await crm.saveServiceLevel(Self.level(hours: 4))
        #expect(try crm.askedServiceLevel("gold") == second)
        #expect(first.version == 1 && second.version == 2)
        #expect(try await crm.saveServiceLevel(Self.level(hours: 4)) == second)
        #expect(try crm.savedServiceLevels() == [second])
        #expect(try crm.savedCalendars() == [calendar])
        #expect(folder.head == Position(3))
    }

    @Test("a service level that was retired comes back with a higher version")
    func retiring() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        try await crm.saveCalendar(Self.desk())
        try await crm.saveServiceLevel(Self.level())
        try await crm.retireServiceLevel("gold", reason: "replaced")
        #expect(try crm.savedServiceLevels() == [])
        await #expect(throws: UnknownServiceLevel(name: "gold", known: [])) {
            try await crm.retireServiceLevel("gold")
        }
        #expect(try await crm.saveServiceLevel(Self.level()).version == 2)
    }

    @Test("the past has what was in force then; before it was saved first, the first version")
    func past() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let calendar = try await crm.saveCalendar(Self.desk())
        let first = try await crm.saveServiceLevel(Self.level())
        try await crm.saveServiceLevel(Self.level(hours: 4))
        let then = try crm.state(asOf: first.position)
        #expect(try then.askedServiceLevel("gold") == first)
        #expect(try then.askedServiceLevel(nil) == first)
        let before = try crm.state(asOf: calendar.position)
        #expect(try before.savedServiceLevels() == [])
        #expect(try before.askedServiceLevel("gold") == first)
        #expect(throws: UnknownServiceLevel(name: "silver", known: [])) { try before.askedServiceLevel("silver") }
        try await crm.saveServiceLevel(Self.level("silver"))
        #expect(throws: UnknownServiceLevel(name: nil, known: ["gold", "silver"])) { try crm.askedServiceLevel(nil) }
    }

    @Test("what was retired by a moment of the past is not in force then, though it has come back since")
    func retiredThen() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        try await crm.saveCalendar(Self.desk())
        let first = try await crm.saveServiceLevel(Self.level())
        let retired = try crm.state(asOf: try await crm.retireServiceLevel("gold"))
        let unknown = UnknownServiceLevel(name: "gold", known: [])
        #expect(throws: unknown) { try retired.askedServiceLevel("gold") }
        let again = try await crm.saveServiceLevel(Self.level(hours: 4))
        #expect(throws: unknown) { try retired.askedServiceLevel("gold") }
        #expect(throws: UnknownServiceLevel(name: nil, known: [])) { try retired.askedServiceLevel(nil) }
        #expect(try crm.askedServiceLevel("gold") == again)
        // Nobody had said anything of it then.
        let silver = try await crm.saveServiceLevel(Self.level("silver"))
        #expect(try retired.askedServiceLevel("silver") == silver)
        #expect(try crm.state(asOf: Position(1)).askedServiceLevel("gold") == first)
    }

    @Test("events that define nothing usable are refused")
    func unfit() throws {
        let tag = try EntityTag.calendar("desk")
        let other = WorkingCalendarDefined.with { message in
            message.calendarID = "desk"
            message.version = 1
            message.definition = Self.desk("office").json
        }
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(other, about: [tag]) }
        #expect(error?.reason == "definition is that of the calendar \"desk\", not of \"office\"")
        var closed = other
        closed.definition = #"{"calendar":"desk","zone":"UTC"}"#
        let never = #expect(throws: UnfitEvent.self) { try NewEvent(closed, about: [tag]) }
        #expect(never?.reason.contains("(neverOpen)") == true)
        let level = ServiceLevelDefined.with { message in
            message.serviceLevelID = "gold"
            message.version = 1
            message.definition = Self.level("silver").json
        }
        let mixed = #expect(throws: UnfitEvent.self) { try NewEvent(level, about: [EntityTag.serviceLevel("gold")]) }
        #expect(mixed?.reason == "definition is that of the service level \"gold\", not of \"silver\"")
        #expect(EventCatalogue.isCorrectable(ServiceLevelDefined.eventType) == false)
    }
}
