import EventLog
import Rapport
import Testing

@Suite struct ZonedCalendarTests {
    @Test(arguments: [
        // Clocks go forward at 02:00 and back at 03:00: days of 23 and 25 hours.
        ("Europe/Berlin", "2017-03-26", "2017-03-25T23:00:00Z", "2017-03-26T22:00:00Z"),
        ("Europe/Berlin", "2017-10-29", "2017-10-28T22:00:00Z", "2017-10-29T23:00:00Z"),
        // Forward at midnight: the day begins at 01:00. Back at midnight: the day before lasts 25 hours.
        ("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z", "2017-10-16T02:00:00Z"),
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"),
        // Back at 00:01: the day begins, and the day before shows once more.
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"),
        ("Asia/Kolkata", "2017-06-30", "2017-06-29T18:30:00Z", "2017-06-30T18:30:00Z"),
        ("Asia/Kathmandu", "2017-06-30", "2017-06-29T18:15:00Z", "2017-06-30T18:15:00Z"),
        // The date line moved: a day that was left out lasts none.
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        // The date line moved the other way at midnight: a day lasts 47 hours.
        ("Pacific/Kwajalein", "1969-09-30", "1969-09-29T13:00:00Z", "1969-10-01T12:00:00Z"),
        ("Europe/Berlin", "1900-07-01", "1900-06-30T23:00:00Z", "1900-07-01T23:00:00Z"),
        ("Europe/Berlin", "2099-07-01", "2099-06-30T22:00:00Z", "2099-07-01T22:00:00Z"),
        ("UTC", "1900-01-01", "1900-01-01T00:00:00Z", "1900-01-02T00:00:00Z"),
        ("Etc/GMT", "2100-12-31", "2100-12-31T00:00:00Z", "2101-01-01T00:00:00Z"),
    ])
    func aDayLasts(zone: String, day: String, from start: String, to end: String) throws {
        let calendar = try ZonedCalendar(zone: zone)
        let date = try #require(CivilDate(day))
        #expect(calendar.startOfDay(date).description == start)
        #expect(calendar.endOfDay(date).description == end)
    }

    @Test(arguments: [
        ("Europe/Berlin", "2017-03-25T22:59:59.999999Z", "2017-03-25"),
        ("Europe/Berlin", "2017-03-25T23:00:00Z", "2017-03-26"),
        ("America/Sao_Paulo", "2017-10-15T02:59:59.999999Z", "2017-10-14"),
        ("America/Sao_Paulo", "2017-10-15T03:00:00Z", "2017-10-15"),
        ("Pacific/Apia", "2011-12-30T09:59:59.999999Z", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
        ("America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07"),
        ("America/St_Johns", "2010-11-07T02:31:00Z", "2010-11-06"),
        ("Asia/Kolkata", "1969-12-31T18:29:59.999999Z", "1969-12-31"),
        ("UTC", "1969-12-31T23:59:59.999999Z", "1969-12-31"),
    ])
    func aMomentShows(zone: String, time: String, date: String) throws {
        let moment = try #require(Timestamp(time))
        #expect(try ZonedCalendar(zone: zone).date(of: moment).description == date)
    }

    @Test(arguments: [
        "Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Shanghai",
        "Asia/Gaza", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", "Pacific/Apia", "Pacific/Auckland",
    ])
    func everyDaySince1970BeginsOnItsFirstMicrosecond(zone: String) throws {
        let calendar = try ZonedCalendar(zone: zone)
        for day in 1..<25_000 {
            let date = CivilDate(daysSinceEpoch: day)
            let start = calendar.startOfDay(date)
            let isLeftOut = zone == "Pacific/Apia" && date.description == "2011-12-30"
            #expect(calendar.date(of: start) == (isLeftOut ? date.next : date))
            #expect(calendar.date(of: start.advanced(byMicroseconds: -1)) < date)
        }
    }

    @Test func periodsSpanTheirDays() throws {
        let calendar = try ZonedCalendar(zone: "Europe/Berlin")
        let moments = calendar.moments(of: try #require(CalendarPeriod("2017-03")))
        #expect(moments.lowerBound.description == "2017-02-28T23:00:00Z")
        #expect(moments.upperBound.description == "2017-03-31T22:00:00Z")
    }

    @Test(arguments: ["", "Berlin", "europe/berlin", "Europe/Nowhere", "CST", "GMT+8", "+08:00", "../etc/passwd"])
    func unknownNamesAreRefusedWithAnExample(name: String) {
        let error = #expect(throws: UnknownTimeZone.self) { try ZonedCalendar(zone: name) }
        let expected = "unknown time zone '\(name)': give an IANA name such as 'Europe/Berlin', or 'UTC'"
        #expect(error?.description == expected)
    }

    @Test func utcIsOneCalendar() throws {
        #expect(ZonedCalendar.utc == (try ZonedCalendar(zone: "UTC")))
    }
}
