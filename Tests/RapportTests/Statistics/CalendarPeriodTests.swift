import EventLog
import Foundation
import Rapport
import Testing

@Suite struct CalendarPeriodTests {
    @Test(arguments: [
        (Granularity.day, "2017-03-05", "2017-03-05", "2017-03-05", "2017-03-06"),
        (.week, "2017-W09", "2017-02-27", "2017-03-05", "2017-W10"),
        (.month, "2017-03", "2017-03-01", "2017-03-31", "2017-04"),
        (.quarter, "2017-Q1", "2017-01-01", "2017-03-31", "2017-Q2"),
        (.year, "2017", "2017-01-01", "2017-12-31", "2018"),
    ])
    func theFifthOfMarchLiesIn(kind: Granularity, label: String, first: String, last: String, next: String) throws {
        let date = try #require(CivilDate("2017-03-05"))
        let period = CalendarPeriod(kind, containing: date)
        #expect(period.label == label)
        #expect(period.firstDay.description == first)
        #expect(period.lastDay.description == last)
        #expect(period.next.label == next)
        #expect(period.contains(date))
    }

    @Test(arguments: [
        ("2008-12-29", "2009-W01"), ("2010-01-03", "2009-W53"), ("2016-01-03", "2015-W53"), ("2016-01-04", "2016-W01"),
        ("2018-12-31", "2019-W01"), ("2020-12-31", "2020-W53"), ("2021-01-03", "2020-W53"), ("2021-01-04", "2021-W01"),
    ])
    func weeksBelongToTheYearOfTheirThursday(day: String, label: String) throws {
        #expect(CalendarPeriod(.week, containing: try #require(CivilDate(day))).label == label)
    }

    @Test(arguments: [
        ("2016-02", "2016-02-29"), ("2017-02", "2017-02-28"), ("1900-02", "1900-02-28"), ("2000", "2000-12-31"),
    ])
    func lastDaysKnowLeapYears(label: String, last: String) throws {
        #expect(try #require(CalendarPeriod(label)).lastDay.description == last)
    }

    @Test(arguments: Granularity.allCases)
    func periodsTileTwoCenturies(kind: Granularity) throws {
        let end = try #require(CivilDate("2101-01-01"))
        var period = CalendarPeriod(kind, containing: try #require(CivilDate("1900-01-01")))
        while period.firstDay < end {
            #expect(CalendarPeriod(period.label) == period)
            #expect(CalendarPeriod(kind, containing: period.lastDay) == period)
            #expect(period.next.firstDay == period.lastDay.next)
            #expect(period < period.next)
            period = period.next
        }
    }

    @Test(arguments: [
        "", "17", "2017-W53", "2017-W00", "2017-Q0", "2017-Q5", "2017-13", "2017-02-29", "2017-w09", "2017-W9",
        "20170305", "+017-Q1", "2017-1 ", "2017/03", "２０１７",
    ])
    func textThatIsNoLabelIsRefused(text: String) {
        #expect(CalendarPeriod(text) == nil)
    }

    @Test func jsonIsTheLabel() throws {
        let period = try #require(CalendarPeriod("2017-Q1"))
        let json = try JSONEncoder().encode([period])
        #expect(String(decoding: json, as: UTF8.self) == #"["2017-Q1"]"#)
        #expect(try JSONDecoder().decode([CalendarPeriod].self, from: json) == [period])
    }

    @Test func theEndOfCountedYearsIsNoTrap() throws {
        let last = CalendarPeriod(.year, containing: try #require(CivilDate("9999-12-31")))
        #expect(last.lastDay.description == "9999-12-31")
        #expect(last.next.label == "10000")
    }
}
