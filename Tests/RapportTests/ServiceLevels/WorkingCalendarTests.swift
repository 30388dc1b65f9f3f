import EventLog
@testable import Rapport
import Testing

/// How calendars are written, read back and refused.
@Suite struct WorkingCalendarTests {
    typealias Mistake = CalendarMistake

    /// Every key of a calendar.
    private static let yaml = """
        calendar: service-desk
        zone: Europe/Berlin
        valid_from: 2026-01-01
        hours:
          monday: [09:00-12:30, "13:30-18:00"]
          friday: 09:00-24:00
          sunday: []
        holidays:
          - 2026-01-01
          - {date: 2026-05-01, name: Labour Day}
        special_days:
          - {date: 2026-12-24, hours: 09:00-12:00, name: Christmas Eve}
          - date: 2026-12-31
            hours: [00:00-06:00, 06:00-12:00]
        """

    private static let json =
        #"{"calendar":"service-desk","holidays":["2026-01-01",{"date":"2026-05-01","name":"Labour Day"}],"#
        + #""hours":{"friday":"09:00-24:00","monday":["09:00-12:30","13:30-18:00"]},"#
        + #""special_days":[{"date":"2026-12-24","hours":"09:00-12:00","name":"Christmas Eve"},"#
        + #"{"date":"2026-12-31","hours":["00:00-06:00","06:00-12:00"]}],"#
        + #""valid_from":"2026-01-01","zone":"Europe/Berlin"}"#

