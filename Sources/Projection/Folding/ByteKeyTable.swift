public import LMDB

/// Byte strings and their dense numbers 0, 1, 2 ...: an open-addressing table over one arena. Full bytes are compared,
/// so a collision of hashes costs time and never mixes two keys up.
@usableFromInline
package struct ByteKeyTable {
    @usableFromInline var arena: [UInt8] = []
    @usableFromInline var ends: [Int] = []
    /// The upper half of the hash, and number + 1 in the lower half; 0 is free. So most looks at a wrong key end here.
    @usableFromInline var slots = [UInt64](repeating: 0, count: 256)

    @usableFromInline
    package init() {}

    @inlinable package var count: Int { ends.count }

    /// Lends the bytes of a number.
    @inlinable
    package func withBytes<Result>(_ number: Int, _ body: (RawSpan) throws -> Result) rethrows -> Result {
        try body(arena.rawSpan.extracting(range(number)))
    }

    @inlinable
    func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    /// The number of `key`, new or known.
    @inlinable
    package mutating func number(of key: RawSpan, hash: UInt64) -> (number: Int, isNew: Bool) {
        let mark = hash & 0xFFFF_FFFF_0000_0000
        let mask = slots.count - 1
        var slot = Self.start(hash, mask)
        while slots[slot] != 0 {
            if slots[slot] & 0xFFFF_FFFF_0000_0000 == mark {
                let number = Int(slots[slot] & 0xFFFF_FFFF) - 1
                if arena.rawSpan.extracting(range(number)).sameBytes(as: key) { return (number, false) }
            }
            slot = (slot + 1) & mask
        }
        return (insert(key, mark, at: slot), true)
    }

    /// The number of `key`, new or known.
    package mutating func number(of key: RawSpan) -> Int { number(of: key, hash: FastHash.hash64(key)).number }

    /// The number of `key`, new or known.
    mutating func number(of key: [UInt8]) -> (number: Int, isNew: Bool) {
        number(of: key.rawSpan, hash: FastHash.hash64(key.rawSpan))
    }

    /// Where to look first: by the half of the hash that the slot keeps, so that a slot can find its place again.
    @inlinable
    static func start(_ hash: UInt64, _ mask: Int) -> Int { Int(hash >> 32) & mask }

    @usableFromInline
    mutating func insert(_ key: RawSpan, _ mark: UInt64, at slot: Int) -> Int {
        arena.append(key)
        ends.append(arena.count)
        slots[slot] = mark | UInt64(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        let mask = slots.count - 1
        for entry in old where entry != 0 {
            var slot = Self.start(entry, mask)
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// All numbers in the byte order of their keys.
    @usableFromInline
    func sortedNumbers() -> [Int] {
        let span = arena.rawSpan
        return (0..<count).sorted { left, right in
            span.extracting(range(left)).compareBytes(to: span.extracting(range(right))) < 0
        }
    }

    @usableFromInline
    mutating func removeAll() {
        self = ByteKeyTable()
    }
}
