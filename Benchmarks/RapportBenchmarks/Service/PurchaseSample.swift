import EventLog
import Foundation
import Rapport

/// Customers as the models of lifetime value see them, who were watched for 39 weeks. Times are in weeks.
enum PurchaseSample {
    /// Days.
    private static let watched = 273
    /// First purchases lie in so many days.
    private static let arrivals = 84

    // MARK: Published

    /// Those of the file of the CDNOW sample: 2,357, from 1997-01-01 to 1997-09-30.
    static func published(in path: String) throws -> [PurchaseSummary] {
        let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        guard let first = CivilDate(year: 1997, month: 1, day: 1) else { return [] }
        // Cents of each customer on each day that is watched.
        var purchases: [Int: [Int: Int64]] = [:]
        for row in text.split(whereSeparator: \.isNewline) {
            let fields = row.split(separator: " ")
            guard fields.count == 5, let customer = Int(fields[1]), let date = Int(fields[2]),
                let day = CivilDate(year: date / 10_000, month: date / 100 % 100, day: date % 100),
                let amount = Double(fields[4])
            else { continue }
            let number = day.daysSinceEpoch - first.daysSinceEpoch
            guard (0..<watched).contains(number) else { continue }
            purchases[customer, default: [:]][number, default: 0] += Int64((amount * 100).rounded())
        }
        let customers = try purchases.sorted { $0.key < $1.key }.map { try summary(of: $0.value) }
        guard customers.count == 2357 else {
            throw Disagreement("\(path) has \(customers.count) customers, expected 2357")
        }
        return customers
    }

    // MARK: Drawn

    /// Rates of purchases are exponentially distributed over customers, with a mean of one in eight weeks; the
    /// probability to leave after a purchase has a mean of a quarter.
    static func drawn(_ count: Int) throws -> [PurchaseSummary] {
        var random = SplitMix(state: 62)
        return try (0..<count).map { _ in try summary(of: purchases(&random)) }
    }

    /// Cents by day, the first one included.
    private static func purchases(_ random: inout SplitMix) -> [Int: Int64] {
        let first = Int.random(in: 0..<arrivals, using: &random)
        let daysBetween = 56 / exponential(&random)
        let leaves = 1 - pow(1 - Double.random(in: 0..<1, using: &random), 1.0 / 3)
        // Of gamma distributed values with a gamma distributed rate.
        let rate = gamma4(&random)
        var day = Double(first)
        var amounts: [Int: Int64] = [:]
        while day < Double(watched) {
            amounts[Int(day), default: 0] += 1 + Int64((4000 * gamma4(&random) / rate).rounded())
            // Nobody leaves with the first purchase.
            if amounts.count > 1, Double.random(in: 0..<1, using: &random) < leaves { break }
            day += daysBetween * exponential(&random)
        }
        return amounts
    }

    /// With a mean of 1; above 0.
    private static func exponential(_ random: inout SplitMix) -> Double {
        max(-log(1 - Double.random(in: 0..<1, using: &random)), 1e-12)
    }

    /// Gamma distributed with shape 4.
    private static func gamma4(_ random: inout SplitMix) -> Double {
        (0..<4).reduce(0) { sum, _ in sum + exponential(&random) }
    }

    /// What is known of a customer with so much paid on each day.
    private static func summary(of amounts: [Int: Int64]) throws -> PurchaseSummary {
        let days = amounts.keys.sorted()
        guard let first = days.first, let last = days.last else { throw Disagreement("a customer without purchases") }
        return try PurchaseSummary(
            repeats: days.count - 1, recency: Double(last - first) / 7, age: Double(watched - 1 - first) / 7,
            repeatAmount: days.dropFirst().reduce(0) { $0 + (amounts[$1] ?? 0) })
    }
}
