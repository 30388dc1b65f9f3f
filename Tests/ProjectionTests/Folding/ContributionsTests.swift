@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct ContributionsTests {
    private static let day: Int64 = 86_400_000_000

    /// Keys of totals that are not zero, with their columns.
    private func changedTotals(_ contributions: Contributions) throws -> [[UInt8]: [Int64]] {
        var changed: [[UInt8]: [Int64]] = [:]
        for (key, columns) in try contributions.allTotals() where columns.contains(where: { $0 != 0 }) {
            #expect(changed[key] == nil)
            changed[key] = columns
        }
        return changed
    }

    /// Keys of series in which anything changes, with their changes.
    private func changedSeries(_ contributions: Contributions) throws -> [[UInt8]: [QuarterAmount]] {
        var changed: [[UInt8]: [QuarterAmount]] = [:]
        for (key, amounts) in try contributions.allSeries() where !amounts.isEmpty {
            #expect(changed[key] == nil)
            changed[key] = amounts
        }
        return changed
    }

    @Test("what is added to the same total comes together, whoever asks for it")
    func totalsAddUp() throws {
        var contributions = Contributions()
        for amount in [5, 7, -2] as [Int64] {
            let total = contributions.total(1, "owner", "Ada", columns: 2)
            contributions.add(1, to: 0, of: total)
            contributions.add(amount, to: 1, of: total)
        }
        let other = contributions.total(1, "owner", "Bo", columns: 2)
        contributions.add(9, to: 1, of: other)
        let expected: [[UInt8]: [Int64]] = [
            RowKey.make(1, ["owner", "Ada"]): [3, 10], RowKey.make(1, ["owner", "Bo"]): [0, 9],
        ]
        let (totals, series) = (try changedTotals(contributions), try changedSeries(contributions))
        #expect(totals == expected)
        #expect(series == [:])
    }

    @Test("a total and a series of the same name are two things")
    func totalsAndSeriesAreApart() throws {
        var contributions = Contributions()
        let total = contributions.total(1, "a", columns: 1)
        let series = contributions.series(1, "a", columns: 3)
        contributions.add(4, to: 0, of: total)
        try contributions.add(6, to: 2, of: series, at: Timestamp(microseconds: 0))
        let (totals, changes) = (try changedTotals(contributions), try changedSeries(contributions))
        #expect(totals == [RowKey.make(1, ["a"]): [4]])
        #expect(changes == [RowKey.make(1, ["a"]): [QuarterAmount(0, 2, 6)]])
    }

    @Test("a name begun part by part is the one that is given at once, whatever bytes its parts hold")
    func namesByParts() throws {
        var contributions = Contributions()
        let parts = ["Ada", "", "a\u{0}\u{1}b", "张"]
        let total = contributions.total(3, "Ada", "", "a\u{0}\u{1}b", "张", columns: 1)
        contributions.add(1, to: 0, of: total)
        let series = contributions.series(3, "Ada", "", "a\u{0}\u{1}b", "张", columns: 1)
        try contributions.add(10, to: 0, of: series, at: Timestamp(microseconds: 0))
        for areTexts in [true, false] {
            contributions.name(3)
            for part in parts {
                let bytes = Array(part.utf8)
                if areTexts { contributions.part(part) } else { contributions.part(bytes.rawSpan) }
            }
            // One name does for both.
            let sameTotal = contributions.total(columns: 1)
            let sameSeries = contributions.series(columns: 1)
            contributions.add(1, to: 0, of: sameTotal)
            try contributions.add(10, to: 0, of: sameSeries, at: Timestamp(microseconds: 899_999_999))
        }
        let (totals, changes) = (try changedTotals(contributions), try changedSeries(contributions))
        #expect(totals == [RowKey.make(3, parts): [3]])
        #expect(changes == [RowKey.make(3, parts): [QuarterAmount(0, 0, 30)]])
    }

    @Test("totals and series come in the order of their keys, so that rows are written from left to right")
    func keysAreSorted() throws {
        var random = SeededGenerator(seed: 4)
        var contributions = Contributions()
        for _ in 0..<400 {
            let name = ["", "a", "ab", "b", "\u{0}", "\u{1}"][Int.random(in: 0..<6, using: &random)]
            let series = contributions.series(UInt8.random(in: 1...3, using: &random), name, columns: 1)
            let time = Timestamp(microseconds: Int64.random(in: -90...90, using: &random) * Self.day)
            try contributions.add(1, to: 0, of: series, at: time)
            let total = contributions.total(UInt8.random(in: 1...3, using: &random), name, columns: 1)
            contributions.add(1, to: 0, of: total)
        }
        let totals = try contributions.allTotals().map { $0.key }
        let series = try contributions.allSeries()
        for keys in [totals, series.map { $0.key }] {
            #expect(keys.count > 10)
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        }
        for (_, amounts) in series {
            #expect(amounts.count > 2)
            #expect(zip(amounts, amounts.dropFirst()).allSatisfy { QuarterAmount.isEarlier($0, $1) })
        }
    }

    @Test("what is added to a series comes together by quarters of an hour and columns")
    func seriesAddUp() throws {
        var contributions = Contributions()
        let series = contributions.series(1, "a", columns: 2)
        let added: [(time: Int64, column: Int, amount: Int64)] = [
            (Self.day - 1, 1, 2), (0, 1, 1), (0, 0, 7), (899_999_999, 1, 4), (-1, 1, 5), (-900_000_000, 1, 6),
            (-900_000_001, 0, 3), (0, 0, -7),
        ]
        for (time, column, amount) in added {
            try contributions.add(amount, to: column, of: series, at: Timestamp(microseconds: time))
        }
        let expected = [
            QuarterAmount(-2, 0, 3), QuarterAmount(-1, 1, 11), QuarterAmount(0, 1, 5), QuarterAmount(95, 1, 2),
        ]
        let changes = try changedSeries(contributions)
        #expect(changes == [RowKey.make(1, ["a"]): expected])
    }

    @Test("what several workers have gathered adds up to what one would have", arguments: [2, 3, 8])
    func merges(workers: Int) throws {
        var whole = Contributions()
        var parts = (0..<workers).map { _ in Contributions() }
        var random = SeededGenerator(seed: 9)
        for number in 0..<300 {
            let name = String(UInt8.random(in: 0...9, using: &random))
            let amount = Int64.random(in: -100...100, using: &random)
            let time = Timestamp(microseconds: Int64.random(in: -Self.day...Self.day, using: &random))
            let worker = Int.random(in: 0..<workers, using: &random)
            try Self.contribute(amount, name, time, to: &whole)
            try Self.contribute(amount, name, time, to: &parts[worker])
            let key: [UInt8] = [6, UInt8(number / 256), UInt8(number % 256)]
            whole.put([UInt8(worker)], at: key)
            parts[worker].put([UInt8(worker)], at: key)
        }
        var merged = parts[0]
        for part in parts.dropFirst() { merged.merge(part) }
        let (totals, allTotals) = (try changedTotals(merged), try changedTotals(whole))
        #expect(totals == allTotals)
        let (changes, allChanges) = (try changedSeries(merged), try changedSeries(whole))
        #expect(changes == allChanges)
        let (rows, allRows) = (try merged.rows.all(), try whole.rows.all())
        #expect(rows == allRows)
        #expect(rows.count == 300)
    }

    private static func contribute(
        _ amount: Int64, _ name: String, _ time: Timestamp, to contributions: inout Contributions
    ) throws {
        let total = contributions.total(1, name, columns: 2)
        contributions.add(1, to: 0, of: total)
        contributions.add(amount, to: 1, of: total)
        let series = contributions.series(2, name, columns: 1)
        try contributions.add(amount, to: 0, of: series, at: time)
    }

    @Test("what is put in and taken out again leaves nothing: no change, and no row")
    func takenOut() throws {
        var contributions = Contributions()
        for sign in [1, -1] as [Int64] {
            contributions.sign = sign
            try Self.contribute(77, "a", Timestamp(microseconds: 5), to: &contributions)
            contributions.put([3], at: [6, 1])
        }
        let (totals, changes) = (try changedTotals(contributions), try changedSeries(contributions))
        #expect(totals == [:])
        #expect(changes == [:])
        let rows = try contributions.rows.all()
        #expect(rows == [ChangedRow(key: [6, 1], value: nil)])
    }

    // MARK: Sums that do not fit

    @Test("a sum beyond 64 bits is an error that names the row and the column")
    func overflow() throws {
        var contributions = Contributions()
        let total = contributions.total(4, "owner", "Ada", columns: 2)
        contributions.add(.max, to: 1, of: total)
        contributions.add(1, to: 1, of: total)
        #expect(throws: SumOverflow(row: "4/owner/Ada", column: 1)) { try changedTotals(contributions) }
        // Only the sum has to fit, not what it was on the way.
        contributions.add(-1, to: 1, of: total)
        let kept = try changedTotals(contributions).values.map { $0 }
        #expect(kept == [[0, Int64.max]])
        let series = contributions.series(5, "won", columns: 1)
        try contributions.add(-.max, to: 0, of: series, at: Timestamp(microseconds: 0))
        try contributions.add(-2, to: 0, of: series, at: Timestamp(microseconds: 1))
        #expect(throws: SumOverflow(row: "5/won", column: 0)) { try contributions.allSeries() }
    }

    @Test("sums of several workers overflow with an error that names the row and the column")
    func overflowOfWorkers() throws {
        var parts = [Contributions(), Contributions()]
        for index in parts.indices {
            let total = parts[index].total(4, "a", columns: 2)
            parts[index].add(.max, to: 1, of: total)
        }
        let (one, other) = (parts[0], parts[1])
        #expect(throws: SumOverflow(row: "4/a", column: 1)) {
            var merged = one
            merged.merge(other)
            _ = try changedTotals(merged)
        }
    }

    @Test("the smallest number can be put into a total, and not into a series; taking it out is an error, not a crash")
    func smallestNumber() async {
        await #expect(processExitsWith: .success) {
            var contributions = Contributions()
            let total = contributions.total(1, "a", columns: 1)
            contributions.add(.min, to: 0, of: total)
            let series = contributions.series(2, "b", columns: 1)
            #expect(throws: SumOverflow(row: "2/b", column: 0)) {
                try contributions.add(.min, to: 0, of: series, at: Timestamp(microseconds: 0))
            }
            var out = Contributions()
            out.sign = -1
            let sameTotal = out.total(1, "a", columns: 1)
            out.add(.min, to: 0, of: sameTotal)
            let taken = out
            #expect(throws: SumOverflow(row: "1/a", column: 0)) { _ = try taken.allTotals() }
            let sameSeries = out.series(2, "b", columns: 1)
            #expect(throws: SumOverflow(row: "2/b", column: 0)) {
                try out.add(.min, to: 0, of: sameSeries, at: Timestamp(microseconds: 0))
            }
        }
    }
}
