import EventLog
@testable import Rapport
import Testing

/// How long there is work between moments. The figures of days on which clocks change agree with those of Python's
/// zoneinfo, counted minute by minute.
@Suite struct WorkingTimeTests {
    /// Hours of every day, and the minutes of work between two moments.
    struct Span: Sendable, CustomTestStringConvertible {
        let zone: String
        let hours: String
        let start: String
        let end: String
        let minutes: Int64

        init(_ zone: String, _ hours: String, _ start: String, _ end: String, _ minutes: Int64) {
            (self.zone, self.hours, self.start, self.end, self.minutes) = (zone, hours, start, end, minutes)
        }

        var testDescription: String { "\(zone) \(hours) \(start) \(end)" }
    }

    private static func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    private static func working(_ zone: String, _ week: String) throws -> WorkingTime {
        try WorkingTime(WorkingCalendar(yaml: "{calendar: a, zone: \(zone), hours: {\(week)}}"))
    }

    /// Hours of every day of the week, with blanks between them.
    private static func daily(_ zone: String, _ hours: String) throws -> WorkingTime {
        let list = "[" + hours.split(separator: " ").joined(separator: ", ") + "]"
        return try working(
            zone, WorkingCalendar.Weekday.allCases.map { "\($0.rawValue): \(list)" }.joined(separator: ", "))
    }

    private static let weekdays =
        "monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-17:00"

    // MARK: Clocks that change

    private static let night = "00:00-06:00 22:00-24:00"

