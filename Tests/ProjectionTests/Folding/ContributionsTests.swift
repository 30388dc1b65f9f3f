@testable import EventLog
import LMDB
@testable import Projection
import Testing

@Suite struct ContributionsTests {
    private static let day: Int64 = 86_400_000_000

    /// Keys of changed totals (or cells of series) that are not zero, with their columns.
    private func changes(_ contributions: Contributions, timed: Bool = false) -> [[UInt8]: [Int64]] {
        var changes: [[UInt8]: [Int64]] = [:]
        let cells = (try? contributions.sortedCells(timed: timed)) ?? []
        for (key, columns) in cells where columns.contains(where: { $0 != 0 }) { changes[key] = columns }
        return changes
    }

    @Test("what is added to the same total comes together, whoever asks for it")
    func totalsAddUp() throws {
        var contributions = Contributions()
        for amount in [5, 7, -2] as [Int64] {
            let total = contributions.total(1, "owner", "Ada", columns: 2)
            try contributions.add(1, to: 0, of: total)
            try contributions.add(amount, to: 1, of: total)
        }
        let other = contributions.total(1, "owner", "Bo", columns: 2)
        try contributions.add(9, to: 1, of: other)
        let expected: [[UInt8]: [Int64]] = [
            RowKey.make(1, ["owner", "Ada"]): [3, 10], RowKey.make(1, ["owner", "Bo"]): [0, 9],
        ]
        #expect(changes(contributions) == expected)
        #expect(changes(contributions, timed: true) == [:])
    }

    @Test("a total and a series of the same name are two things")
    func totalsAndSeriesAreApart() throws {
        var contributions = Contributions()
        let total = contributions.total(1, "a", columns: 1)
        let series = contributions.series(1, "a", columns: 3)
        try contributions.add(4, to: 0, of: total)
        try contributions.add(6, to: 2, of: series, at: Timestamp(microseconds: 0))
        #expect(changes(contributions) == [RowKey.make(1, ["a"]): [4]])
        #expect(changes(contributions, timed: true).values.map { $0 } == [[0, 0, 6]])
    }

