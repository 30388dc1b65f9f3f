internal import Crypto
internal import LMDB

/// The digest of a read model's content: SHA-256 over every row of every table, in order, with lengths.
///
/// It covers content alone: not the checkpoint, not the version, not how the rows came to be. So a rebuild has the
/// digest of what was followed live.
struct ContentDigest {
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private var rows: UInt64 = 0

    private static let pieceSize = 65_536

    /// The digest of all rows of a generation.
    ///
    /// - Throws: ``LMDBError`` of kind `corrupted` for a row that is not what was stored.
    static func of(_ generation: Generation) throws -> String {
        var digest = ContentDigest()
        for table in RowTable.allCases {
            let cursor = try SnapshotCursor(generation.environment, generation.database(of: table))
            while try cursor.next() {
                try cursor.withEntry { key, row in
                    digest.add(key, try StoredRow.open(row, under: key, in: generation.environment.path))
                }
            }
            digest.endTable()
        }
        return digest.finish()
    }

    /// The digest of no rows.
    static var ofNothing: String {
        var digest = ContentDigest()
        for _ in RowTable.allCases { digest.endTable() }
        return digest.finish()
    }

    /// Adds the next row of a table, in key order.
    mutating func add(_ key: RawSpan, _ value: RawSpan) {
        buffer.append(varint: UInt64(key.byteCount))
        buffer.append(varint: UInt64(value.byteCount))
        buffer.append(key)
        buffer.append(value)
        rows += 1
        if buffer.count >= Self.pieceSize { flush() }
    }

    /// The table has no more rows. Tables come in the order of ``RowTable``.
    mutating func endTable() {
        buffer.append(littleEndian: UInt64.max)
        buffer.append(littleEndian: rows)
        rows = 0
    }

    private mutating func flush() {
        hash.update(data: buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// The digest in hexadecimal, lower case.
    mutating func finish() -> String {
        flush()
        let digest = Array(hash.finalize())
        return digest.rawSpan.hexadecimal
    }
}
