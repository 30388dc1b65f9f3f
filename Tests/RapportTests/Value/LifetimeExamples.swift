import EventLog
import Foundation
@testable import Rapport

/// Customers that models of lifetime value are fitted to.
enum LifetimeExamples {
    /// Repeats, days from the first purchase to the last and to the end of the watching, and what was paid in repeats.
    typealias Row = (repeats: Int, recency: Int, age: Int, amount: Int64)

    /// Forty customers drawn from the two models, to whom both can be fitted.
    static let rows: [Row] = [
        (1, 44, 197, 3807), (4, 124, 182, 36252), (1, 105, 162, 1862), (1, 3, 204, 1023), (1, 88, 160, 4756),
        (0, 0, 259, 0), (1, 11, 230, 6111), (0, 0, 143, 0), (5, 102, 169, 6740), (0, 0, 193, 0), (2, 21, 216, 5248),
        (0, 0, 198, 0), (3, 181, 191, 3285), (1, 3, 208, 1671), (3, 201, 213, 5077), (0, 0, 194, 0),
        (1, 94, 195, 1226), (2, 145, 210, 4140), (1, 90, 182, 4861), (3, 119, 143, 8705), (1, 12, 249, 842),
        (1, 30, 166, 643), (0, 0, 160, 0), (0, 0, 166, 0), (1, 99, 156, 1137), (1, 145, 153, 2098),
        (1, 63, 193, 1726), (1, 51, 255, 2223), (2, 24, 194, 6087), (2, 12, 205, 1366), (4, 27, 143, 5178),
        (0, 0, 199, 0), (3, 37, 226, 5094), (0, 0, 140, 0), (0, 0, 151, 0), (6, 221, 255, 13607),
        (2, 60, 207, 2251), (6, 199, 201, 15449), (1, 15, 225, 2182), (5, 180, 253, 13887),
    ]

    /// Forty customers all of whom seem to leave with the same probability: the likelihood rises with a and b without
    /// end.
    private static let alikeRows: [Row] = [
        (1, 102, 149, 6441), (0, 0, 233, 0), (2, 38, 172, 2590), (1, 123, 168, 1566), (1, 9, 187, 2225),
        (5, 107, 184, 10532), (0, 0, 259, 0), (0, 0, 184, 0), (0, 0, 236, 0), (1, 50, 265, 1801),
        (3, 217, 229, 3384), (1, 87, 158, 1150), (0, 0, 149, 0), (1, 140, 177, 1086), (0, 0, 173, 0),
        (1, 25, 234, 10622), (0, 0, 249, 0), (8, 138, 193, 9919), (5, 69, 259, 21558), (0, 0, 169, 0),
        (4, 121, 196, 8974), (0, 0, 203, 0), (1, 6, 191, 1827), (0, 0, 266, 0), (7, 42, 240, 49627),
        (0, 0, 271, 0), (4, 163, 174, 11577), (0, 0, 143, 0), (0, 0, 165, 0), (0, 0, 227, 0), (2, 25, 244, 6674),
        (0, 0, 246, 0), (5, 109, 181, 14828), (1, 240, 267, 3125), (1, 34, 246, 2547), (1, 19, 193, 2870),
        (2, 31, 269, 2246), (1, 132, 161, 2276), (0, 0, 185, 0), (3, 238, 273, 4928),
    ]

    /// To whom both models can be fitted.
    static func customers(_ unit: LifetimeUnit = .week) throws -> [PurchaseSummary] {
        try rows.map { try summary($0, unit) }
    }

    /// To whom the model of purchases cannot be fitted.
    static func customersAlike() throws -> [PurchaseSummary] { try alikeRows.map { try summary($0, .week) } }

    private static func summary(_ row: Row, _ unit: LifetimeUnit) throws -> PurchaseSummary {
        try PurchaseSummary(
            repeats: row.repeats, recency: Double(row.recency) / unit.days, age: Double(row.age) / unit.days,
            repeatAmount: row.amount)
    }

    /// The published parameters for the purchases of the CDNOW sample, with time in weeks.
    static func publishedPurchases() throws -> BGNBD { try BGNBD(r: 0.243, alpha: 4.414, a: 0.793, b: 2.426) }

    /// The published parameters for its spending, in cents.
    static func publishedSpending() throws -> GammaGamma { try GammaGamma(p: 6.25, q: 3.74, v: 1544) }

    /// Whether two numbers are the same but for a relative difference.
    static func isNear(_ found: Double, _ expected: Double, within tolerance: Double = 1e-9) -> Bool {
        abs(found - expected) <= tolerance * abs(expected)
    }

    /// Summaries of a file of the CDNOW purchases up to 1997-09-30 in weeks, by customer in the order of their numbers.
    static func cdnowSample() throws -> [PurchaseSummary] {
        let text = try String(
            contentsOf: URL(fileURLWithPath: GoldenDataSets.path("cdnow", "CDNOW_sample.txt")), encoding: .utf8)
        var purchases: [Int: [Purchase]] = [:]
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
            guard fields.count == 5, let customer = Int(fields[1]), let date = Int(fields[2]),
                let day = CivilDate(year: date / 10_000, month: date / 100 % 100, day: date % 100),
                let amount = Double(fields[4])
            else { continue }
            purchases[customer, default: []].append(Purchase(day: day, amount: Int64((amount * 100).rounded())))
        }
        guard let first = CivilDate("1997-01-01"), let last = CivilDate("1997-09-30") else { return [] }
        return try purchases.sorted { $0.key < $1.key }.compactMap {
            try PurchaseSummary($0.value, in: first...last, unit: .week)
        }
    }
}
