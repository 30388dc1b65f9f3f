internal import EventLog

/// Tells most tags apart from those of a set, by their hashes (Bloom, "Space/Time Trade-offs in Hash Coding", 1970):
/// two bits each, at least sixteen bits an entry, so that one other tag in about sixty is taken for one of them.
struct TagFilter: Sendable {
    private var words: [UInt64] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Whether there is room for one more; else it is to be made anew, for twice as many.
    var hasRoom: Bool { (count + 1) * 16 <= words.count * 64 }

    init() {}

    /// For so many tags.
    init(capacity: Int) {
        var bits = 1024
        while bits < capacity * 16 { bits *= 2 }
        words = [UInt64](repeating: 0, count: bits / 64)
    }

    mutating func insert(_ hash: UInt64) {
        count += 1
        for bit in [hash, hash >> 32] {
            let place = Int(truncatingIfNeeded: bit) & (words.count * 64 - 1)
            words[place / 64] |= 1 << UInt64(place % 64)
        }
    }

    /// Whether a tag with this hash may be one of them. Of those that are, always.
    func mayHold(_ hash: UInt64) -> Bool {
        let mask = words.count * 64 - 1
        let (first, second) = (Int(truncatingIfNeeded: hash) & mask, Int(truncatingIfNeeded: hash >> 32) & mask)
        return words[first / 64] & 1 << UInt64(first % 64) != 0 && words[second / 64] & 1 << UInt64(second % 64) != 0
    }
}
