import Testing

@testable import Rapport

@Suite struct DecimalTextTests {
    @Test(
        arguments: [
            ("1054", 2, 105_400), ("0.1", 2, 10), ("0.29", 2, 29), ("1.005", 3, 1_005), ("-1234.50", 2, -123_450),
            ("+7", 0, 7), (".5", 2, 50), ("12.300", 2, 1_230), ("1100", 0, 1_100), ("5.0", 0, 5), ("0", 2, 0),
            ("-0", 2, 0),
            ("92233720368547758.07", 2, Int64.max), ("-92233720368547758.08", 2, Int64.min),
            ("9007199254740993", 0, 9_007_199_254_740_993), ("000012.34", 2, 1_234),
        ] as [(String, Int, Int64)])
    func amountsAreExact(text: String, digits: Int, minorUnits: Int64) throws {
        #expect(try DecimalText.minorUnits(Array(text.utf8), digits: digits) == minorUnits)
    }

    @Test(
        arguments: [
            ("", .notDecimal), (".", .notDecimal), ("-", .notDecimal), ("5.", .notDecimal), ("1,5", .notDecimal),
            ("1.2.3", .notDecimal), ("1e3", .notDecimal), (" 1", .notDecimal), ("--1", .notDecimal), ("٣", .notDecimal),
            ("0.001", .tooManyDigits), ("12.345", .tooManyDigits), ("92233720368547758.08", .tooLarge),
            ("1000000000000000000000", .tooLarge),
        ] as [(String, DecimalText.Mistake)])
    func othersAreRefused(text: String, mistake: DecimalText.Mistake) {
        #expect(throws: mistake) { try DecimalText.minorUnits(Array(text.utf8), digits: 2) }
    }
}
