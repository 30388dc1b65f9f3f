@testable import EventLog
import Testing

@Suite struct CivilDateTests {
    @Test(
        "days are counted from 1970-01-01",
        arguments: [
            (1970, 1, 1, 0), (1969, 12, 31, -1), (1960, 1, 1, -3653), (2000, 2, 29, 11_016), (1900, 3, 1, -25_508),
            (2100, 3, 1, 47_541), (2038, 1, 19, 24_855), (1, 1, 1, -719_162), (0, 3, 1, -719_468), (0, 1, 1, -719_528),
            (-1, 12, 31, -719_529), (-4, 2, 29, -720_930), (-44, 3, 15, -735_525), (-9999, 1, 1, -4_371_587),
            (9999, 12, 31, 2_932_896),
        ])
    func knownDays(year: Int, month: Int, day: Int, days: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
    }

    @Test("counting on from day to day gives every date of two centuries once")
    func everyDay() {
        var (year, month, day) = (1896, 1, 1)
        var expected = CivilDate(year: year, month: month, day: day)
        for days in (expected?.daysSinceEpoch ?? 0)..<50_000 {
            let date = CivilDate(daysSinceEpoch: days)
            if date != expected || date.daysSinceEpoch != days {
                Issue.record("day \(days) is \(date) and not \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && year != 1900 && year != 2100
            let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            expected = CivilDate(year: year, month: month, day: day)
            if date.next != expected {
                Issue.record("the day after \(date) is not \(year)-\(month)-\(day)")
                return
            }
        }
        #expect(year == 2106)
    }

    @Test("the way there and back is the same far from the epoch, too")
    func roundTrip() {
        for days in stride(from: -4_371_587, through: 2_932_896, by: 9973) {
            #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
    }

    @Test("February has 29 days in leap years only", arguments: [1600, 1904, 1960, 2000, 2016, 2400, 0, -4, -400])
    func leapYears(year: Int) {
        #expect(CivilDate(year: year, month: 2, day: 29) != nil)
        #expect(CivilDate(year: year, month: 2, day: 30) == nil)
        #expect(CivilDate(year: year + 1, month: 2, day: 29) == nil)
    }

    @Test("hundreds are leap years only every four hundred years", arguments: [1700, 1800, 1900, 2100, -100, 9900])
    func commonYears(year: Int) {
        #expect(CivilDate(year: year, month: 2, day: 29) == nil)
        #expect(CivilDate(year: year, month: 2, day: 28) != nil)
    }

    @Test(
        "a date that is not in the calendar is none",
        arguments: [
            (2017, 0, 1), (2017, 13, 1), (2017, 1, 0), (2017, 1, 32), (2017, 4, 31), (10_000, 1, 1), (-10_000, 1, 1),
        ])
    func noSuchDay(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test(
        "dates are written with four, two and two digits, and read back",
        arguments: ["2017-06-30", "0000-01-01", "0987-12-09"])
    func text(text: String) {
        #expect(CivilDate(text)?.description == text)
    }

    @Test("years before zero are written with their sign")
    func negativeYears() {
        #expect(CivilDate(year: -44, month: 3, day: 15)?.description == "-0044-03-15")
    }

    @Test(
        "other texts are no dates",
        arguments: ["", "2017-6-30", "2017-06-31", "2017/06/30", "20170630", "2017-06-30 ", "x017-06-30", "2017-06-3x"])
    func otherTexts(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("dates are ordered by year, then month, then day")
    func order() {
        let texts = ["1969-12-31", "1970-01-01", "1970-01-02", "1970-02-01", "1971-01-01"]
        let dates = texts.compactMap { CivilDate($0) }
        #expect(dates.count == texts.count)
        #expect(dates.shuffled().sorted() == dates)
    }

    @Test(
        "division rounds down and leaves a remainder that is not negative",
        arguments: [(7, 3, 2, 1), (-7, 3, -3, 2), (-6, 3, -2, 0), (0, 3, 0, 0), (-1, 86_400, -1, 86_399)])
    func flooring(dividend: Int, divisor: Int, quotient: Int, remainder: Int) {
        let result = dividend.dividedFlooring(by: divisor)
        #expect(result.quotient == quotient)
        #expect(result.remainder == remainder)
    }
}
