internal import LMDB

/// Goes through the rows that serve and those that a changed read model has made, side by side in key order. Constant
/// memory.
struct RowMerge {
    /// In one snapshot.
    let before: any RowTables
    /// Nobody writes to it any more.
    let after: Generation

    /// No key comes before it.
    private static let firstKey: [UInt8] = [0]

    /// Calls `body` for every key of a table, in order, with the value on each side; nil where there is none.
    ///
    /// - Throws: an error of the storage layer for a row that is not what was stored, and what `body` throws.
    func forEach(
        in table: RowTable, _ body: (_ key: RawSpan, _ before: RawSpan?, _ after: RawSpan?) throws -> Void
    ) throws {
        let cursor = try SnapshotCursor(after.environment, after.database(of: table))
        let path = after.environment.path
        func tellAfter() throws {
            try cursor.withEntry { key, row in try body(key, nil, try StoredRow.open(row, under: key, in: path)) }
        }
        var isOnEntry = try cursor.next()
        try before.walk(table, from: Self.firstKey) { key, value in
            while isOnEntry {
                let order = cursor.withEntry { other, _ in other.compareBytes(to: key) }
                if order > 0 { break }
                if order == 0 {
                    try cursor.withEntry { _, row in
                        try body(key, value, try StoredRow.open(row, under: key, in: path))
                    }
                    isOnEntry = try cursor.next()
                    return .next
                }
                try tellAfter()
                isOnEntry = try cursor.next()
            }
            try body(key, value, nil)
            return .next
        }
        while isOnEntry {
            try tellAfter()
            isOnEntry = try cursor.next()
        }
    }
}
