internal import LMDB

/// A blocked Bloom filter over event ids, used in place as it is stored: one 64-byte block per look-up.
///
/// About 12 bits and 6 probes an id: roughly one false "maybe" in 200. (Putze, Sanders, Singler 2007.)
struct IDFilter {
    private static let bitsPerID = 12
    private static let blockBytes = 64
    private static let probes = 6

    private var words: [UInt64]

    /// An empty filter for `count` ids.
    init(count: Int) {
        words = [UInt64](repeating: 0, count: max(1, (count * Self.bitsPerID + 511) / 512) * 8)
    }

    mutating func insert(_ id: EventID) {
        let hash = id.mixed
        let block = Self.blockIndex(hash, words.count / 8)
        Self.forEachBit(hash) { bit in
            words[block * 8 + bit >> 6] |= 1 << UInt64(bit & 63)
            return true
        }
    }

    /// The stored form.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words { bytes.append(littleEndian: word) }
        return bytes
    }

    /// Whether the id may be among those the filter was built from; `false` is certain.
    static func mayContain(_ id: EventID, in filter: RawSpan) -> Bool {
        let hash = id.mixed
        let start = blockIndex(hash, filter.byteCount / blockBytes) * blockBytes
        var found = true
        forEachBit(hash) { bit in
            found = filter.u64(at: start + (bit >> 6) * 8) & (1 << UInt64(bit & 63)) != 0
            return found
        }
        return found
    }

    private static func blockIndex(_ hash: UInt64, _ blocks: Int) -> Int {
        Int((hash >> 32).multipliedFullWidth(by: UInt64(blocks) << 32).high)
    }

    private static func forEachBit(_ hash: UInt64, _ body: (Int) -> Bool) {
        var bits = hash &* 0xA24B_AED4_963E_E407
        for _ in 0..<probes {
            if !body(Int(bits >> 55)) { return }
            bits = bits << 9 | bits >> 55
        }
    }
}