    @Test("changed cells come in the order of their keys, so that rows are written from left to right")
    func cellsAreSorted() throws {
        var random = SeededGenerator(seed: 4)
        var contributions = Contributions()
        for _ in 0..<400 {
            let name = ["", "a", "ab", "b", "\u{0}", "\u{1}"][Int.random(in: 0..<6, using: &random)]
            let series = contributions.series(UInt8.random(in: 1...3, using: &random), name, columns: 1)
            let time = Timestamp(microseconds: Int64.random(in: -90...90, using: &random) * Self.day)
            try contributions.add(1, to: 0, of: series, at: time)
            let total = contributions.total(UInt8.random(in: 1...3, using: &random), name, columns: 1)
            try contributions.add(1, to: 0, of: total)
        }
        try contributions.rollUp()
        for timed in [false, true] {
            let keys = try contributions.sortedCells(timed: timed).map(\.key)
            #expect(keys.count > 10)
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("each coarser bucket of a series holds the sum of its quarters")
    func rollsUp() throws {
        var contributions = Contributions()
        let series = contributions.series(1, "a", columns: 2)
        // Two quarters of one day, the day before 1970, and a day in the next block of 32.
        for (time, amount) in [(0, 1), (Self.day - 1, 2), (-1, 4), (32 * Self.day, 8)] as [(Int64, Int64)] {
            try contributions.add(amount, to: 1, of: series, at: Timestamp(microseconds: time))
        }
        try contributions.rollUp()
        var expected: [[UInt8]: [Int64]] = [:]
        for (level, bucket, sum) in [
            (0, 0, 1), (0, 95, 2), (0, -1, 4), (0, 32 * 96, 8),
            (1, 0, 3), (1, -1, 4), (1, 32, 8),
            (2, 0, 3), (2, -1, 4), (2, 1, 8),
        ] as [(UInt8, Int64, Int64)] {
            var key = RowKey.make(1, ["a"])
            TimeBucket.writeSuffix(level, bucket, to: &key)
            expected[key] = [0, sum]
        }
        #expect(changes(contributions, timed: true) == expected)
    }

    @Test("what two workers have gathered adds up to what one would have")
    func merges() throws {
        var whole = Contributions()
        var parts = [Contributions(), Contributions()]
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            let name = String(UInt8.random(in: 0...9, using: &random))
            let amount = Int64.random(in: -100...100, using: &random)
            let time = Timestamp(microseconds: Int64.random(in: -Self.day...Self.day, using: &random))
            let worker = Int.random(in: 0...1, using: &random)
            try Self.contribute(amount, name, time, to: &whole)
            try Self.contribute(amount, name, time, to: &parts[worker])
        }
        whole.put([1], at: [6, 1])
        whole.put([2], at: [6, 2])
        parts[0].put([1], at: [6, 1])
        parts[1].put([2], at: [6, 2])
        var merged = parts[0]
        try merged.merge(parts[1])
        try merged.rollUp()
        try whole.rollUp()
        #expect(changes(merged) == changes(whole))
        #expect(changes(merged, timed: true) == changes(whole, timed: true))
        #expect(merged.rows == whole.rows)
    }

    private static func contribute(
        _ amount: Int64, _ name: String, _ time: Timestamp, to contributions: inout Contributions
    ) throws {
        let total = contributions.total(1, name, columns: 2)
        try contributions.add(1, to: 0, of: total)
        try contributions.add(amount, to: 1, of: total)
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
        try contributions.rollUp()
        #expect(changes(contributions) == [:])
        #expect(changes(contributions, timed: true) == [:])
        #expect(contributions.rows == [[6, 1]: nil])
    }

    @Test("a sum beyond 64 bits is an error that names the row and the column")
    func overflow() throws {
        var contributions = Contributions()
        let total = contributions.total(4, "owner", "Ada", columns: 2)
        try contributions.add(.max, to: 1, of: total)
        #expect(throws: SumOverflow(row: "4/owner/Ada", column: 1)) { try contributions.add(1, to: 1, of: total) }
        let series = contributions.series(5, "won", columns: 1)
        try contributions.add(.min, to: 0, of: series, at: Timestamp(microseconds: 0))
        #expect(throws: SumOverflow(row: "5/won", column: 0)) {
            try contributions.add(-1, to: 0, of: series, at: Timestamp(microseconds: 1))
        }
    }

    @Test("coarser buckets overflow with an error, though each quarter fits")
    func overflowOfDays() throws {
        var contributions = Contributions()
        let series = contributions.series(5, "won", columns: 1)
        try contributions.add(.max, to: 0, of: series, at: Timestamp(microseconds: 0))
        try contributions.add(1, to: 0, of: series, at: Timestamp(microseconds: 900_000_000))
        #expect(throws: SumOverflow(row: "5/won", column: 0)) { try contributions.rollUp() }
    }

    @Test("the smallest number can be put in; taking it out is an error, not a crash")
    func smallestNumber() async {
        await #expect(processExitsWith: .success) {
            var contributions = Contributions()
            let total = contributions.total(1, "a", columns: 1)
            try contributions.add(.min, to: 0, of: total)
            var out = Contributions()
            out.sign = -1
            let same = out.total(1, "a", columns: 1)
            #expect(throws: SumOverflow(row: "1/a", column: 0)) { try out.add(.min, to: 0, of: same) }
        }
    }
}

extension Contributions {
    /// What ``forEachCell(timed:_:)`` goes through.
    fileprivate func sortedCells(timed: Bool) throws -> [(key: [UInt8], columns: [Int64])] {
        var cells: [(key: [UInt8], columns: [Int64])] = []
        try forEachCell(timed: timed) { key, columns in cells.append((key, Array(columns))) }
        return cells
    }
}
