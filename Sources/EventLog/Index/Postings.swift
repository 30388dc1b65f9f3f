internal import LMDB

/// The positions of one tag or type within one run, packed: a chunk.
///
/// A chunk is stored as
///
///     16  key, big-endian
///      .  first position, as its distance from the first position of the run
///      .  how many positions follow the first
///      .  only if there are any: the distance of the last position from the first, the length of the distances, and
///         the distance of each from the one before
///
/// with varints for all but the key. A key of one event, as most ids are, takes 18 to 21 bytes. Joining two chunks of
/// the same key needs one new distance only, which is what makes merging runs cheap.
struct Postings {
    /// Distances of this length fill a chunk, so that a block holds the longest chunk.
    static let greatestLength = 1900

    private(set) var first: UInt64
    private(set) var last: UInt64
    private(set) var count: Int
    private var distances: [UInt8] = []

    init(first: UInt64) {
        self.first = first
        self.last = first
        self.count = 1
    }

    init(_ stored: PostingChunk, in block: RawSpan) {
        first = stored.first
        last = stored.last
        count = stored.count
        if !stored.distances.isEmpty { distances = block.copy(stored.distances) }
    }

    var isFull: Bool { distances.count >= Self.greatestLength - 10 }

    mutating func append(_ position: UInt64) {
        distances.append(varint: position - last)
        last = position
        count += 1
    }

    /// Takes over a later stored chunk of the same key, if both fit into one; says whether it did.
    mutating func absorb(_ stored: PostingChunk, in block: RawSpan) throws(MalformedBytes) -> Bool {
        guard stored.first > last else { throw MalformedBytes("chunks of a key in order") }
        guard distances.count + stored.distances.count + 10 <= Self.greatestLength else { return false }
        distances.append(varint: stored.first - last)
        distances.append(block.extracting(stored.distances))
        last = stored.last
        count += stored.count
        return true
    }

    /// Appends the stored form of the chunk of `key`, in a run that begins at `base`.
    func write(_ key: TagKey, base: UInt64, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: key.high)
        bytes.append(bigEndian: key.low)
        bytes.append(varint: first - base)
        bytes.append(varint: UInt64(count - 1))
        guard count > 1 else { return }
        bytes.append(varint: last - first)
        bytes.append(varint: UInt64(distances.count))
        bytes += distances
    }
}

/// A stored chunk, found in its block.
struct PostingChunk {
    let key: TagKey
    let first: UInt64
    let last: UInt64
    let count: Int
    /// Where in the block its distances stand.
    let distances: Range<Int>

    /// Reads the chunk at `offset` of a block of a run that begins at `base`. O(1).
    init(at offset: Int, of block: RawSpan, base: UInt64) throws(MalformedBytes) {
        guard offset + 18 <= block.byteCount else { throw MalformedBytes("a chunk of postings at \(offset)") }
        key = TagKey(high: block.u64BigEndian(at: offset), low: block.u64BigEndian(at: offset + 8))
        var reader = ByteReader(block.extracting((offset + 16)..<block.byteCount))
        first = try Self.sum(base, reader.varint())
        let following = try reader.varint()
        if following == 0 {
            last = first
            count = 1
            let end = offset + 16 + reader.offset
            distances = end..<end
            return
        }
        last = try Self.sum(first, reader.varint())
        let length = try reader.count()
        let start = offset + 16 + reader.offset
        // Each distance takes a byte at least.
        guard length <= block.byteCount - start, following <= UInt64(length) else {
            throw MalformedBytes("\(following) distances in \(length) bytes at \(start)")
        }
        count = Int(following) + 1
        distances = start..<start + length
    }

    /// Where the next chunk begins.
    var end: Int { distances.upperBound }

    /// The positions, ascending.
    func positions(in block: RawSpan) throws(MalformedBytes) -> [UInt64] {
        if count == 1 { return [first] }
        var position = first
        var positions: [UInt64] = [position]
        positions.reserveCapacity(count)
        var reader = ByteReader(block.extracting(distances))
        while !reader.isAtEnd {
            position = try Self.sum(position, reader.varint())
            positions.append(position)
        }
        guard positions.count == count else { throw MalformedBytes("\(count) positions in a chunk of postings") }
        return positions
    }

    private static func sum(_ position: UInt64, _ distance: UInt64) throws(MalformedBytes) -> UInt64 {
        let (sum, overflow) = position.addingReportingOverflow(distance)
        guard !overflow else { throw MalformedBytes("positions within 64 bits") }
        return sum
    }
}

/// What an entry of a run's postings holds: chunks one after the other, in order of key and first position, under those
/// of the first of them.
///
/// An entry for each key would cost LMDB's overhead for each, and a merge a step of a cursor for each.
struct PostingBlock: ~Escapable {
    /// Two blocks with their keys fill a page.
    static let greatestLength = 2006

    private let bytes: RawSpan
    private let base: UInt64
    private var offset = 0

    /// - Parameter base: the first position of the run.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, base: UInt64) {
        self.bytes = bytes
        self.base = base
    }

    /// The next chunk; nil after the last one.
    @_lifetime(self: copy self)
    mutating func next() throws(MalformedBytes) -> PostingChunk? {
        guard offset < bytes.byteCount else { return nil }
        let chunk = try PostingChunk(at: offset, of: bytes, base: base)
        offset = chunk.end
        return chunk
    }

    /// The chunks of `key`, ascending, and whether the next block may have more of them. O(chunks of the block).
    static func chunks(
        of key: TagKey, in bytes: RawSpan, base: UInt64
    ) throws(MalformedBytes) -> (found: [PostingChunk], isLast: Bool) {
        var block = PostingBlock(bytes, base: base)
        var found: [PostingChunk] = []
        while let chunk = try block.next() {
            if chunk.key == key { found.append(chunk) } else if chunk.key > key { return (found, true) }
        }
        return (found, false)
    }

    /// Appends what the block that begins with a chunk is stored under.
    static func writeKey(_ key: TagKey, _ first: UInt64, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: key.high)
        bytes.append(bigEndian: key.low)
        bytes.append(bigEndian: first)
    }

    /// Whether `stored` is what a block that begins with `chunk` is stored under.
    static func isKey(_ stored: RawSpan, of chunk: PostingChunk) -> Bool {
        stored.byteCount == 24 && stored.u64BigEndian(at: 0) == chunk.key.high
            && stored.u64BigEndian(at: 8) == chunk.key.low && stored.u64BigEndian(at: 16) == chunk.first
    }
}
