@testable import EventLog
import LMDB
@testable import Projection
import TestSupport

/// A generation in a folder of its own, written without any log.
final class RowsApart {
    let generation: Generation
    let checkpoint = Checkpoint(logID: EventID(high: 1, low: 2), position: 5, recordChecksum: 9)
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        generation = try Generation(path: directory.path)
    }

    /// Writes as a build does, into rows that are empty.
    func load(_ contributions: Contributions) throws {
        try RowLoader.load([], contributions, checkpoint, of: Ledger.model, into: generation)
    }

    /// Writes as a live batch does. The rows go to `checkpoint`, or to another.
    func apply(_ contributions: Contributions, _ other: Checkpoint? = nil) throws {
        try RowWriter(generation: generation).apply([], contributions, other ?? checkpoint)
    }

    func digest() throws -> String { try ContentDigest.of(generation) }

    /// How many totals, rows of series and ordered rows there are.
    func counts() throws -> [Int] {
        let transaction = try generation.environment.beginRead()
        return [
            try transaction.count(of: generation.totals), try transaction.count(of: generation.series),
            try transaction.count(of: generation.rows),
        ]
    }
}
