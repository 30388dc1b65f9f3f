import Testing

@testable import RapportCLI

@Suite struct NumberFormatTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"),
        (1_234_567, "1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func integersAreGroupedByThousands(value: Int, text: String) {
        #expect(NumberFormat.integer(value) == text)
    }

    @Test(arguments: [
        (0, 3, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"), (3, 3, "100.0%"),
        (5, 2, "250.0%"), (-1, 2000, "0.0%"), (-1, 3, "-33.3%"), (0, 0, "–"), (5, 0, "–"),
        (Int.max, 1, "922,337,203,685,477,580,700.0%"),
    ])
    func percentsAreRoundedHalfUp(part: Int, whole: Int, text: String) {
        #expect(NumberFormat.percent(part, of: whole) == text)
    }

    @Test func basisPointsArePercents() {
        #expect(NumberFormat.percent(basisPoints: 6165) == "61.7%")
        #expect(NumberFormat.percent(basisPoints: 10_000) == "100.0%")
    }

    @Test(arguments: [
        (39.84, 1, "39.8"), (39.85, 2, "39.85"), (0.25, 1, "0.3"), (-0.25, 1, "-0.3"), (-0.04, 1, "0.0"),
        (1234.5, 0, "1,235"), (.nan, 1, "–"), (.infinity, 1, "–"),
    ])
    func decimalsHaveTheirDigits(value: Double, digits: Int, text: String) {
        #expect(NumberFormat.decimal(value, fractionDigits: digits) == text)
    }

    @Test(arguments: [
        (123_456, "USD", "1,234.56 USD"),
        (5, "EUR", "0.05 EUR"),
        (-5, "CNY", "-0.05 CNY"),
        (0, "USD", "0.00 USD"),
        (123_456, "JPY", "123,456 JPY"),
        (123_456, "KRW", "123,456 KRW"),
        (123_456, "VND", "123,456 VND"),
        (123_456, "KWD", "123.456 KWD"),
        (1_234_567, "BHD", "1,234.567 BHD"),
        (1_234_567, "CLF", "123.4567 CLF"),
        (3, "XAU", "3 XAU"),
        (Int64.min, "USD", "-92,233,720,368,547,758.08 USD"),
    ])
    func moneyHasTheDigitsOfItsCurrency(minorUnits: Int64, currency: String, text: String) {
        #expect(NumberFormat.money(minorUnits: minorUnits, currency: currency) == text)
    }

    @Test(arguments: [
        (0, "0 s"), (850, "850 µs"), (1000, "1.0 ms"), (12_345, "12.3 ms"), (999_940, "999.9 ms"), (999_960, "1.0 s"),
        (4_200_000, "4.2 s"), (59_940_000, "59.9 s"), (59_970_000, "1 min"), (725_000_000, "12 min 5 s"),
        (3_599_600_000, "1 h"), (12_000_000_000, "3 h 20 min"), (86_399_000_000, "1.0 d"),
        (4_475_520_000_000, "51.8 d"), (-4_200_000, "-4.2 s"),
    ])
    func durationsShowTheUnitsThatMatter(microseconds: Int64, text: String) {
        #expect(NumberFormat.duration(microseconds: microseconds) == text)
    }
}
