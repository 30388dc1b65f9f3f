internal import EventLog
internal import LMDB

/// Loads a whole build into an empty generation: everything in key order, from left to right.
///
/// The generation does not serve before all is there, so it is written in many transactions: one would hold all of its
/// pages in memory.
struct RowLoader: ~Copyable {
    private let generation: Generation
    private let isCancelled: () -> Bool
    private var transaction: WriteTransaction
    private var uncommittedBytes = 0
    private var value: [UInt8] = []

    /// Bytes of rows between two commits.
    private static let bytesPerCommit = 8 << 20

    private init(_ generation: Generation, isCancelled: @escaping () -> Bool) throws {
        self.generation = generation
        self.isCancelled = isCancelled
        transaction = try generation.environment.beginWrite()
    }

    /// - Parameter runners: of each fold those of all workers.
    /// - Throws: `CancellationError` when `isCancelled` answers true; errors of the storage layer.
    static func load(
        _ runners: [[FoldRunner]], _ contributions: Contributions, _ checkpoint: Checkpoint, of model: ReadModel,
        into generation: Generation, isCancelled: @escaping () -> Bool = { false }
    ) throws {
        var loader = try RowLoader(generation, isCancelled: isCancelled)
        for perWorker in runners { try loader.loadEntities(perWorker) }
        try contributions.forEachTotal { key, columns in
            Columns.encode(columns, into: &loader.value)
            try loader.append(at: key, in: generation.totals)
        }
        try contributions.forEachSeries { key, changes in
            try SeriesRows(key: key).forEach(of: changes) { row in
                switch row {
                case .day(let key, _, let changes):
                    try DayRow.encode(changes, into: &loader.value)
                    try loader.append(at: key.rawSpan, in: generation.series)
                case .block(let key, let columns):
                    Columns.encode(columns[...], into: &loader.value)
                    try loader.append(at: key.rawSpan, in: generation.series)
                }
            }
        }
        try contributions.rows.forEach { key, stored in
            guard let stored else { return }
            loader.value.removeAll(keepingCapacity: true)
            loader.value.append(stored)
            StoredRow.seal(&loader.value, under: key)
            let row = loader.value
            try loader.append(row.rawSpan, at: key, in: generation.rows)
        }
        try loader.end(checkpoint, model)
    }

    private consuming func end(_ checkpoint: Checkpoint, _ model: ReadModel) throws {
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint")
        let identity = Array(Generation.identity(of: model).utf8)
        try transaction.put(identity.rawSpan, in: generation.meta, for: "model")
        try transaction.commit()
    }

    /// Seals `value` in place and puts it behind all others; one that comes to nothing is left out.
    private mutating func append(at key: RawSpan, in database: Database) throws {
        if value.isEmpty { return }
        StoredRow.seal(&value, under: key)
        let row = value
        try append(row.rawSpan, at: key, in: database)
    }

    private mutating func append(_ row: RawSpan, at key: RawSpan, in database: Database) throws {
        if uncommittedBytes > Self.bytesPerCommit {
            if isCancelled() { throw CancellationError() }
            try transaction.commit()
            transaction = try generation.environment.beginWrite()
            uncommittedBytes = 0
        }
        try transaction.append(row, in: database, for: key)
        uncommittedBytes += key.byteCount + row.byteCount
    }

    /// The workers of one fold hold different entities; their sorted rows are merged.
    private mutating func loadEntities(_ workers: [FoldRunner]) throws {
        var heads = workers.map { SortedEntities($0) }.filter { !$0.isAtEnd }
        while !heads.isEmpty {
            var first = 0
            for index in heads.indices.dropFirst() where heads[index].isBefore(heads[first]) { first = index }
            let (key, row) = (heads[first].key, heads[first].row)
            try append(row.rawSpan, at: key.rawSpan, in: generation.entities)
            heads[first].advance()
            if heads[first].isAtEnd { heads.remove(at: first) }
        }
    }
}

/// The entities of one runner in key order, one row at a time.
private struct SortedEntities {
    private let runner: FoldRunner
    private let entities: [Int]
    private var next = 0
    /// The row that the runner stands at, as it is stored.
    private(set) var key: [UInt8] = []
    private(set) var row: [UInt8] = []
    private(set) var isAtEnd = false

    init(_ runner: FoldRunner) {
        self.runner = runner
        entities = runner.changedEntities(false)
        advance()
    }

    mutating func advance() {
        isAtEnd = next == entities.count
        if isAtEnd { return }
        runner.row(entities[next], &key, &row)
        let key = key
        StoredRow.seal(&row, under: key.rawSpan)
        next += 1
    }

    func isBefore(_ other: SortedEntities) -> Bool {
        let (mine, theirs) = (key, other.key)
        return mine.rawSpan.compareBytes(to: theirs.rawSpan) < 0
    }
}
