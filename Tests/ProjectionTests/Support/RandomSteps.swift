@testable import EventLog
import LMDB
@testable import Projection
import TestSupport

/// Something contributed, or taken out again: to a total, a series and an ordered row.
struct ContributionStep {
    /// Which ordered row it has.
    let id: Int
    let sign: Int64
    /// Names both the total and the series.
    let name: String
    let column: Int
    let amount: Int64
    let microseconds: Int64

    static let totals: UInt8 = 1
    static let series: UInt8 = 2
    static let rows: UInt8 = 6
    static let names = ["", "a", "a\u{0}", "张"]
    static let columns = 3
    static let day: Int64 = 86_400_000_000
    static let quarter: Int64 = 900_000_000

    /// The same, taken out where it was put in.
    var opposite: ContributionStep {
        ContributionStep(
            id: id, sign: -sign, name: name, column: column, amount: amount, microseconds: microseconds)
    }

    func contribute(to contributions: inout Contributions) throws {
        contributions.sign = sign
        let total = contributions.total(Self.totals, name, columns: Self.columns)
        contributions.add(amount, to: column, of: total)
        let series = contributions.series(Self.series, name, columns: Self.columns)
        try contributions.add(amount, to: column, of: series, at: Timestamp(microseconds: microseconds))
        contributions.put([UInt8(column)], at: Self.rowKey(id))
        contributions.sign = 1
    }

    static func contributions(of steps: some Sequence<ContributionStep>) throws -> Contributions {
        var contributions = Contributions()
        for step in steps { try step.contribute(to: &contributions) }
        return contributions
    }

    /// What takes out the ordered rows with these ids, and nothing else.
    static func removals(of ids: [Int]) -> Contributions {
        var contributions = Contributions()
        contributions.sign = -1
        for id in ids { contributions.put([], at: rowKey(id)) }
        contributions.sign = 1
        return contributions
    }

    private static func rowKey(_ id: Int) -> [UInt8] {
        var key = [rows]
        key.append(bigEndian: UInt64(id))
        return key
    }

    /// Steps of which every third takes an earlier one out, or puts it in again.
    static func random(_ count: Int, using random: inout SeededGenerator) -> [ContributionStep] {
        var steps: [ContributionStep] = []
        for id in 0..<count {
            if !steps.isEmpty, Int.random(in: 1...3, using: &random) == 1 {
                steps.append(steps[Int.random(in: 0..<steps.count, using: &random)].opposite)
            } else {
                steps.append(
                    ContributionStep(
                        id: id, sign: 1, name: names[Int.random(in: 0..<names.count, using: &random)],
                        column: Int.random(in: 0..<columns, using: &random),
                        amount: Int64.random(in: -5...5, using: &random), microseconds: moment(using: &random)))
            }
        }
        return steps
    }

    /// A moment: often around 1970, often where a quarter, a day or a block of days ends, now and then at an end of
    /// time.
    static func moment(using random: inout SeededGenerator) -> Int64 {
        switch Int.random(in: 0...19, using: &random) {
        case 0...7: Int64.random(in: -2 * day...2 * day, using: &random)
        case 8...10: Int64.random(in: -300...300, using: &random) * quarter
        case 11...13: Int64.random(in: -100...100, using: &random) * day
        case 14...15: Int64.random(in: -4...4, using: &random) * 32 * day - Int64.random(in: 0...1, using: &random)
        case 16: .min
        case 17: .max
        default: Int64.random(in: -400 * day...400 * day, using: &random)
        }
    }
}
