internal import LMDB
internal import Synchronization

/// An immutable, sorted part of the index over positions `first`...`last`: one LMDB file, loaded in key order.
///
/// - `postings`: (key, first position) of the first chunk -> ``PostingBlock``
/// - `ids`: first id -> ``IDBlock``
/// - `about`: "filter" -> ``IDFilter``, "range" -> first, last, lowest id, highest id, checksum of these
///
/// Nothing is looked up before the file was compared with its hash in the manifest: a damaged index would let events in
/// twice.
final class IndexRun: Sendable {
    static let databases = [DatabaseDefinition("postings"), DatabaseDefinition("ids"), DatabaseDefinition("about")]

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

    /// Runs `body`; bytes of the run that are not what its writer writes are told as damage of its file.
    func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch is MalformedBytes {
            throw LMDBError(.corrupted, "read the index", path: environment.path)
        }
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
        let (block, blockKey) = (cursor.value, cursor.key)
        return try telling { try IDBlock(block, under: blockKey).position(of: id, base: first) }
    }

    /// The newest position of the key that is not above `limit`.
    func newest(of key: TagKey, notAbove limit: UInt64) throws -> UInt64? {
        guard limit >= first else { return nil }
        var newest: UInt64?
        try forEachChunk(of: key, from: limit, newestFirst: true) { chunk, block in
            newest = chunk.last <= limit ? chunk.last : try chunk.positions(in: block).last { $0 <= limit }
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
        let start = newestFirst ? range.upperBound : range.lowerBound
        try forEachChunk(of: key, from: start, newestFirst: newestFirst) { chunk, block in
            guard chunk.first <= range.upperBound else { return newestFirst }
            guard chunk.last >= range.lowerBound else { return !newestFirst }
            let inChunk = try chunk.positions(in: block)
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
        try forEachChunk(of: key, from: 0, newestFirst: false) { chunk, _ in
            count += chunk.count
            chunks += 1
            return chunks < 8
        }
        return chunks < 8 ? count : max(count, Int(self.count / 8))
    }

    /// Calls `body` with chunks of the key, until it answers `false`: with all that hold a position in `start`... or,
    /// newest first, ...`start`. There may be others among them.
    private func forEachChunk(
        of key: TagKey, from start: UInt64, newestFirst: Bool, _ body: (PostingChunk, RawSpan) throws -> Bool
    ) throws {
        try requireSound()
        var stored: [UInt8] = []
        PostingBlock.writeKey(key, start, to: &stored)
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: postings)
        // A chunk that holds `start`, or the last one before it, is in the last block that does not begin beyond it.
        var isOnBlock = try cursor.seek(stored.rawSpan)
        if !isOnBlock {
            isOnBlock = try cursor.last()
        } else if !cursor.key.sameBytes(as: stored.rawSpan) {
            isOnBlock = try cursor.previous()
            if !isOnBlock, !newestFirst { isOnBlock = try cursor.first() }
        }
        while isOnBlock {
            guard let (first, isLast) = try visit(cursor.value, for: key, newestFirst: newestFirst, body) else {
                return
            }
            if newestFirst {
                // The block before has more of the key only if this one begins with it.
                guard first.map({ PostingBlock.isKey(cursor.key, of: $0) }) ?? false else { return }
                isOnBlock = try cursor.previous()
            } else {
                if isLast { return }
                isOnBlock = try cursor.next()
            }
        }
    }

    /// Calls `body` with the chunks of the key in a block, until it answers `false`; then nil, else the first of the
    /// chunks, and whether no other block has more of them.
    private func visit(
        _ block: RawSpan, for key: TagKey, newestFirst: Bool, _ body: (PostingChunk, RawSpan) throws -> Bool
    ) throws -> (first: PostingChunk?, isLast: Bool)? {
        try telling {
            let (chunks, isLast) = try PostingBlock.chunks(of: key, in: block, base: first)
            for chunk in newestFirst ? chunks.reversed() : chunks {
                guard try body(chunk, block) else { return nil }
            }
            return (chunks.first, isLast)
        }
    }

    /// Calls `body` for every chunk of the run's postings, in order of key and first position, with its block.
    func forEachChunk(_ body: (PostingChunk, RawSpan) throws -> Void) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: postings)
        var isOnBlock = try cursor.first()
        while isOnBlock {
            var block = PostingBlock(cursor.value, base: first)
            var isFirst = true
            while let chunk = try block.next() {
                guard !isFirst || PostingBlock.isKey(cursor.key, of: chunk) else {
                    throw MalformedBytes("a block of postings under the first of them")
                }
                isFirst = false
                try body(chunk, cursor.value)
            }
            isOnBlock = try cursor.next()
        }
    }

    /// All ids of the run with their positions, in id order.
    func forEachID(_ body: (EventID, UInt64) throws -> Void) throws {
        let transaction = try environment.beginRead()
        var cursor = try transaction.cursor(over: ids)
        var isOnBlock = try cursor.first()
        while isOnBlock {
            try forEachID(inBlock: cursor.value, under: cursor.key, body)
            isOnBlock = try cursor.next()
        }
    }

    private func forEachID(
        inBlock bytes: RawSpan, under key: RawSpan, _ body: (EventID, UInt64) throws -> Void
    ) throws {
        let block = try IDBlock(bytes, under: key)
        guard block.id(0) == EventID(high: key.u64BigEndian(at: 0), low: key.u64BigEndian(at: 8)) else {
            throw MalformedBytes("a block of ids under the first of them")
        }
        for index in 0..<block.count { try body(block.id(index), block.position(index, base: first)) }
    }
}
