import Testing

@testable import RapportCLI

private let minute: Int64 = 60_000
private let hour: Int64 = 60 * minute
private let day: Int64 = 24 * hour

@Suite struct DurationFormatTests {
    @Test(
        "lengths have the two units that matter",
        arguments: [
            (0, "0 s"), (1, "1 ms"), (850, "850 ms"), (999, "999 ms"), (1000, "1 s"), (1499, "1 s"), (1500, "2 s"),
            (42_000, "42 s"), (12 * minute, "12 min"), (12 * minute + 5000, "12 min 5 s"), (3 * hour, "3 h"),
            (3 * hour + 20 * minute, "3 h 20 min"), (3 * day, "3 d"), (3 * day + 4 * hour, "3 d 4 h"),
            (1234 * day + hour, "1,234 d 1 h"),
        ] as [(Int64, String)])
    func lengths(milliseconds: Int64, text: String) {
        #expect(DurationFormat.text(milliseconds: milliseconds) == text)
    }

    @Test(
        "units are those of the rounded length",
        arguments: [
            (59_499, "59 s"), (59_500, "1 min"), (hour - 501, "59 min 59 s"), (hour - 500, "1 h"),
            (day - 30_001, "23 h 59 min"), (day - 30_000, "1 d"), (day + 29 * minute, "1 d"),
            (day + 30 * minute, "1 d 1 h"), (2 * day - 30 * minute, "2 d"),
        ] as [(Int64, String)])
    func rounding(milliseconds: Int64, text: String) {
        #expect(DurationFormat.text(milliseconds: milliseconds) == text)
    }

    @Test("a negative length has a sign, and none is a dash")
    func signs() {
        #expect(DurationFormat.text(milliseconds: -(3 * day + 4 * hour)) == "-3 d 4 h")
        #expect(DurationFormat.text(milliseconds: -1) == "-1 ms")
        #expect(DurationFormat.text(milliseconds: Int64?.none) == "–")
        #expect(DurationFormat.text(milliseconds: Int64.min) == "-106,751,991,167 d 7 h")
    }
}
