public import EventLog
internal import LMDB

/// What the folds of one read model share while they go over a stretch of the log.
public final class FoldPass {
    @usableFromInline let log: EventLog
    /// The last position of the stretch.
    @usableFromInline var upTo: Position = .zero
    /// The rows as they were before a live batch; nil while rebuilding.
    @usableFromInline var source: EntitySource?
    @usableFromInline var contributions = Contributions()
    /// This worker and how many there are: each takes the entities whose key falls to it.
    @usableFromInline let worker: UInt64
    @usableFromInline let workers: UInt64

    init(_ log: EventLog, worker: Int = 0, workers: Int = 1) {
        self.log = log
        self.worker = UInt64(worker)
        self.workers = UInt64(workers)
    }

    /// Whether what has this hash falls to this worker: the upper 24 bits, taken as a fraction, name the worker.
    @inlinable
    func takes(_ hash: UInt64) -> Bool { ((hash >> 40) &* workers) >> 24 == worker }
}

/// Reads the stored rows of entities in one snapshot.
@usableFromInline
final class EntitySource {
    private struct Snapshot: ~Copyable {
        let transaction: ReadTransaction
        let entities: Database
        let path: String

        func withRow<Result>(_ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
            guard let row = try transaction.value(in: entities, for: key) else { return nil }
            return try body(try StoredRow.open(row, under: key, in: path))
        }
    }

    private let snapshot: Snapshot

    init(_ generation: Generation) throws {
        snapshot = Snapshot(
            transaction: try generation.environment.beginRead(), entities: generation.entities,
            path: generation.environment.path)
    }

    @usableFromInline
    func withRow<Result>(_ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
        try snapshot.withRow(key, body)
    }
}
