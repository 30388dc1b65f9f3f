internal import LMDB

/// The sets of dimensions that a person's answers state, each once, at the end of a ``LoyaltyRow``; number 0 is the one
/// without any and is not stored.
///
///     4  how many sets
///     .  sets, each: 4 how many dimensions, each: 4 each the lengths of name and value, then both
struct DimensionSets {
    /// As they are stored, from number 1 on.
    private var stored: [[UInt8]] = []
    private var numbers: [[UInt8]: UInt32] = [:]

    /// None but the empty one.
    init() {}

    // MARK: Writing

    /// The number of a set, which is put there when it is not known.
    mutating func number(of pairs: [Dimensions.Pair]) -> UInt32 {
        if pairs.isEmpty { return 0 }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(pairs.count))
        for pair in pairs {
            bytes.append(littleEndian: UInt32(pair.name.utf8.count))
            bytes.append(littleEndian: UInt32(pair.value.utf8.count))
            bytes.append(utf8: pair.name)
            bytes.append(utf8: pair.value)
        }
        if let known = numbers[bytes] { return known }
        stored.append(bytes)
        let number = UInt32(stored.count)
        numbers[bytes] = number
        return number
    }

    /// Writes all of them.
    func append(to row: inout [UInt8]) {
        row.append(littleEndian: UInt32(stored.count))
        for bytes in stored { row += bytes }
    }

    // MARK: Reading

    /// The values of a dimension by the number of the set, none where it does not state the dimension. O(bytes).
    ///
    /// - Throws: `MalformedBytes`.
    static func values(of dimension: String, in row: RawSpan, at start: Int) throws -> [[[UInt8]]] {
        var offset = start
        var values: [[[UInt8]]] = [[]]
        for _ in 0..<(try count(row, &offset)) {
            var found: [[UInt8]] = []
            for _ in 0..<(try count(row, &offset)) {
                let nameLength = try count(row, &offset)
                let valueLength = try count(row, &offset)
                let value = offset + nameLength
                let end = value + valueLength
                guard end <= row.byteCount else { throw MalformedBytes("a dimension at \(offset)") }
                if dimension.sameBytes(as: row.extracting(offset..<value)) { found.append(row.copy(value..<end)) }
                offset = end
            }
            values.append(found)
        }
        return values
    }

    /// The number of four bytes at `offset`, which goes on behind it.
    private static func count(_ row: RawSpan, _ offset: inout Int) throws -> Int {
        guard offset + 4 <= row.byteCount else { throw MalformedBytes("a number at \(offset)") }
        defer { offset += 4 }
        return Int(row.u32(at: offset))
    }
}
