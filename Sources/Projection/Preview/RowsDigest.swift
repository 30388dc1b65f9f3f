internal import Crypto
internal import LMDB

/// The digest of ``ContentDigest``, of rows that somebody goes through for other reasons.
struct RowsDigest {
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private var rows: UInt64 = 0

    private static let pieceSize = 65_536

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
