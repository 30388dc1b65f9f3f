internal import LMDB

/// Ordered rows put or taken out, each key once; the last word counts.
struct RowChanges {
    private var keys = ByteKeyTable()
    private var arena: [UInt8] = []
    /// Where the value of each key stands in `arena`; nil where the row is taken out.
    private var values: [Range<Int>?] = []

    var count: Int { values.count }

    mutating func put(_ value: RawSpan, at key: RawSpan) {
        let start = arena.count
        arena.append(value)
        set(start..<arena.count, key)
    }

    mutating func remove(at key: RawSpan) { set(nil, key) }

    private mutating func set(_ value: Range<Int>?, _ key: RawSpan) {
        let (number, isNew) = keys.number(of: key, hash: FastHash.hash64(key))
        if isNew { values.append(value) } else { values[number] = value }
    }

    /// Adds rows of entities that are not here.
    mutating func merge(_ other: RowChanges) {
        for number in 0..<other.count {
            other.keys.withBytes(number) { key in
                if let value = other.values[number] {
                    put(other.arena.rawSpan.extracting(value), at: key)
                } else {
                    remove(at: key)
                }
            }
        }
    }

    /// Calls `body` with every key in order and its value, nil where the row is taken out.
    func forEach(_ body: (_ key: RawSpan, _ value: RawSpan?) throws -> Void) throws {
        for number in keys.sortedNumbers() {
            try keys.withBytes(number) { key in
                if let value = values[number] {
                    try body(key, arena.rawSpan.extracting(value))
                } else {
                    try body(key, nil)
                }
            }
        }
    }
}
