internal import LMDB

/// Walks the postings of neighbouring runs in key order; chunks of the same key are joined while they fit into one.
struct RunMerge: PostingSource {
    private var sources: [Source] = []

    private struct Source {
        let run: IndexRun
        let cursor: SnapshotCursor
        /// The current chunk.
        var chunk: PostingChunk

        /// The first chunk of a run; nil when it has none.
        init?(_ run: IndexRun) throws {
            self.run = run
            cursor = try SnapshotCursor(run.environment, run.environment.database("postings"))
            guard try cursor.next(), let chunk = try Self.chunk(at: 0, cursor, run) else { return nil }
            self.chunk = chunk
        }

        /// Nil at the end of the block.
        private static func chunk(at offset: Int, _ cursor: SnapshotCursor, _ run: IndexRun) throws -> PostingChunk? {
            try run.telling {
                try cursor.withEntry { _, block in
                    offset < block.byteCount ? try PostingChunk(at: offset, of: block, base: run.first) : nil
                }
            }
        }

        /// Moves to the next chunk, in the next block if need be; false after the last one.
        mutating func advance() throws -> Bool {
            var next = try Self.chunk(at: chunk.end, cursor, run)
            if next == nil, try cursor.next() { next = try Self.chunk(at: 0, cursor, run) }
            guard let next else { return false }
            chunk = next
            return true
        }
    }

    /// `runs` follow each other in the log.
    init(_ runs: [IndexRun]) throws {
        for run in runs {
            if let source = try Source(run) { sources.append(source) }
        }
    }

    mutating func nextChunk() throws -> (TagKey, Postings)? {
        guard var lowest = sources.first?.chunk.key else { return nil }
        for index in sources.indices where sources[index].chunk.key < lowest { lowest = sources[index].chunk.key }
        var joined: Postings?
        var index = 0
        while index < sources.count {
            let chunk = sources[index].chunk
            guard chunk.key == lowest else {
                index += 1
                continue
            }
            // Of equal keys the run that comes first in the log has the lower positions. A chunk that does not fit any
            // more is where the next one begins.
            let isTaken = try sources[index].run.telling {
                try sources[index].cursor.withEntry { _, block in
                    if joined != nil { return try joined?.absorb(chunk, in: block) ?? false }
                    joined = Postings(chunk, in: block)
                    return true
                }
            }
            if !isTaken { break }
            if try !sources[index].advance() { sources.remove(at: index) }
        }
        return joined.map { (lowest, $0) }
    }
}

/// Walks the ids of several runs in their order.
struct IDMerge: IDSource {
    private struct Source {
        let run: IndexRun
        let cursor: SnapshotCursor
        /// Which of the current block is the current id.
        var index = 0
        var id = EventID(high: 0, low: 0)
        var position: UInt64 = 0

        /// Reads the current id, in the next block if need be; false after the last one.
        mutating func arrive() throws -> Bool {
            if try readFromBlock() { return true }
            index = 0
            return try cursor.next() && readFromBlock()
        }

        private mutating func readFromBlock() throws -> Bool {
            let (index, run) = (index, run)
            let entry = try run.telling {
                try cursor.withEntry { key, bytes in
                    let block = try IDBlock(bytes, under: key)
                    return index < block.count ? (block.id(index), try block.position(index, base: run.first)) : nil
                }
            }
            guard let entry else { return false }
            (id, position) = entry
            return true
        }
    }

    private var sources: [Source] = []
    /// The source that the last id came from.
    private var current = 0
    /// The lowest id of the other sources.
    private var limit: EventID?

    init(_ runs: [IndexRun]) throws {
        for run in runs {
            let cursor = try SnapshotCursor(run.environment, run.environment.database("ids"))
            var source = Source(run: run, cursor: cursor)
            guard try cursor.next(), try source.arrive() else { continue }
            sources.append(source)
        }
        choose()
    }

    mutating func nextID() throws -> (EventID, UInt64)? {
        guard !sources.isEmpty else { return nil }
        let entry = (sources[current].id, sources[current].position)
        sources[current].index += 1
        if try !sources[current].arrive() {
            sources.remove(at: current)
            choose()
        } else if let limit, sources[current].id > limit {
            choose()
        }
        return entry
    }

    /// Finds the source with the lowest id. Runs of ids that ascend with time are walked one after the other, and this
    /// is done once for each.
    private mutating func choose() {
        current = sources.indices.min { sources[$0].id < sources[$1].id } ?? 0
        limit = sources.indices.filter { $0 != current }.map { sources[$0].id }.min()
    }
}
