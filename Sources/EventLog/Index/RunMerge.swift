internal import LMDB

/// Walks the postings of neighbouring runs in key order; chunks of the same key are joined while they fit into one.
struct RunMerge {
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

    mutating func forEach(_ body: (TagKey, Postings) throws -> Void) throws {
        while let lowest = sources.map(\.key).min() {
            var joined: Postings?
            var index = 0
            while index < sources.count {
                guard sources[index].key == lowest else {
                    index += 1
                    continue
                }
                // Of equal keys the run that comes first in the log has the lower positions.
                try sources[index].cursor.withEntry { _, chunk in
                    if joined?.absorb(chunk) != true {
                        if let full = joined { try body(lowest, full) }
                        joined = Postings(stored: chunk)
                    }
                }
                if try sources[index].cursor.next() {
                    sources[index].key = Self.key(at: sources[index].cursor)
                } else {
                    sources.remove(at: index)
                }
            }
            if let joined { try body(lowest, joined) }
        }
    }

    private static func key(at cursor: SnapshotCursor) -> TagKey {
        cursor.withEntry { key, _ in Postings.key(of: key) }
    }
}
