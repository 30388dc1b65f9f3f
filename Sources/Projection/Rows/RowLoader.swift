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
        try BuiltRows(runners, contributions).forEach { table, key, value in
            try loader.append(&value, at: key, in: table)
        }
        try loader.end(checkpoint, model)
    }

    /// Copies all rows of a generation that nobody writes to, each compared with its checksum before.
    ///
    /// - Throws: `CancellationError` when `isCancelled` answers true; errors of the storage layer, of kind `corrupted`
    ///   for a row that is not what was stored.
    static func copy(
        _ source: Generation, _ checkpoint: Checkpoint, of model: ReadModel, into generation: Generation,
        isCancelled: @escaping () -> Bool
    ) throws {
        var loader = try RowLoader(generation, isCancelled: isCancelled)
        for table in RowTable.allCases {
            let cursor = try SnapshotCursor(source.environment, source.database(of: table))
            while try cursor.next() {
                try cursor.withEntry { key, row in
                    _ = try StoredRow.open(row, under: key, in: source.environment.path)
                    try loader.append(row, at: key, in: generation.database(of: table))
                }
            }
        }
        try loader.end(checkpoint, model)
    }

    private consuming func end(_ checkpoint: Checkpoint, _ model: ReadModel) throws {
        let stored = checkpoint.encode()
        try transaction.put(stored.rawSpan, in: generation.meta, for: "checkpoint")
        let identity = Array(Generation.identity(of: model).utf8)
        try transaction.put(identity.rawSpan, in: generation.meta, for: "model")
        if !model.forgets.isEmpty {
            let clean = Forgotten.encode(checkpoint.position)
            try transaction.put(clean.rawSpan, in: generation.meta, for: Forgotten.clean)
        }
        try transaction.commit()
    }

    /// Seals `value` in place and puts it behind all others.
    private mutating func append(_ value: inout [UInt8], at key: RawSpan, in table: RowTable) throws {
        StoredRow.seal(&value, under: key)
        let row = value
        try append(row.rawSpan, at: key, in: generation.database(of: table))
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
}
