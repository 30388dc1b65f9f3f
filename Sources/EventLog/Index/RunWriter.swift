internal import Foundation
internal import LMDB

/// Writes index runs: from a stretch of the tail, or by merging neighbouring runs. A run counts only once the manifest
/// names it, so a half-written one is rubbish to be swept.
///
/// Entries go from their sources to the file one by one: apart from the filter, memory does not grow with a run.
struct RunWriter {
    let folder: String
    /// Asked now and then; when it answers true, the writing ends with a `CancellationError`.
    var isCancelled: @Sendable () -> Bool = { false }

    /// Address space for the file of a run of a full table; one that turns out to need more is written again.
    private static let mapSize = 1 << 30
    /// Blocks between two commits, so that LMDB does not have to keep track of too many changed pages.
    private static let blocksPerCommit = 1024

    /// A name that no run in the folder has.
    static func name(first: UInt64, last: UInt64) -> String {
        "run-\(first)-\(last)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    }

    /// Writes a run of the events of `table` above `floor`.
    ///
    /// - Parameter name: from ``name(first:last:)``; nil for a new one.
    func write(_ table: TailTable, above floor: UInt64, name: String? = nil) throws -> IndexRun {
        let first = max(table.base, floor) + 1
        let events = table.events
        let source = TableEntries(events, from: Int(first - table.base - 1), base: table.base)
        return try write(
            name ?? Self.name(first: first, last: table.end), first, table.end, mapSize: Self.mapSize,
            ids: { source }, postings: { source })
    }

    /// Merges `runs`, which follow each other in the log, into one.
    ///
    /// - Parameter name: from ``name(first:last:)``; nil for a new one.
    /// - Throws: ``LMDBError`` of kind `corrupted` when one of them is not what was written.
    func merge(_ runs: [IndexRun], name: String? = nil) throws -> IndexRun {
        for run in runs { try run.requireSound() }
        let (first, last) = (runs[0].first, runs[runs.count - 1].last)
        // The merged run is hardly larger than all of them.
        let size = runs.reduce(0) { $0 + $1.environment.mapUse().used } * 2
        return try write(
            name ?? Self.name(first: first, last: last), first, last, mapSize: max(Self.mapSize, size),
            ids: { try IDMerge(runs) }, postings: { try RunMerge(runs) })
    }

    /// - Parameters:
    ///   - ids: makes what the ids are taken from, once for each attempt.
    ///   - postings: the same for the postings.
    private func write<IDs: IDSource, Chunks: PostingSource>(
        _ name: String, _ first: UInt64, _ last: UInt64, mapSize: Int, ids: () throws -> IDs,
        postings: () throws -> Chunks
    ) throws -> IndexRun {
        do {
            try DurableFile.createDirectory(folder + "/" + name)
            var options = EnvironmentOptions(mapSize: mapSize, durability: .rebuildable)
            options.maximumReaders = 4
            let environment = try Environment(
                path: folder + "/" + name, databases: IndexRun.databases, options: options)
            try writePostings(try postings(), first, to: environment)
            let about = try writeIDs(try ids(), first, last, to: environment)
            try environment.write { transaction in
                let database = environment.database("about")
                try transaction.put(about.range.rawSpan, in: database, for: "range")
                try transaction.put(about.filter.rawSpan, in: database, for: "filter")
            }
            try environment.sync()
            // Syncing a file says nothing of its name in the folder.
            try DurableFile.syncDirectory(of: folder + "/" + name + "/data.mdb")
        } catch {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
            guard (error as? LMDBError)?.kind == .mapFull else { throw error }
            return try write(name, first, last, mapSize: mapSize * 2, ids: ids, postings: postings)
        }
        return try IndexRun(name: name, in: folder, fileHash: nil)
    }

    private func writePostings(_ source: some PostingSource, _ base: UInt64, to environment: Environment) throws {
        let database = environment.database("postings")
        var source = source
        var pending = try source.nextChunk()
        var key: [UInt8] = []
        var block: [UInt8] = []
        var chunk: [UInt8] = []
        try inCommits(to: environment) { transaction in
            guard let first = pending else { return false }
            key.removeAll(keepingCapacity: true)
            PostingBlock.writeKey(first.0, first.1.first, to: &key)
            block.removeAll(keepingCapacity: true)
            while let (tagKey, postings) = pending {
                chunk.removeAll(keepingCapacity: true)
                postings.write(tagKey, base: base, to: &chunk)
                if block.count + chunk.count > PostingBlock.greatestLength { break }
                block += chunk
                pending = try source.nextChunk()
            }
            try transaction.append(block.rawSpan, in: database, for: key.rawSpan)
            return true
        }
    }

    /// Answers what "about" holds.
    private func writeIDs(
        _ source: some IDSource, _ first: UInt64, _ last: UInt64, to environment: Environment
    ) throws -> (range: [UInt8], filter: [UInt8]) {
        let database = environment.database("ids")
        var source = source
        var filter = IDFilter(count: Int(last - first + 1))
        var count: UInt64 = 0
        var lowest: EventID?
        var highest: EventID?
        func next() throws -> (id: EventID, distance: UInt64)? {
            guard let (id, position) = try source.nextID() else { return nil }
            filter.insert(id)
            count += 1
            lowest = lowest ?? id
            highest = id
            return (id, position - first)
        }
        var pending = try next()
        let distanceLength = max(1, (71 - (last - first).leadingZeroBitCount) / 8)
        var key: [UInt8] = []
        var block: [UInt8] = []
        try inCommits(to: environment) { transaction in
            guard let id = pending?.id else { return false }
            key.removeAll(keepingCapacity: true)
            key.append(bigEndian: id.high)
            key.append(bigEndian: id.low)
            block.removeAll(keepingCapacity: true)
            try IDBlock.fill(&pending, distanceLength: distanceLength, to: &block, next: next)
            try transaction.append(block.rawSpan, in: database, for: key.rawSpan)
            return true
        }
        guard count == last - first + 1 else { throw MalformedBytes("an id for each of the run's events") }
        var range: [UInt8] = []
        range.append(littleEndian: first)
        range.append(littleEndian: last)
        for id in [lowest, highest] {
            range.append(littleEndian: id?.high ?? 0)
            range.append(littleEndian: id?.low ?? 0)
        }
        range.append(littleEndian: FastHash.hash64(range.rawSpan))
        return (range, filter.bytes)
    }

    /// Calls `write`, which writes a block, until it answers that there is no more, and commits now and then.
    private func inCommits(
        to environment: Environment, _ write: (borrowing WriteTransaction) throws -> Bool
    ) throws {
        var hasMore = true
        while hasMore {
            if isCancelled() { throw CancellationError() }
            let transaction = try environment.beginWrite()
            var written = 0
            while hasMore, written < Self.blocksPerCommit {
                hasMore = try write(transaction)
                written += 1
            }
            try transaction.commit()
        }
    }
}

/// What the postings of a run are taken from: chunks in order of key, then position.
protocol PostingSource {
    /// The next chunk; nil after the last one.
    mutating func nextChunk() throws -> (TagKey, Postings)?
}

/// What the ids of a run are taken from, in their order.
protocol IDSource {
    /// The next id and its position; nil after the last one.
    mutating func nextID() throws -> (EventID, UInt64)?
}

/// The entries of a table of the tail.
struct TableEntries: PostingSource, IDSource {
    private let base: UInt64
    private let postings: [TailEvents.Posting]
    private let ids: [(id: EventID, event: Int)]
    private var nextPosting = 0
    private var nextEvent = 0

    /// - Parameters:
    ///   - first: the number of the first event to be taken.
    ///   - base: the position before event 0.
    init(_ events: TailEvents, from first: Int, base: UInt64) {
        self.base = base
        postings = events.postingsInOrder(from: first)
        ids = (first..<max(first, events.count)).map { (events.ids[$0], $0) }.sorted { $0.id < $1.id }
    }

    mutating func nextChunk() -> (TagKey, Postings)? {
        guard nextPosting < postings.count else { return nil }
        let key = postings[nextPosting].key
        var chunk = Postings(first: base + UInt64(postings[nextPosting].event) + 1)
        nextPosting += 1
        while nextPosting < postings.count, postings[nextPosting].key == key, !chunk.isFull {
            chunk.append(base + UInt64(postings[nextPosting].event) + 1)
            nextPosting += 1
        }
        return (key, chunk)
    }

    mutating func nextID() -> (EventID, UInt64)? {
        guard nextEvent < ids.count else { return nil }
        defer { nextEvent += 1 }
        return (ids[nextEvent].id, base + UInt64(ids[nextEvent].event) + 1)
    }
}
