internal import LMDB
internal import Synchronization

/// An immutable, sorted part of the index over positions `first`...`last`: one LMDB file, loaded in key order.
///
/// - `postings`: (tag key, first position of the chunk) -> ``Postings``
/// - `ids`: first id of a block, big-endian -> entries of id (16, big-endian) and distance from `first` (5)
/// - `about`: "filter" -> ``IDFilter``, "range" -> first, last, lowest id, highest id, checksum of these
///
/// Nothing is looked up before the file was compared with its hash in the manifest: a damaged index would let events in
/// twice.
final class IndexRun: Sendable {
    static let databases = [DatabaseDefinition("postings"), DatabaseDefinition("ids"), DatabaseDefinition("about")]
    static let idEntryLength = 21
    static let idBlockEntries = 90

    let name: String
    let first: UInt64
    let last: UInt64
    let environment: Environment
    private let postings: Database
    private let ids: Database
    private let filter: PinnedValue
    private let lowestID: EventID
    let highestID: EventID

    /// Open for as long as the run: it may be merged and removed before it was looked at.
    private let file: HashedFile
    let fileHash: UInt64
    /// Bytes of the file.
    let byteCount: Int
    /// Whether the file has that hash; nil before that was looked at.
    private let isSound: Mutex<Bool?>

    /// Opens the run in the directory `name` under `folder`.
    ///
    /// - Parameter fileHash: what the hash of its file should be; nil for a run that was written just now.
    init(name: String, in folder: String, fileHash expected: UInt64?) throws {
        self.name = name
        guard let file = try HashedFile(folder + "/" + name + "/data.mdb") else {
            throw MalformedBytes("a data file in index run \(name)")
        }
        self.file = file
        fileHash = try expected ?? file.hash()
        byteCount = try file.byteCount()
        isSound = Mutex(expected == nil ? true : nil)
        environment = try Environment(
            path: folder + "/" + name, databases: Self.databases,
            options: EnvironmentOptions(mapSize: 1 << 30, readOnly: true, immutable: true))
        postings = environment.database("postings")
        ids = environment.database("ids")
        let about = environment.database("about")
        guard let filter = try PinnedValue(environment, about, "filter") else {
            throw MalformedBytes("an id filter in index run \(name)")
        }
        self.filter = filter
        let transaction = try environment.beginRead()
        guard let range = try transaction.value(in: about, for: "range"), range.byteCount == 56,
            range.u64(at: 48) == FastHash.hash64(range.extracting(0..<48))
        else {
            throw MalformedBytes("a range of 48 bytes and their checksum in index run \(name)")
        }
        first = range.u64(at: 0)
        last = range.u64(at: 8)
        lowestID = EventID(high: range.u64(at: 16), low: range.u64(at: 24))
        highestID = EventID(high: range.u64(at: 32), low: range.u64(at: 40))
    }

    var count: UInt64 { last - first + 1 }

    /// Compares the file with its hash, the first time; whoever comes meanwhile waits. O(bytes), then O(1).
    ///
    /// - Throws: ``LMDBError`` of kind `corrupted` when they differ.
    func requireSound() throws {
        let sound = try isSound.withLock { isSound in
            if let isSound { return isSound }
            let result = try file.hash() == fileHash
            isSound = result
            return result
        }
        guard sound else { throw LMDBError(.corrupted, "compare with its hash", path: environment.path) }
    }

    /// Whether the id is within the range of the run's ids and not ruled out by its filter.
    func mayContain(_ id: EventID) -> Bool {
        id >= lowestID && id <= highestID && filter.withBytes { IDFilter.mayContain(id, in: $0) }
    }

    /// The position of the event with this id, if it is in the run.
    func position(of id: EventID) throws -> UInt64? {
        guard id >= lowestID, id <= highestID else { return nil }
        try requireSound()
        guard mayContain(id) else { return nil }
        let transaction = try environment.beginRead()
        var key: [UInt8] = []
        key.append(bigEndian: id.high)
        key.append(bigEndian: id.low)
        var cursor = try transaction.cursor(over: ids)
        // The block that may hold the id is the last one that does not start beyond it.
        if try cursor.seek(key.rawSpan) {
            if !cursor.key.sameBytes(as: key.rawSpan), try !cursor.previous() { return nil }
        } else if try !cursor.last() {
            return nil
        }
        return Self.find(id, in: cursor.value).map { first + $0 }
    }

    /// How far behind the run's first position the entry at `offset` of a block of ids stands.
    static func distance(in block: RawSpan, at offset: Int) -> UInt64 {
        UInt64(block.u32(at: offset + 16)) | UInt64(block.u8(at: offset + 20)) << 32
    }

