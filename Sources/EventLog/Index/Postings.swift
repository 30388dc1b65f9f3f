internal import LMDB

/// The positions of one tag or type within one run, packed.
///
/// A run stores them in chunks under the key (tag key high, low, first position of the chunk; all big-endian):
///
///      0  8  first position
///      8  8  last position
///     16  4  count
///     20  .  for each position after the first its distance from the one before, as a varint
///
/// Concatenating two chunks of the same key needs one new distance only, which is what makes merging runs cheap.
struct Postings {
    /// A chunk is closed at this size, so that it stays within an LMDB page.
    static let chunkBytes = 1900
    static let headerLength = 20
    static let keyLength = 24

    private(set) var first: UInt64
    private(set) var last: UInt64
    private(set) var count: UInt32
    private var distances: [UInt8] = []

    init(first: UInt64) {
        self.first = first
        self.last = first
        self.count = 1
    }

    init(stored: RawSpan) {
        first = stored.u64(at: 0)
        last = stored.u64(at: 8)
        count = stored.u32(at: 16)
        distances = stored.copy(Self.headerLength..<stored.byteCount)
    }

    var isFull: Bool { distances.count >= Self.chunkBytes - Self.headerLength - 10 }

    mutating func append(_ position: UInt64) {
        distances.append(varint: position - last)
        last = position
        count += 1
    }

    /// Takes over a later stored chunk of the same key, if both fit into one; says whether it did.
    mutating func absorb(_ stored: RawSpan) -> Bool {
        let added = stored.byteCount - Self.headerLength
        guard distances.count + added + 10 <= Self.chunkBytes - Self.headerLength else { return false }
        distances.append(varint: stored.u64(at: 0) - last)
        distances.append(stored.extracting(Self.headerLength..<stored.byteCount))
        last = stored.u64(at: 8)
        count += stored.u32(at: 16)
        return true
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: last)
        bytes.append(littleEndian: count)
        bytes += distances
    }

    static func writeKey(_ key: TagKey, _ first: UInt64, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: key.high)
        bytes.append(bigEndian: key.low)
        bytes.append(bigEndian: first)
    }

    static func key(of storedKey: RawSpan) -> TagKey {
        TagKey(high: storedKey.u64BigEndian(at: 0), low: storedKey.u64BigEndian(at: 8))
    }

    /// The positions of a stored chunk, ascending.
    static func positions(in stored: RawSpan) throws(MalformedBytes) -> [UInt64] {
        var position = stored.u64(at: 0)
        let count = Int(stored.u32(at: 16))
        var positions: [UInt64] = [position]
        // Each distance takes a byte at least, whatever the count says.
        positions.reserveCapacity(min(count, stored.byteCount))
        var reader = ByteReader(stored.extracting(headerLength..<stored.byteCount))
        while !reader.isAtEnd {
            let (sum, overflow) = position.addingReportingOverflow(try reader.varint())
            guard !overflow else { throw MalformedBytes("positions within 64 bits") }
            position = sum
            positions.append(position)
        }
        guard positions.count == count else { throw MalformedBytes("\(count) positions in a chunk of postings") }
        return positions
    }
}
