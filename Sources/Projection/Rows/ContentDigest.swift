internal import Crypto
internal import LMDB

/// The digest of a read model's content: SHA-256 over every row of every table, in order, with lengths.
///
/// It covers content alone: not the checkpoint, not the version, not how the rows came to be. So a rebuild has the
/// digest of what was followed live.
struct ContentDigest {
    private var hash = SHA256()
    private var buffer: [UInt8] = []

    ///
    /// - Throws: ``LMDBError`` of kind `corrupted` for a row that is not what was stored.
    static func of(_ generation: Generation) throws -> String {
        var digest = ContentDigest()
        for database in [generation.entities, generation.totals, generation.series, generation.rows] {
            let cursor = try SnapshotCursor(generation.environment, database)
            var count: UInt64 = 0
            while try cursor.next() {
                try cursor.withEntry { key, row in
                    digest.add(key, try StoredRow.open(row, under: key, in: generation.environment.path))
                }
                count += 1
            }
            digest.endTable(count)
        }
        return digest.finish()
    }

    private mutating func add(_ key: RawSpan, _ value: RawSpan) {
        buffer.append(varint: UInt64(key.byteCount))
        buffer.append(varint: UInt64(value.byteCount))
        buffer.append(key)
        buffer.append(value)
        if buffer.count >= 65_536 { flush() }
    }

    private mutating func endTable(_ count: UInt64) {
        buffer.append(littleEndian: UInt64.max)
        buffer.append(littleEndian: count)
    }

    private mutating func flush() {
        hash.update(data: buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func finish() -> String {
        flush()
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