    static let spans: [Span] = [
        // Clocks change at night, and the day has its hours.
        Span("Europe/Berlin", "09:00-17:00", "2017-03-24T23:00:00Z", "2017-03-27T22:00:00Z", 1440),
        Span("Europe/Berlin", "09:00-17:00", "2017-10-27T22:00:00Z", "2017-10-30T23:00:00Z", 1440),
        // Whole days of 23 and 25 hours, and nights of 7 and 9.
        Span("Europe/Berlin", "00:00-24:00", "2017-03-25T23:00:00Z", "2017-03-26T22:00:00Z", 1380),
        Span("Europe/Berlin", "00:00-24:00", "2017-10-28T22:00:00Z", "2017-10-29T23:00:00Z", 1500),
        Span("Europe/Berlin", night, "2017-03-25T12:00:00Z", "2017-03-26T12:00:00Z", 420),
        Span("Europe/Berlin", night, "2017-10-28T12:00:00Z", "2017-10-29T12:00:00Z", 540),
        // The hour that is left out, half of it, and half of the one that there is twice.
        Span("Europe/Berlin", "02:00-03:00", "2017-03-25T23:00:00Z", "2017-03-26T22:00:00Z", 0),
        Span("Europe/Berlin", "02:30-03:30", "2017-03-25T23:00:00Z", "2017-03-26T22:00:00Z", 30),
        Span("Europe/Berlin", "02:30-03:30", "2017-10-28T22:00:00Z", "2017-10-29T23:00:00Z", 90),
        // Forward and back at midnight.
        Span("America/Sao_Paulo", night, "2017-10-14T15:00:00Z", "2017-10-15T15:00:00Z", 420),
        Span("America/Sao_Paulo", night, "2018-02-17T15:00:00Z", "2018-02-18T15:00:00Z", 540),
        Span("America/Sao_Paulo", "00:00-08:00", "2017-10-15T00:00:00Z", "2017-10-16T00:00:00Z", 420),
        Span("America/St_Johns", "00:00-24:00", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z", 1500),
        // Half an hour.
        Span("Australia/Lord_Howe", "00:00-24:00", "2017-09-30T13:30:00Z", "2017-10-01T13:00:00Z", 1410),
        Span("Australia/Lord_Howe", "00:00-24:00", "2017-04-01T13:00:00Z", "2017-04-02T13:30:00Z", 1470),
        Span("Australia/Lord_Howe", "01:30-02:30", "2017-09-30T13:30:00Z", "2017-10-01T13:00:00Z", 30),
        Span("Australia/Lord_Howe", "01:30-02:30", "2017-04-01T13:00:00Z", "2017-04-02T13:30:00Z", 90),
        // The date line moved: there was no 2011-12-30.
        Span("Pacific/Apia", "09:00-17:00", "2011-12-28T10:00:00Z", "2011-12-31T10:00:00Z", 1440),
        Span("Pacific/Apia", "00:00-24:00", "2011-12-26T10:00:00Z", "2012-01-02T10:00:00Z", 10_080),
        // Zones without changes, by half hours and now; summer time in China.
        Span("Asia/Kolkata", "09:30-18:00", "2017-06-30T04:00:00Z", "2017-06-30T12:30:00Z", 510),
        Span("Asia/Kolkata", "09:30-18:00", "2017-06-29T18:30:00Z", "2017-06-30T18:30:00Z", 510),
        Span("UTC", "09:00-17:00", "2016-02-28T00:00:00Z", "2016-03-02T00:00:00Z", 1440),
        Span("Asia/Shanghai", "09:00-18:00", "1988-04-16T12:00:00Z", "1988-04-17T12:00:00Z", 540),
        Span("Asia/Shanghai", "00:00-24:00", "1988-04-16T16:00:00Z", "1988-04-17T15:00:00Z", 1380),
    ]

    @Test("there is work while clocks of the zone show its hours", arguments: spans)
    func lengths(span: Span) throws {
        let working = try Self.daily(span.zone, span.hours)
        let length = try working.length(from: Self.moment(span.start), to: Self.moment(span.end))
        #expect(length == span.minutes * 60_000_000)
    }

    @Test("a weekday that the zone left out has no hours, and one that shows twice has those once more")
    func weekdaysOfChanges() throws {
        // 2011-12-30 was to be a Friday.
        let friday = try Self.working("Pacific/Apia", "friday: 00:00-24:00")
        let (start, end) = (try Self.moment("2011-12-26T10:00:00Z"), try Self.moment("2012-01-02T10:00:00Z"))
        #expect(try friday.length(from: start, to: end) == 0)
        // At 00:01 on Sunday, 2010-11-07, it was 23:01 on Saturday once more.
        let saturday = try Self.working("America/St_Johns", "saturday: 20:00-24:00")
        let (noon, next) = (try Self.moment("2010-11-06T12:00:00Z"), try Self.moment("2010-11-07T12:00:00Z"))
        let minutes: Int64 = 240 + 59
        #expect(try saturday.length(from: noon, to: next) == minutes * 60_000_000)
    }

    @Test("hours that touch are one stretch, over midnight, a change of clocks and a new year")
    func stretches() throws {
        let working = try Self.daily("Europe/Berlin", Self.night)
        func texts(_ start: String, _ end: String) throws -> [String] {
            try working.stretches(in: Self.moment(start)..<Self.moment(end))
                .map { "\($0.lowerBound) \($0.upperBound)" }
        }
        #expect(
            try texts("2017-03-24T22:00:00Z", "2017-03-26T22:00:00Z") == [
                "2017-03-24T22:00:00Z 2017-03-25T05:00:00Z", "2017-03-25T21:00:00Z 2017-03-26T04:00:00Z",
                "2017-03-26T20:00:00Z 2017-03-26T22:00:00Z",
            ])
        #expect(
            try texts("2017-12-31T12:00:00Z", "2018-01-01T12:00:00Z") == ["2017-12-31T21:00:00Z 2018-01-01T05:00:00Z"])
        #expect(try texts("2017-12-31T12:00:00Z", "2017-12-31T12:00:00Z") == [])
    }

    // MARK: Holidays

    /// The National Day of 2017 with the Saturday that is worked for it.
    private static let shanghai = """
        calendar: shanghai
        zone: Asia/Shanghai
        hours:
          monday: [09:00-12:00, 13:30-18:00]
          tuesday: [09:00-12:00, 13:30-18:00]
          wednesday: [09:00-12:00, 13:30-18:00]
          thursday: [09:00-12:00, 13:30-18:00]
          friday: [09:00-12:00, 13:30-18:00]
        holidays:
          [2017-10-01, 2017-10-02, 2017-10-03, 2017-10-04, 2017-10-05, 2017-10-06, 2017-10-07, 2017-10-08]
        special_days:
          - {date: 2017-09-30, hours: [09:00-12:00, 13:30-18:00], name: for 2017-10-06}
        """

    static let holidays: [(start: String, end: String, minutes: Int64)] = [
        ("2017-09-28T16:00:00Z", "2017-10-09T16:00:00Z", 1350), ("2017-09-30T00:00:00Z", "2017-10-08T16:00:00Z", 450),
        ("2017-09-29T10:00:00Z", "2017-10-09T02:00:00Z", 510), ("2017-09-30T16:00:00Z", "2017-10-08T16:00:00Z", 0),
    ]

    @Test("holidays have no hours, and a Saturday may have some", arguments: holidays)
    func daysOfTheirOwn(start: String, end: String, minutes: Int64) throws {
        let working = try WorkingTime(WorkingCalendar(yaml: Self.shanghai))
        #expect(try working.length(from: Self.moment(start), to: Self.moment(end)) == minutes * 60_000_000)
    }

    // MARK: When so much is done

    static let instants: [(zone: String, seconds: Int64, start: String, end: String)] = [
        // From Friday, 16:00: Monday, 16:00, which is an hour earlier in UTC.
        ("Europe/Berlin", 8 * 3600, "2017-03-24T15:00:00Z", "2017-03-27T14:00:00Z"),
        // The last moment of a day rather than the first of the next.
        ("Europe/Berlin", 3600, "2017-03-24T15:00:00Z", "2017-03-24T16:00:00Z"),
        ("Europe/Berlin", 3601, "2017-03-24T15:00:00Z", "2017-03-27T07:00:01Z"),
        ("Europe/Berlin", 3600, "2017-03-25T15:00:00Z", "2017-03-27T08:00:00Z"),
        ("Europe/Berlin", 0, "2017-03-25T15:00:00Z", "2017-03-25T15:00:00Z"),
        ("Europe/Berlin", 40 * 3600, "2017-12-29T08:00:00Z", "2018-01-04T16:00:00Z"),
    ]

    @Test("so much work is done at the earliest moment by which it is", arguments: instants)
    func earliest(zone: String, seconds: Int64, start: String, end: String) throws {
        let working = try Self.working(zone, Self.weekdays)
        let done = try working.instant(after: seconds * 1_000_000, from: Self.moment(start))
        #expect(done.description == end)
    }

    @Test("what is due goes by the hours that a day really has")
    func dueOverChanges() throws {
        let night = try Self.daily("Europe/Berlin", Self.night)
        let evening = try Self.moment("2017-10-28T12:00:00Z")
        #expect(try night.instant(after: 8 * 3_600_000_000, from: evening).description == "2017-10-29T04:00:00Z")
        let apia = try Self.daily("Pacific/Apia", "09:00-17:00")
        let morning = try Self.moment("2011-12-29T19:00:00Z")
        #expect(try apia.instant(after: 12 * 3_600_000_000, from: morning).description == "2011-12-30T23:00:00Z")
        let shanghai = try WorkingTime(WorkingCalendar(yaml: Self.shanghai))
        let saturday = try Self.moment("2017-09-30T09:00:00Z")
        #expect(try shanghai.instant(after: 8 * 3_600_000_000, from: saturday).description == "2017-10-09T09:30:00Z")
    }

    // MARK: What has no answer

    /// How a question is refused; nil where it is answered.
    private static func refusal(_ question: () throws -> Void) -> WorkingTimeError? {
        do {
            try question()
            return nil
        } catch {
            return error as? WorkingTimeError
        }
    }

    @Test("time does not run backwards, and durations are not negative")
    func backwards() throws {
        let working = try Self.daily("UTC", "09:00-17:00")
        let (start, end) = (try Self.moment("2017-06-30T12:00:00Z"), try Self.moment("2017-06-30T11:59:59Z"))
        let reversed = Self.refusal { _ = try working.length(from: start, to: end) }
        #expect(reversed == .reversed(from: start, to: end))
        let negative = Self.refusal { _ = try working.instant(after: -1, from: start) }
        #expect(negative == .negativeDuration(-1))
        #expect(try working.length(from: start, to: start) == 0)
    }

    @Test("nothing is known before 1970 or the calendar's first day, nor after 2200")
    func limits() throws {
        let text = "{calendar: a, zone: Europe/Berlin, valid_from: 2017-03-27, hours: {monday: 00:00-24:00}}"
        let working = try WorkingTime(WorkingCalendar(yaml: text))
        let (first, last) = (try Self.moment("2017-03-26T22:00:00Z"), try Self.moment("2201-01-01T00:00:00Z"))
        let covered = first...last
        #expect(working.covered == covered)
        let (before, after) = (first.advanced(byMicroseconds: -1), last.advanced(byMicroseconds: 1))
        let early = Self.refusal { _ = try working.length(from: before, to: first) }
        #expect(early == .notCovered(before, by: covered))
        let late = Self.refusal { _ = try working.length(from: last, to: after) }
        #expect(late == .notCovered(after, by: covered))
        let earlyStart = Self.refusal { _ = try working.instant(after: 0, from: before) }
        #expect(earlyStart == .notCovered(before, by: covered))
        let day: Int64 = 86_400_000_000
        #expect(try working.length(from: first, to: first.advanced(byMicroseconds: 7 * day)) == day)
        #expect(try working.length(from: last, to: last) == 0)
        #expect(try Self.daily("UTC", "00:00-24:00").covered.lowerBound == Timestamp(microseconds: 0))
    }

    @Test("work that is never done has no moment")
    func neverReached() throws {
        let text = "{calendar: a, zone: UTC, special_days: [{date: 2017-06-30, hours: 09:00-10:00}]}"
        let working = try WorkingTime(WorkingCalendar(yaml: text))
        let start = try Self.moment("2017-06-30T00:00:00Z")
        let hour: Int64 = 3_600_000_000
        #expect(try working.instant(after: hour, from: start).description == "2017-06-30T10:00:00Z")
        for duration in [hour + 1, Int64.max] {
            let refusal = Self.refusal { _ = try working.instant(after: duration, from: start) }
            #expect(refusal == .neverReached(duration: duration, from: start))
        }
    }

    @Test("the last years that are known have hours as any other")
    func lastYears() throws {
        let working = try Self.daily("Europe/Berlin", "09:00-17:00")
        let (start, end) = (try Self.moment("2200-12-30T23:00:00Z"), try Self.moment("2201-01-01T00:00:00Z"))
        let day: Int64 = 8 * 3_600_000_000
        #expect(try working.length(from: start, to: end) == day)
    }

    /// First and last day, and the days up to and with it: 2000 has a 29th of February, 2100 has none.
    static let decades: [(first: String, last: String, days: Int64)] = [
        ("1999-01-01", "2004-12-31", 2_192), ("2096-01-01", "2104-12-31", 3_287),
    ]

    @Test("over many years every day has its hours, the 29th of February, too", arguments: decades)
    func years(first: String, last: String, days: Int64) throws {
        let working = try Self.daily("America/New_York", "09:00-12:00 12:00-17:00")
        let (start, end) = (try Self.moment("\(first)T05:00:00Z"), try Self.moment("\(last)T22:00:00Z"))
        let hours = days * 8 * 3_600_000_000
        #expect(try working.length(from: start, to: end) == hours)
        #expect(try working.instant(after: hours, from: start) == end)
        let before = try working.instant(after: hours - 8 * 3_600_000_000 + 1, from: start)
        #expect(before.description == "\(last)T14:00:00.000001Z")
    }

    @Test("a calendar that makes no sense is refused")
    func checking() {
        let calendar = WorkingCalendar(name: "a", zone: "UTC", week: WorkingCalendar.Week())
        let error = #expect(throws: WorkingCalendarError.self) { try WorkingTime(calendar) }
        #expect(error?.code == .neverOpen)
    }
}
