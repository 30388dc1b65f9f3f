@testable import EventLog
import LMDB
@testable import Projection
import Testing

/// Rows in a generation of its own, written without any log.
@Suite struct RowWriterTests {
    private let directory: TemporaryDirectory
    private let generation: Generation
    private let checkpoint = Checkpoint(logID: EventID(high: 1, low: 2), position: 5, recordChecksum: 9)

    init() throws {
        directory = try TemporaryDirectory()
        generation = try Generation(path: directory.path)
    }

    private var writer: RowWriter { RowWriter(generation: generation, model: Ledger.model) }

    private func apply(_ sign: Int64, _ amount: Int64, at microseconds: Int64 = 0) throws {
        var contributions = Contributions()
        contributions.sign = sign
        let total = contributions.total(1, "a", columns: 2)
        try contributions.add(amount, to: 1, of: total)
        let series = contributions.series(2, "a", columns: 2)
        try contributions.add(amount, to: 0, of: series, at: Timestamp(microseconds: microseconds))
        contributions.put([7], at: [6, UInt8(truncatingIfNeeded: amount)])
        try contributions.rollUp()
        try writer.apply([], contributions, checkpoint)
    }

    private func counts() throws -> [Int] {
        let transaction = try generation.environment.beginRead()
        return [
            try transaction.count(of: generation.totals), try transaction.count(of: generation.series),
            try transaction.count(of: generation.rows),
        ]
    }

    @Test("contributions add up over batches; when they are taken out again, their rows are gone")
    func addsAndTakesOut() throws {
        try apply(1, 5)
        try apply(1, 6)
        let total = try ModelReader(generation).total(1, "a")
        #expect(total == [0, 11])
        let both = try counts()
        #expect(both == [1, 3, 2])
        try apply(-1, 6)
        try apply(-1, 5)
        let none = try counts()
        #expect(none == [0, 0, 0])
        let empty = try ModelReader(generation).total(1, "a")
        #expect(empty == [])
    }

    @Test("rows and checkpoint are written together; a sum that does not fit writes neither")
    func writesTogether() throws {
        try apply(1, .max)
        let written = try generation.checkpoint()
        #expect(written == checkpoint)
        let next = Checkpoint(logID: checkpoint.logID, position: 6, recordChecksum: 1)
        var contributions = Contributions()
        let first = contributions.total(0, "first", columns: 1)
        try contributions.add(1, to: 0, of: first)
        let total = contributions.total(1, "a", columns: 2)
        try contributions.add(1, to: 1, of: total)
        #expect(throws: SumOverflow(row: "1/a", column: 1)) { try writer.apply([], contributions, next) }
        let kept = try generation.checkpoint()
        #expect(kept == checkpoint)
        let undone = try ModelReader(generation).total(0, "first")
        #expect(undone == [])
    }

    @Test("a checkpoint comes back as it was stored")
    func checkpoints() {
        let stored = checkpoint.encode()
        let read = Checkpoint(stored.rawSpan)
        #expect(read == checkpoint)
        let short = Array(stored.dropLast())
        let cut = Checkpoint(short.rawSpan)
        #expect(cut == nil)
    }
}
