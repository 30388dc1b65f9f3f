internal import LMDB
internal import Projection

/// Keys of rows in order of time: a table and what is looked for together with it, a time, and the id of the entity.
enum TimedKey {
    /// The key of an entity's row.
    static func make(_ prefix: [UInt8], at time: Int64, id: String) -> [UInt8] {
        var key = start(prefix, at: time)
        key.append(utf8: id)
        return key
    }

    /// Where the rows of a time begin.
    static func start(_ prefix: [UInt8], at time: Int64) -> [UInt8] {
        var key = prefix
        key.append(bigEndian: UInt64(bitPattern: time) ^ 1 << 63)
        return key
    }

    /// The time in a key whose prefix has `count` bytes.
    static func time(of key: RawSpan, prefix count: Int) -> Int64 {
        Int64(bitPattern: key.u64BigEndian(at: count) ^ 1 << 63)
    }

    /// The id in a key whose prefix has `count` bytes.
    static func id(of key: RawSpan, prefix count: Int) -> String {
        key.text(count + 8..<key.byteCount)
    }

    /// The first rows behind a cursor, of all prefixes together: one more than a page, if there are, without their
    /// prefixes. O(prefixes × (log n + page)).
    ///
    /// - Throws: ``ForeignCursor``.
    static func page(
        of prefixes: [[UInt8]], _ limit: Int, after cursor: ListCursor?, _ reader: borrowing ModelReader,
        where isWanted: (RawSpan) throws -> Bool = { _ in true }
    ) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for prefix in prefixes {
            // A zero byte behind the last key shown: the first key that can follow it.
            let start = try cursor.map { prefix + (try $0.timedKey) + [0] }
            var found = 0
            try reader.forEachRow(prefix: prefix, from: start) { key, row in
                guard try isWanted(row) else { return true }
                keys.append(key.copy(prefix.count..<key.byteCount))
                found += 1
                return found <= limit
            }
        }
        keys.sort { $0.lexicographicallyPrecedes($1) }
        return Array(keys.prefix(limit + 1))
    }
}

extension ListCursor {
    /// Time and id of the last row shown.
    ///
    /// - Throws: ``ForeignCursor`` when it has none.
    var timedKey: [UInt8] {
        get throws {
            guard key.count > 8 else { throw ForeignCursor(cursor: self) }
            return key
        }
    }
}

extension ListPage {
    /// A page of what `keys` name, which are one more than a page when there is a next one.
    init(
        _ keys: [[UInt8]], _ limit: Int, _ reader: borrowing ModelReader, _ row: (String) throws -> Row?
    ) throws {
        var rows: [Row] = []
        for key in keys.prefix(limit) {
            if let row = try row(TimedKey.id(of: key.rawSpan, prefix: 0)) { rows.append(row) }
        }
        let next = keys.count > limit ? keys[..<limit].last.map { ListCursor(after: $0) } : nil
        self.init(rows: rows, next: next, position: reader.position)
    }
}
