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

    /// The first rows behind a key without its prefix, of all prefixes together: one more than a page, if there are,
    /// without their prefixes. O(prefixes × (log n + page)).
    static func page(
        of prefixes: [[UInt8]], _ limit: Int, after last: [UInt8]?, _ reader: borrowing ModelReader,
        where isWanted: (RawSpan) throws -> Bool = { _ in true }
    ) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for prefix in prefixes {
            // A zero byte behind the last key shown: the first key that can follow it.
            let start = last.map { prefix + $0 + [0] }
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

/// A list of entities in order of time, page by page.
struct TimedList {
    /// What was asked for, in bytes: cursors of another scope are refused.
    let scope: [UInt8]
    /// What the keys of its rows begin with, those of several kinds together.
    let prefixes: [[UInt8]]

    /// A page; `row` makes what is shown of an id.
    ///
    /// - Parameters:
    ///   - isWanted: leaves rows out.
    ///   - others: keys, without a prefix, that belong to the list as well and are none of its rows.
    /// - Throws: ``ForeignCursor``.
    func page<Row>(
        _ limit: Int, after cursor: ListCursor?, _ reader: borrowing ModelReader,
        where isWanted: (RawSpan) throws -> Bool = { _ in true }, besides others: [[UInt8]] = [],
        _ row: (String) throws -> Row?
    ) throws -> ListPage<Row> {
        let size = pageSize(limit)
        // A time of eight bytes, and an id.
        let last = try cursor?.key(in: scope, atLeast: 9)
        var keys = try TimedKey.page(of: prefixes, size, after: last, reader, where: isWanted)
        if !others.isEmpty {
            keys += others.filter { other in last.map { $0.lexicographicallyPrecedes(other) } ?? true }
            keys.sort { $0.lexicographicallyPrecedes($1) }
            keys = Array(keys.prefix(size + 1))
        }
        var rows: [Row] = []
        for key in keys.prefix(size) {
            if let row = try row(TimedKey.id(of: key.rawSpan, prefix: 0)) { rows.append(row) }
        }
        let next = keys.count > size ? keys[..<size].last.map { ListCursor(after: $0, in: scope) } : nil
        return ListPage(rows: rows, next: next, position: reader.position)
    }
}