    private static func find(_ id: EventID, in block: RawSpan) -> UInt64? {
        var low = 0
        var high = block.byteCount / idEntryLength
        while low < high {
            let middle = (low + high) / 2
            let offset = middle * idEntryLength
            let entry = EventID(high: block.u64BigEndian(at: offset), low: block.u64BigEndian(at: offset + 8))
            if entry == id { return distance(in: block, at: offset) }
            if entry < id { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The newest position of the key that is not above `limit`.
    func newest(of key: TagKey, notAbove limit: UInt64) throws -> UInt64? {
        guard limit >= first else { return nil }
        var newest: UInt64?
        try forEachChunk(of: key, notAbove: limit, newestFirst: true) { chunk in
            newest =
                chunk.u64(at: 8) <= limit
                ? chunk.u64(at: 8) : try Postings.positions(in: chunk).last { $0 <= limit }
            return newest == nil
        }
        return newest
    }

    /// Adds up to `limit` positions of the key within `range` to `positions`: the lowest ones ascending, or the
    /// highest ones descending.
    func collect(
        _ key: TagKey, in range: ClosedRange<UInt64>, newestFirst: Bool, limit: Int, into positions: inout [UInt64]
    ) throws {
        guard range.overlaps(first...last) else { return }
        var found: [UInt64] = []
        try forEachChunk(of: key, notAbove: range.upperBound, newestFirst: newestFirst, from: range.lowerBound) {
            chunk in
            guard chunk.u64(at: 0) <= range.upperBound else { return false }
            guard chunk.u64(at: 8) >= range.lowerBound else { return !newestFirst }
            let inChunk = try Postings.positions(in: chunk)
            for position in newestFirst ? inChunk.reversed() : inChunk where range.contains(position) {
                found.append(position)
                if found.count == limit { return false }
            }
            return true
        }
        positions += found
    }

    /// Roughly how many events of the run have the key: exact when they fit into a few chunks.
    func estimatedCount(of key: TagKey) throws -> Int {
        var count = 0
        var chunks = 0
        try forEachChunk(of: key, notAbove: .max, newestFirst: false) { chunk in
            count += Int(chunk.u32(at: 16))
            chunks += 1
            return chunks < 8
        }
        return chunks < 8 ? count : max(count, Int(self.count / 8))
    }

    private func forEachChunk(
        of key: TagKey, notAbove limit: UInt64, newestFirst: Bool, from: UInt64 = 0, _ body: (RawSpan) throws -> Bool
    ) throws {
        try requireSound()
        var start: [UInt8] = []
        Postings.writeKey(key, newestFirst ? limit : from, to: &start)
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: postings)
        var isOnEntry = try cursor.seek(start.rawSpan)
        if newestFirst {
            // Land on the last chunk that does not start beyond the limit.
            if !isOnEntry {
                isOnEntry = try cursor.last()
            } else if !cursor.key.sameBytes(as: start.rawSpan) {
                isOnEntry = try cursor.previous()
            }
        } else if from > 0 {
            // The chunk before may reach into the range.
            if !isOnEntry {
                isOnEntry = try cursor.last()
            } else if try !cursor.previous() {
                isOnEntry = try cursor.first()
            }
            if isOnEntry, Postings.key(of: cursor.key) != key { isOnEntry = try cursor.next() }
        }
        while isOnEntry, Postings.key(of: cursor.key) == key {
            guard try body(cursor.value) else { return }
            isOnEntry = newestFirst ? try cursor.previous() : try cursor.next()
        }
    }

    /// Calls `body` for every entry of the run's postings, in key order: key, first position, chunk.
    func forEachChunk(_ body: (TagKey, UInt64, RawSpan) throws -> Void) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: postings)
        var isOnEntry = try cursor.first()
        while isOnEntry {
            guard cursor.key.byteCount == Postings.keyLength, cursor.value.byteCount >= Postings.headerLength else {
                throw MalformedBytes("a key of \(Postings.keyLength) bytes and a chunk of postings")
            }
            try body(Postings.key(of: cursor.key), cursor.key.u64BigEndian(at: 16), cursor.value)
            isOnEntry = try cursor.next()
        }
    }

    /// All ids of the run with their positions, in id order.
    func forEachID(_ body: (EventID, UInt64) throws -> Void) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: ids)
        var isOnEntry = try cursor.first()
        while isOnEntry {
            try forEachID(inBlock: cursor.value, under: cursor.key, body)
            isOnEntry = try cursor.next()
        }
    }

    private func forEachID(
        inBlock block: RawSpan, under key: RawSpan, _ body: (EventID, UInt64) throws -> Void
    ) throws {
        guard block.byteCount > 0, block.byteCount % Self.idEntryLength == 0,
            key.sameBytes(as: block.extracting(0..<16))
        else { throw MalformedBytes("a block of ids under the first of them") }
        for offset in stride(from: 0, to: block.byteCount, by: Self.idEntryLength) {
            let id = EventID(high: block.u64BigEndian(at: offset), low: block.u64BigEndian(at: offset + 8))
            try body(id, first + Self.distance(in: block, at: offset))
        }
    }
}
