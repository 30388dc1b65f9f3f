internal import LMDB

/// Walks the postings of neighbouring runs in key order; chunks of the same key are joined while they fit into one.
struct RunMerge: PostingSource {
    private var sources: [Source]

    private struct Source {
        let cursor: SnapshotCursor
        var key: TagKey
    }

    /// `runs` follow each other in the log.
    init(_ runs: [IndexRun]) throws {
        sources = []
        for run in runs {
            let cursor = try SnapshotCursor(run.environment, run.environment.database("postings"))
            if try cursor.next() { sources.append(Source(cursor: cursor, key: Self.key(at: cursor))) }
        }
    }

    mutating func nextChunk() throws -> (TagKey, Postings)? {
        guard let lowest = lowestKey() else { return nil }
        var joined: Postings?
        var index = 0
        while index < sources.count {
            guard sources[index].key == lowest else {
                index += 1
                continue
            }
            // Of equal keys the run that comes first in the log has the lower positions. A chunk that does not fit any
            // more is where the next one begins.
            let isTaken = sources[index].cursor.withEntry { _, chunk in
                if joined != nil { return joined?.absorb(chunk) ?? false }
                joined = Postings(stored: chunk)
                return true
            }
            if !isTaken { break }
            if try sources[index].cursor.next() {
                sources[index].key = Self.key(at: sources[index].cursor)
            } else {
                sources.remove(at: index)
            }
        }
        return joined.map { (lowest, $0) }
    }

    private func lowestKey() -> TagKey? {
        guard var lowest = sources.first?.key else { return nil }
        for index in sources.indices where sources[index].key < lowest { lowest = sources[index].key }
        return lowest
    }

    private static func key(at cursor: SnapshotCursor) -> TagKey {
        cursor.withEntry { key, _ in Postings.key(of: key) }
    }
}

/// Walks the ids of several runs in their order.
struct IDMerge: IDSource {
    private struct Source {
        let cursor: SnapshotCursor
        /// The first position of the run.
        let first: UInt64
        /// Where the current entry is within the current block.
        var offset = 0
        var id = EventID(high: 0, low: 0)

        /// Reads the id of the current entry, in the next block if need be; false after the last one.
        mutating func arrive() throws -> Bool {
            if let id = idInBlock() {
                self.id = id
                return true
            }
            offset = 0
            guard try cursor.next(), let id = idInBlock() else { return false }
            self.id = id
            return true
        }

        private func idInBlock() -> EventID? {
            cursor.withEntry { _, block in
                guard offset + IndexRun.idEntryLength <= block.byteCount else { return nil }
                return EventID(high: block.u64BigEndian(at: offset), low: block.u64BigEndian(at: offset + 8))
            }
        }

        var position: UInt64 { cursor.withEntry { _, block in first + IndexRun.distance(in: block, at: offset) } }
    }

    private var sources: [Source] = []
    /// The source that the last id came from.
    private var current = 0
    /// The lowest id of the other sources.
    private var limit: EventID?

    init(_ runs: [IndexRun]) throws {
        for run in runs {
            let cursor = try SnapshotCursor(run.environment, run.environment.database("ids"))
            var source = Source(cursor: cursor, first: run.first)
            guard try cursor.next(), try source.arrive() else { continue }
            sources.append(source)
        }
        choose()
    }

    mutating func nextID() throws -> (EventID, UInt64)? {
        guard !sources.isEmpty else { return nil }
        let entry = (sources[current].id, sources[current].position)
        sources[current].offset += IndexRun.idEntryLength
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
