internal import EventLog
internal import LMDB

/// That a subject is erased, as a key store knows it.
///
/// Stored as format (1 byte), position (8, little endian), number of categories (2), then each category behind its
/// length (2).
struct Tombstone: Equatable {
    private static let format: UInt8 = 1

    /// Where the log said so first.
    var position: Position
    /// The categories whose keys stay, in UTF-8, sorted; each once.
    var retained: [[UInt8]]

    /// What an erasure leaves; `earlier` is what the one before has left.
    init(_ erasure: KeyErasure, after earlier: Tombstone?) {
        position = min(erasure.position, earlier?.position ?? erasure.position)
        retained = erasure.retained.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    var encoded: [UInt8] {
        var bytes = [Self.format]
        bytes.append(littleEndian: position.rawValue)
        bytes.append(littleEndian: UInt16(retained.count))
        for category in retained {
            bytes.append(littleEndian: UInt16(category.count))
            bytes += category
        }
        return bytes
    }

    /// Nil when that is not what was stored.
    init?(_ stored: RawSpan) {
        guard stored.byteCount >= 11, stored.u8(at: 0) == Self.format else { return nil }
        position = Position(stored.u64(at: 1))
        retained = []
        var offset = 11
        for _ in 0..<Int(stored.u16(at: 9)) {
            guard offset + 2 <= stored.byteCount else { return nil }
            let end = offset + 2 + Int(stored.u16(at: offset))
            guard end <= stored.byteCount else { return nil }
            retained.append(stored.copy(offset + 2..<end))
            offset = end
        }
        guard offset == stored.byteCount else { return nil }
    }
}
