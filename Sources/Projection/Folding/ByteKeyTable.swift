public import LMDB

/// Byte strings and their dense numbers 0, 1, 2 ...: an open-addressing table over one arena. Full bytes are compared,
/// so a collision of hashes costs time and never mixes two keys up.
@usableFromInline
struct ByteKeyTable {
    @usableFromInline var arena: [UInt8] = []
    @usableFromInline var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// Number + 1; 0 is free.
    private var slots = [UInt32](repeating: 0, count: 256)

    @usableFromInline
    init() {}

    @usableFromInline var count: Int { ends.count }

    /// Lends the bytes of a number.
    @inlinable
    func withBytes<Result>(_ number: Int, _ body: (RawSpan) throws -> Result) rethrows -> Result {
        try body(arena.rawSpan.extracting(range(number)))
    }

    @inlinable
    func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    /// The number of `key`, new or known.
    @usableFromInline
    mutating func number(of key: RawSpan, hash: UInt64) -> (number: Int, isNew: Bool) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, arena.rawSpan.extracting(range(number)).sameBytes(as: key) {
                return (number, false)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        arena.append(key)
        ends.append(arena.count)
        hashes.append(hash)
        slots[slot] = UInt32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return (ends.count - 1, true)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
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
