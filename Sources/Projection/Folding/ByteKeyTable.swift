public import LMDB

/// Byte strings and their dense numbers 0, 1, 2 ...: an open-addressing table over one arena. Full bytes are compared,
/// so a collision of hashes costs time and never mixes two keys up.
@usableFromInline
package struct ByteKeyTable: Sendable {
    @usableFromInline var arena: [UInt8] = []
    /// Where each key ends in the arena.
    @usableFromInline var ends: [Int] = []
    @usableFromInline var slots = [Slot](repeating: Slot(), count: 256)

    /// Half of a key's hash, so that most looks at a wrong key end here; and where the key stands, so that a look at
    /// the right one goes on to its bytes at once.
    @usableFromInline
    struct Slot: Sendable {
        @usableFromInline var mark: UInt32 = 0
        /// Number + 1; 0 is free.
        @usableFromInline var number: UInt32 = 0
        @usableFromInline var start = 0

        @inlinable
        init() {}
    }

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
        let mark = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = slots.count - 1
        var slot = Int(mark) & mask
        while slots[slot].number != 0 {
            if slots[slot].mark == mark {
                let start = slots[slot].start
                let end = start + key.byteCount
                // A key that is longer or shorter differs, or ends where another one goes on.
                if end <= arena.count, arena.rawSpan.extracting(start..<end).sameBytes(as: key) {
                    let number = Int(slots[slot].number) - 1
                    if ends[number] == end { return (number, false) }
                }
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

    @usableFromInline
    mutating func insert(_ key: RawSpan, _ mark: UInt32, at slot: Int) -> Int {
        slots[slot].mark = mark
        slots[slot].number = UInt32(ends.count + 1)
        slots[slot].start = arena.count
        arena.append(key)
        ends.append(arena.count)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        let mask = slots.count - 1
        for entry in old where entry.number != 0 {
            var slot = Int(entry.mark) & mask
            while slots[slot].number != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// All numbers in the byte order of their keys.
    @usableFromInline
    func sortedNumbers() -> [Int] { sorted(Array(0..<count)) }

    /// The numbers given in the byte order of their keys.
    @usableFromInline
    func sorted(_ numbers: [Int]) -> [Int] {
        let span = arena.rawSpan
        return numbers.sorted { left, right in
            span.extracting(range(left)).compareBytes(to: span.extracting(range(right))) < 0
        }
    }

    @usableFromInline
    mutating func removeAll() {
        self = ByteKeyTable()
    }
}
