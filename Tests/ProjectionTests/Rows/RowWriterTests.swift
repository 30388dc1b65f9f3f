@testable import EventLog
import LMDB
@testable import Projection
import Testing

/// Rows in a generation of its own, written without any log.
@Suite struct RowWriterTests {
    private let rows: RowsApart

    init() throws {
        rows = try RowsApart()
    }

    private func apply(_ sign: Int64, _ amount: Int64, at microseconds: Int64 = 0) throws {
        var contributions = Contributions()
        contributions.sign = sign
        let total = contributions.total(1, "a", columns: 2)
        contributions.add(amount, to: 1, of: total)
        let series = contributions.series(2, "a", columns: 2)
        try contributions.add(amount, to: 0, of: series, at: Timestamp(microseconds: microseconds))
        contributions.put([7], at: [6, UInt8(truncatingIfNeeded: amount)])
        try rows.apply(contributions)
    }

    @Test("contributions add up over batches; when they are taken out again, their rows are gone")
    func addsAndTakesOut() throws {
        try apply(1, 5)
        try apply(1, 6)
        let total = try ModelReader(rows.generation).total(1, "a")
        #expect(total == [0, 11])
        let both = try rows.counts()
        // Of the series, a day and a block of days.
        #expect(both == [1, 2, 2])
        let series = try ModelReader(rows.generation).sum(2, ["a"])
        #expect(series == [11])
        try apply(-1, 6)
        try apply(-1, 5)
        let none = try rows.counts()
        #expect(none == [0, 0, 0])
        let empty = try ModelReader(rows.generation).total(1, "a")
        #expect(empty == [])
    }

    @Test("each quarter of a day is taken out for itself; the day goes with the last one, the block with the last day")
    func takesOutQuarters() throws {
        let quarter: Int64 = 900_000_000
        for time in [0, quarter, 96 * quarter] { try apply(1, 3, at: time) }
        var counts: [Int] = []
        var sums: [[Int64]] = []
        for time in [quarter, 0, 96 * quarter] {
            counts.append(try rows.counts()[1])
            sums.append(try ModelReader(rows.generation).sum(2, ["a"], to: Timestamp(microseconds: 96 * quarter)))
            try apply(-1, 3, at: time)
        }
        // Two days and their block; the same without a quarter; then one day less.
        #expect(counts == [3, 3, 2])
        #expect(sums == [[6], [3], []])
        let none = try rows.counts()
        #expect(none == [0, 0, 0])
    }

    @Test("rows and checkpoint are written together; a sum that does not fit writes neither")
    func writesTogether() throws {
        try apply(1, .max)
        let written = try rows.generation.checkpoint()
        #expect(written == rows.checkpoint)
        let next = Checkpoint(logID: rows.checkpoint.logID, position: 6, recordChecksum: 1)
        var contributions = Contributions()
        let first = contributions.total(0, "first", columns: 1)
        contributions.add(1, to: 0, of: first)
        let total = contributions.total(1, "a", columns: 2)
        contributions.add(1, to: 1, of: total)
        let tooMuch = contributions
        #expect(throws: SumOverflow(row: "1/a", column: 1)) { try rows.apply(tooMuch, next) }
        let kept = try rows.generation.checkpoint()
        #expect(kept == rows.checkpoint)
        let undone = try ModelReader(rows.generation).total(0, "first")
        #expect(undone == [])
    }

    // MARK: Days and blocks that do not fit

    /// Amounts of the series "won", each with its quarter.
    private func won(_ amounts: [(amount: Int64, quarter: Int64)]) throws -> Contributions {
        var contributions = Contributions()
        let series = contributions.series(5, "won", columns: 1)
        for (amount, quarter) in amounts {
            try contributions.add(amount, to: 0, of: series, at: Timestamp(microseconds: quarter * 900_000_000))
        }
        return contributions
    }

    @Test(
        "days and blocks overflow with an error that names the series, though each quarter fits",
        arguments: [(0, 1), (95, 0), (-1, -96), (0, 96), (-97, -3_072)] as [(Int64, Int64)])
    func overflowOfDays(first: Int64, second: Int64) throws {
        let tooMuch = try won([(.max, first), (1, second)])
        let overflow = SumOverflow(row: "5/won", column: 0)
        #expect(throws: overflow) { try rows.apply(tooMuch) }
        #expect(throws: overflow) { try rows.load(tooMuch) }
        let none = try rows.counts()
        #expect(none == [0, 0, 0])
    }

    @Test(
        "what is added to a quarter, a day or a block that is full is an error that names the series",
        arguments: [0, 1, 95, 96, 3_071] as [Int64])
    func overflowOfStoredDays(quarter: Int64) throws {
        let first = try won([(.max, 0)])
        let second = try won([(1, quarter)])
        try rows.apply(first)
        #expect(throws: SumOverflow(row: "5/won", column: 0)) { try rows.apply(second) }
        let kept = try ModelReader(rows.generation).sum(5, ["won"])
        #expect(kept == [.max])
    }

    @Test("blocks that fit, but not together, can be written; the sum of both is an error that names the column")
    func overflowOfBlocks() throws {
        let both = try won([(.max, 0), (1, 3_072)])
        try rows.load(both)
        let start = Timestamp(microseconds: 3_072 * 900_000_000)
        let first = try ModelReader(rows.generation).sum(5, ["won"], to: start)
        #expect(first == [.max])
        let second = try ModelReader(rows.generation).sum(5, ["won"], from: start)
        #expect(second == [1])
        let error = #expect(throws: SumOverflow.self) { try ModelReader(rows.generation).sum(5, ["won"]) }
        #expect(error?.column == 0)
    }

    @Test("a checkpoint comes back as it was stored")
    func checkpoints() {
        let stored = rows.checkpoint.encode()
        let read = Checkpoint(stored.rawSpan)
        #expect(read == rows.checkpoint)
        let short = Array(stored.dropLast())
        let cut = Checkpoint(short.rawSpan)
        #expect(cut == nil)
    }
}
