public import EventLog
public import LMDB

/// What the folds of one read model share while they go over a stretch of the log.
public final class FoldPass {
    /// The log as the read model sees it at the end of the stretch.
    @usableFromInline let seen: SeenLog
    /// The last position of the stretch.
    @usableFromInline var upTo: Position = .zero
    /// What happened later is left out; nil leaves out nothing.
    @usableFromInline let occurredUntil: Timestamp?
    /// The only entity that events are applied to; nil applies them to all.
    @usableFromInline let only: Tag?
    /// The rows as they were before a live batch; nil while rebuilding.
    @usableFromInline var source: EntitySource?
    @usableFromInline var contributions = Contributions()
    /// This worker and how many there are: each takes the entities whose key falls to it.
    @usableFromInline let worker: UInt64
    @usableFromInline let workers: UInt64

    init(_ seen: SeenLog, worker: Int = 0, workers: Int = 1, occurredUntil: Timestamp? = nil, only: Tag? = nil) {
        self.seen = seen
        self.only = only
        self.occurredUntil = occurredUntil
        self.worker = UInt64(worker)
        self.workers = UInt64(workers)
    }

    /// A pass over events up to a moment of the past.
    convenience init(_ seen: SeenLog, moment: PastMoment, only: Tag? = nil) {
        self.init(seen, occurredUntil: moment.occurredUntil, only: only)
        upTo = moment.position
    }

    /// Where the events stand that are seen under an entity's tag up to the end of the pass, in order of occurrence or
    /// of the log.
    @usableFromInline
    func placesInOrder(about entity: Tag, types: [EventType], byOccurrence: Bool) throws -> [EventPlace] {
        let moment = PastMoment(position: upTo, occurredUntil: occurredUntil)
        let places = try seen.places(about: entity, types: types, at: moment)
        return places.sorted { byOccurrence ? $0.comes(before: $1) : $0.position < $1.position }
    }

    /// Whether what has this hash falls to this worker: the upper 24 bits, taken as a fraction, name the worker.
    @inlinable
    func takes(_ hash: UInt64) -> Bool { ((hash >> 40) &* workers) >> 24 == worker }

    /// Whether events are applied to the entity with this tag.
    @inlinable
    func takes(_ entity: RawSpan) -> Bool {
        guard let only else { return true }
        return only.text.sameBytes(as: entity)
    }
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
