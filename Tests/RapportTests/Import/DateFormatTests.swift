import EventLog
import Testing

@testable import Rapport

@Suite struct DateFormatTests {
    @Test(arguments: [
        ("yyyy-MM-dd", "2016-10-20", "2016-10-20T00:00:00Z"),
        ("MM/dd/yyyy", "05/11/2016", "2016-05-11T00:00:00Z"),
        ("MM/dd/yyyy hh:mm:ss a", "05/11/2016 12:00:00 AM", "2016-05-11T00:00:00Z"),
        ("MM/dd/yyyy hh:mm:ss a", "05/11/2016 12:00:00 PM", "2016-05-11T12:00:00Z"),
        ("dd MMM, yyyy HH:mm:ss", "15 Apr, 2021 23:01:19", "2021-04-15T23:01:19Z"),
        ("d.M.yyyy H:mm", "1.2.2020 7:05", "2020-02-01T07:05:00Z"),
        ("d.M.yyyy H:mm", "11.12.2020 17:05", "2020-12-11T17:05:00Z"),
        ("yyyy/MM/dd HH:mm:ss.SSS", "2012/10/09 14:50:17.250", "2012-10-09T14:50:17.250Z"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2021-04-15T23:03:00+02:00", "2021-04-15T21:03:00Z"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2021-04-15T23:03:00Z", "2021-04-15T23:03:00Z"),
        ("yyyyMMdd", "19970101", "1997-01-01T00:00:00Z"),
    ])
    func datesAreRead(pattern: String, text: String, moment: String) throws {
        let format = try #require(DateFormat(pattern))
        let time = try #require(format.read(Array(text.utf8)[...]))
        #expect(time.moment(in: .utc).description == moment)
    }

    @Test(arguments: [
        ("yyyy-MM-dd", "2016-02-30"), ("yyyy-MM-dd", "2016-2-3"), ("yyyy-MM-dd", "2016-10-20 "),
        ("yyyy-MM-dd", "20-10-2016"), ("yyyy-MM-dd", ""), ("MM/dd/yyyy", "13/01/2016"), ("d MMM yyyy", "1 Foo 2020"),
        ("yyyy-MM-dd HH:mm", "2020-01-01 24:00"), ("yyyy-MM-dd hh a", "2020-01-01 00 AM"),
        ("yyyy-MM-dd hh a", "2020-01-01 13 PM"), ("yyyy-MM-ddX", "2020-01-01"), ("yyyy-MM-ddX", "2020-01-01+2"),
    ])
    func othersAreNot(pattern: String, text: String) throws {
        #expect(try #require(DateFormat(pattern)).read(Array(text.utf8)[...]) == nil)
    }

    @Test(arguments: [
        "", "yyyy", "yyyy-MM", "yyyy-MM-dd hh:mm", "yy-MM-dd", "yyyy-MM-dd'T", "YYYY-MM-DD", "dd MMMM yyyy",
    ])
    func patternsThatSayNoDateAreRefused(pattern: String) {
        #expect(DateFormat(pattern) == nil)
    }

    /// Berlin: clocks go forward on 2024-03-31 at 02:00 and back on 2024-10-27 at 03:00.
    @Test(arguments: [
        ("2024-03-30 12:00", "2024-03-30T11:00:00Z"),
        ("2024-03-31 00:00", "2024-03-30T23:00:00Z"),
        ("2024-03-31 01:59", "2024-03-31T00:59:00Z"),
        ("2024-03-31 02:30", "2024-03-31T01:30:00Z"),
        ("2024-03-31 03:00", "2024-03-31T01:00:00Z"),
        ("2024-03-31 12:00", "2024-03-31T10:00:00Z"),
        ("2024-10-27 01:00", "2024-10-26T23:00:00Z"),
        ("2024-10-27 02:30", "2024-10-27T00:30:00Z"),
        ("2024-10-27 03:00", "2024-10-27T02:00:00Z"),
        ("2024-10-27 12:00", "2024-10-27T11:00:00Z"),
    ])
    func wallTimesAreMomentsOfTheirZone(text: String, moment: String) throws {
        let berlin = try ZonedCalendar(zone: "Europe/Berlin")
        let time = try #require(DateFormat("yyyy-MM-dd HH:mm")?.read(Array(text.utf8)[...]))
        #expect(time.moment(in: berlin).description == moment)
    }
}
