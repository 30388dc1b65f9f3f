import Foundation
@testable import EventLog
import Testing
import TestSupport

@Suite struct TimestampTests {
    @Test(
        "a moment is written in UTC, with a fraction only where there is one, and read back",
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (1_498_810_500_000_000, "2017-06-30T08:15:00Z"),
            (1_498_810_500_250_000, "2017-06-30T08:15:00.250Z"),
            (1_498_810_500_000_250, "2017-06-30T08:15:00.000250Z"),
            (1_498_810_500_000_001, "2017-06-30T08:15:00.000001Z"),
            (1_456_790_399_999_999, "2016-02-29T23:59:59.999999Z"),
            (946_684_800_000_000, "2000-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (-310_478_400_000_000, "1960-02-29T12:00:00Z"),
            (-310_478_400_500_000, "1960-02-29T11:59:59.500Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func roundTrip(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "years before zero are written with their sign",
        arguments: [
            (-62_167_219_200_000_001, "-0001-12-31T23:59:59.999999Z"),
            (-735_525 * 86_400_000_000, "-0044-03-15T00:00:00Z"),
            (-4_371_587 * 86_400_000_000, "-9999-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func negativeYears(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test(
        "an offset, a space or a lower-case z name the same moment",
        arguments: [
            "2017-06-30T08:15:00+00:00", "2017-06-30T08:15:00-00:00", "2017-06-30 08:15:00Z", "2017-06-30T08:15:00z",
            "2017-06-30T16:15:00+08:00", "2017-06-30T04:45:00-03:30", "2017-07-01T08:14:00+23:59",
            "2017-06-29T08:16:00-23:59", "2017-06-30T08:15:00.0Z", "2017-06-30T08:15:00.000000000Z",
            "2017-06-30T13:45:00.000+05:30",
        ])
    func otherSpellings(text: String) {
        #expect(Timestamp(text) == Timestamp(microseconds: 1_498_810_500_000_000))
    }

    @Test(
        "a fraction has one to nine digits; what is below a microsecond is cut off",
        arguments: [
            (".5", 500_000), (".25", 250_000), (".123", 123_000), (".1234", 123_400), (".123456", 123_456),
            (".1234567", 123_456), (".123456789", 123_456), (".000000999", 0), (".999999999", 999_999),
        ] as [(String, Int64)])
    func fractions(fraction: String, microseconds: Int64) {
        #expect(Timestamp("1970-01-01T00:00:00\(fraction)Z")?.microseconds == microseconds)
        #expect(Timestamp("1960-01-01T00:00:00\(fraction)Z")?.microseconds == -3653 * 86_400_000_000 + microseconds)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "now", "2017-06-30", "2017-06-30T08:15", "2017-06-30T08:15Z", "2017-06-30T08:15:00",
            "2017-06-30T08:15:00 Z", "2017-06-30T08:15:00ZZ", " 2017-06-30T08:15:00Z", "2017-06-30T08:15:00Z ",
            "2017-06-31T08:15:00Z", "2017-02-29T08:15:00Z", "1900-02-29T08:15:00Z", "2017-13-01T08:15:00Z",
            "2017-00-01T08:15:00Z", "2017-01-00T08:15:00Z", "2017-06-30T24:00:00Z", "2017-06-30T08:60:00Z",
            "2016-12-31T23:59:60Z", "2017-06-30T8:15:00Z", "2017-06-30T08-15-00Z", "2017/06/30T08:15:00Z",
            "2017-06-30T08:15:00.Z", "2017-06-30T08:15:00.1234567890Z", "2017-06-30T08:15:00,5Z",
            "2017-06-30T08:15:00.-5Z", "2017-06-30T08:15:00+8:00", "2017-06-30T08:15:00+0800",
            "2017-06-30T08:15:00+08", "2017-06-30T08:15:00+08:60", "2017-06-30T08:15:00+24:00",
            "2017-06-30T08:15:00+08:00Z", "２０１７-06-30T08:15:00Z", "20170630T081500Z", "+2017-06-30T08:15:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("every text that is written is read back as the same moment")
    func randomRoundTrip() {
        var random = SeededGenerator(seed: 17)
        for _ in 0..<5000 {
            let range: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
            let time = Timestamp(microseconds: Int64.random(in: range, using: &random))
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test("JSON holds the text, and a text that is no time is an error")
    func json() throws {
        let times = [Timestamp(microseconds: 0), Timestamp(microseconds: -310_478_400_500_000)]
        let encoded = try JSONEncoder().encode(times)
        #expect(String(decoding: encoded, as: UTF8.self) == #"["1970-01-01T00:00:00Z","1960-02-29T11:59:59.500Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: encoded) == times)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["now"]"#.utf8)) }
    }

    @Test("moments are ordered and can be moved")
    func arithmetic() {
        let time = Timestamp(microseconds: -1)
        #expect(time.advanced(byMicroseconds: 2) == Timestamp(microseconds: 1))
        #expect(time < Timestamp(microseconds: 0))
        #expect(Timestamp(microseconds: 1_500_000).date == Date(timeIntervalSince1970: 1.5))
        let (before, now, after) = (Date(), Timestamp.now(), Date())
        #expect(now.date >= before.addingTimeInterval(-0.001) && now.date <= after.addingTimeInterval(0.001))
    }
}