    @Test("every key of a calendar is read")
    func reading() throws {
        let calendar = try WorkingCalendar(yaml: Self.yaml)
        var expected = WorkingCalendar(
            name: "service-desk", zone: "Europe/Berlin",
            week: WorkingCalendar.Week(
                [.monday], [WorkingHours(start: 540, end: 750), WorkingHours(start: 810, end: 1080)]))
        expected.week[.friday] = [WorkingHours(start: 540, end: 1440)]
        expected.validFrom = CivilDate("2026-01-01")
        expected.holidays = [
            WorkingCalendar.Holiday(date: try #require(CivilDate("2026-01-01"))),
            WorkingCalendar.Holiday(date: try #require(CivilDate("2026-05-01")), name: "Labour Day"),
        ]
        expected.specialDays = [
            WorkingCalendar.SpecialDay(
                date: try #require(CivilDate("2026-12-24")), hours: [WorkingHours(start: 540, end: 720)],
                name: "Christmas Eve"),
            WorkingCalendar.SpecialDay(
                date: try #require(CivilDate("2026-12-31")),
                hours: [WorkingHours(start: 0, end: 360), WorkingHours(start: 360, end: 720)]),
        ]
        #expect(calendar == expected)
        #expect(calendar.week[.sunday].isEmpty && calendar.week[.tuesday].isEmpty)
    }

    @Test("a calendar is written as JSON with sorted keys, and read back as it was")
    func writing() throws {
        let calendar = try WorkingCalendar(yaml: Self.yaml)
        #expect(calendar.json == Self.json)
        #expect(try WorkingCalendar(yaml: calendar.json) == calendar)
        let smallest = try WorkingCalendar(yaml: "{calendar: a, zone: UTC, hours: {sunday: [00:00-24:00]}}")
        #expect(smallest.json == #"{"calendar":"a","hours":{"sunday":"00:00-24:00"},"zone":"UTC"}"#)
        #expect(try WorkingCalendar(yaml: smallest.json) == smallest)
    }

    @Test("a day without hours is the same whether it is left out or empty")
    func emptyDays() throws {
        let leftOut = try WorkingCalendar(yaml: "{calendar: a, zone: UTC, hours: {monday: 09:00-17:00}}")
        let empty = try WorkingCalendar(yaml: "{calendar: a, zone: UTC, hours: {monday: 09:00-17:00, sunday: []}}")
        #expect(leftOut == empty)
        #expect(leftOut.json == empty.json)
    }

    // MARK: Mistakes

    static let documents: [Mistake] = [
        Mistake(.unreadableDocument, ""), Mistake(.unreadableDocument, "§calendar: a\ncalendar: b"),
        Mistake(.unreadYAML, "calendar: a\nzone: §*zone"), Mistake(.malformedValue, "§[]"),
        Mistake(.malformedValue, "§desk"), Mistake(.malformedValue, "calendar:§\nzone: UTC"),
        Mistake(.missingKey, "§zone: UTC"), Mistake(.missingKey, "§calendar: desk"),
        .beside(.unknownKey, "§hour: {}"), .beside(.unknownKey, "hours: {§Monday: 09:00-17:00}"),
        .beside(.unknownKey, "holidays: [{date: 2026-01-01, §title: New Year}]"),
        .beside(.missingKey, "holidays: [§{name: New Year}]"),
        .beside(.missingKey, "special_days: [§{date: 2026-01-01}]"), .beside(.malformedValue, "holidays: §2026-01-01"),
        .beside(.malformedValue, "hours: §09:00-17:00"), .beside(.malformedValue, "special_days: [§2026-01-01]"),
        .beside(.malformedValue, "hours: {monday: [§[09:00-17:00]]}"),
        Mistake(.calendarName, "calendar: §Desk\nzone: UTC"), Mistake(.calendarName, "calendar: §\"\"\nzone: UTC"),
        Mistake(.calendarName, "calendar: §\(String(repeating: "a", count: 41))\nzone: UTC"),
        Mistake(.unknownZone, "calendar: a\nzone: §CET"), Mistake(.unknownZone, "calendar: a\nzone: §Europe/Atlantis"),
    ]

    static let dates: [Mistake] = [
        .beside(.unreadableDate, "valid_from: §2026-02-30"), .beside(.unreadableDate, "valid_from: §next year"),
        .beside(.unreadableDate, "holidays: [2026-01-01, §2026-1-2]"),
        .beside(.unreadableDate, "holidays: [{date: §2025-02-29}]"),
        .beside(.unreadableDate, "special_days: [{date: §31.12.2026, hours: 09:00-12:00}]"),
        .beside(.dateOutOfRange, "valid_from: §1969-12-31"), .beside(.dateOutOfRange, "holidays: [§2201-01-01]"),
        .beside(.dateOutOfRange, "special_days: [{hours: 09:00-12:00, date: §0999-01-01}]"),
        .beside(.duplicateDay, "holidays: [2026-01-01, 2026-01-02, §2026-01-01]"),
        .beside(.duplicateDay, "holidays: [2026-01-01, {name: New Year, date: §2026-01-01}]"),
        .beside(.duplicateDay, "special_days: [{date: §2026-01-01, hours: 09:00-12:00}]\nholidays: [2026-01-01]"),
        .beside(.dayName, #"holidays: [{date: 2026-01-01, name: §"New\nYear"}]"#),
        .beside(
            .dayName,
            "special_days: [{date: 2026-01-01, hours: 09:00-12:00, name: §\(String(repeating: "漢", count: 86))}]"),
    ]

    static let hours: [Mistake] = [
        .beside(.unreadableHours, "hours: {monday: §9-17}"), .beside(.unreadableHours, "hours: {monday: §09:00–17:00}"),
        .beside(.unreadableHours, "hours: {monday: §09:60-10:00}"),
        .beside(.unreadableHours, "hours: {monday: [09:00-10:00, §closed]}"),
        .beside(.unreadableHours, "special_days: [{date: 2026-01-01, hours: §09:00-12}]"),
        .beside(.timeOutsideDay, "hours: {tuesday: §25:00-26:00}"),
        .beside(.timeOutsideDay, "hours: {tuesday: [09:00-10:00, §22:00-24:01]}"),
        .beside(.reversedHours, "hours: {friday: §17:00-09:00}"),
        .beside(.reversedHours, "hours: {friday: §24:00-24:00}"),
        .beside(.reversedHours, "hours: {friday: [§09:00-09:00, 10:00-11:00]}"),
        .beside(.overlappingHours, "hours: {sunday: [09:00-12:00, §11:59-13:00]}"),
        .beside(.overlappingHours, "hours: {sunday: [13:00-14:00, §09:00-10:00]}"),
        .beside(.overlappingHours, "special_days: [{date: 2026-01-01, hours: [09:00-10:00, §09:00-10:00]}]"),
        .beside(.noHours, "special_days: [{date: 2026-01-01, hours: §[]}]"),
        Mistake(.neverOpen, "§calendar: desk\nzone: UTC"), .beside(.neverOpen, "hours: §{}"),
        .beside(.neverOpen, "hours: §{monday: []}\nholidays: [2026-01-01]"),
        .beside(
            .neverOpen,
            "hours: §{}\nvalid_from: 2026-01-02\nspecial_days: [{date: 2026-01-01, hours: 09:00-12:00}]"),
    ]

    static let all: [Mistake] = [documents, dates, hours].flatMap { $0 }

    @Test("what is wrong with a calendar is told with its place and a code", arguments: all)
    func place(of mistake: Mistake) throws {
        let (yaml, line, column) = mistake.located
        let error = #expect(throws: WorkingCalendarError.self) { try WorkingCalendar(yaml: yaml, file: "a.yaml") }
        let told = try #require(error)
        #expect(told.code == mistake.code, "\(told)")
        #expect(told.line == line && told.column == column, "\(told)")
        #expect(told.file == "a.yaml" && told.part.isEmpty)
        let place = line == 0 ? "a.yaml: " : "a.yaml:\(line):\(column): "
        #expect(told.description == place + told.reason + " (\(mistake.code.rawValue))")
    }

    @Test("a calendar has a greatest length")
    func length() {
        let long = Self.yaml + "\n#" + String(repeating: "-", count: 65_536)
        let error = #expect(throws: WorkingCalendarError.self) { try WorkingCalendar(yaml: long) }
        #expect(error?.code == .definitionTooLong)
    }

    @Test("every code is told")
    func codes() {
        let told = Set(Self.all.map(\.code)).union([.definitionTooLong])
        #expect(WorkingCalendarError.Code.allCases.filter { !told.contains($0) } == [])
    }

    // MARK: What is made in code

    private static func made(_ change: (inout WorkingCalendar) -> Void) -> WorkingCalendarError? {
        let day = [WorkingHours(start: 540, end: 1020)]
        var calendar = WorkingCalendar(name: "made", zone: "UTC", week: WorkingCalendar.Week([.monday], day))
        change(&calendar)
        do {
            try calendar.check()
            return nil
        } catch {
            return error
        }
    }

    @Test("a calendar made in code is told the part that is wrong, as its JSON would have it")
    func parts() {
        func expect(_ part: String, _ code: WorkingCalendarError.Code, _ change: (inout WorkingCalendar) -> Void) {
            let error = Self.made(change)
            #expect(error?.part == part && error?.code == code, "\(part): \(String(describing: error))")
            #expect(error?.line == 0 && error?.column == 0 && error?.file == nil)
        }
        let date = CivilDate(daysSinceEpoch: 20_000)
        #expect(Self.made { _ in } == nil)
        expect("calendar", .calendarName) { $0.name = "a b" }
        expect("zone", .unknownZone) { $0.zone = "" }
        expect("valid_from", .dateOutOfRange) { $0.validFrom = CivilDate(daysSinceEpoch: -1) }
        expect("hours.monday[1]", .timeOutsideDay) { $0.week[.monday].append(WorkingHours(start: -1, end: 60)) }
        expect("hours.monday[1]", .overlappingHours) { $0.week[.monday].append(WorkingHours(start: 0, end: 60)) }
        expect("hours.sunday[0]", .reversedHours) { $0.week[.sunday] = [WorkingHours(start: 60, end: 60)] }
        expect("hours", .neverOpen) { $0.week = WorkingCalendar.Week() }
        expect("holidays[1].date", .duplicateDay) {
            $0.holidays = [WorkingCalendar.Holiday(date: date), WorkingCalendar.Holiday(date: date)]
        }
        expect("holidays[0].name", .dayName) { $0.holidays = [WorkingCalendar.Holiday(date: date, name: "\t")] }
        expect("special_days[0].hours", .noHours) {
            $0.specialDays = [WorkingCalendar.SpecialDay(date: date, hours: [])]
        }
        expect("", .definitionTooLong) {
            $0.holidays = (0..<10_000).map { WorkingCalendar.Holiday(date: CivilDate(daysSinceEpoch: $0)) }
        }
    }

    // MARK: Hours

    @Test(
        "hours are written with two digits each",
        arguments: ["00:00-24:00", "09:05-09:06", "23:59-24:00", "17:00-09:00", "99:59-00:00"])
    func hoursAreReadAsTheyAreWritten(text: String) throws {
        #expect(try #require(WorkingHours(text)).text == text)
    }

    @Test(
        "nothing else is read as hours",
        arguments: [
            "", "9:00-17:00", "09:00", "09:00-", "09:00-17:00 ", "09:00 - 17:00", "0900-1700", "09.00-17.00",
            "09:60-17:00", "09:00-17:60", "-9:00-17:00", "09:00/17:00", "٠٩:٠٠-١٧:٠٠", "+9:00-17:00",
        ])
    func unreadableHours(text: String) {
        #expect(WorkingHours(text) == nil)
    }
}
