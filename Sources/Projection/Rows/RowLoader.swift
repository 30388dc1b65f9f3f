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

    private consuming func end(_ checkpoint: Checkpoint, _ model: ReadModel) throws {
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint")
        let identity = Array(Generation.identity(of: model).utf8)
        try transaction.put(identity.rawSpan, in: generation.meta, for: "model")
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
