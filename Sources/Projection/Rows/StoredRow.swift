internal import LMDB

/// How a row is stored: its value, then a checksum over key and value.
///
/// Rows are read in place from a file that nobody checks as a whole; a flipped bit must not become an answer.
///
///      0  .  the value
///      .  4  the lower half of XXH3-64 of the value, seeded with that of the key; little-endian
enum StoredRow {
    private static let checksumLength = 4

    /// Makes the stored form of a row of its value.
    static func seal(_ value: inout [UInt8], under key: RawSpan) {
        value.append(littleEndian: checksum(of: value.rawSpan, under: key))
    }

    /// The value of a stored row.
    ///
    /// - Throws: ``LMDBError`` of kind `corrupted` when key and value are not what was stored together.
    @_lifetime(copy stored)
    static func open(_ stored: RawSpan, under key: RawSpan, in path: String) throws(LMDBError) -> RawSpan {
        let length = stored.byteCount - checksumLength
        guard length >= 0 else { throw LMDBError(.corrupted, "read a row", path: path) }
        let value = stored.extracting(0..<length)
        guard stored.u32(at: length) == checksum(of: value, under: key) else {
            throw LMDBError(.corrupted, "read a row", path: path)
        }
        return value
    }

    private static func checksum(of value: RawSpan, under key: RawSpan) -> UInt32 {
        UInt32(truncatingIfNeeded: FastHash.hash64(value, seed: FastHash.hash64(key)))
    }
}
