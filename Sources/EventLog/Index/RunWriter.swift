internal import LMDB

/// Writes index runs: from a stretch of the tail, or by merging neighbouring runs. A run counts only once the manifest
/// names it, so a half-written one is rubbish to be swept.
struct RunWriter {
    let folder: String

    /// Writes a run of the events of `table` above `floor`.
    func write(_ table: TailTable, above floor: UInt64) throws -> IndexRun {
        let first = max(table.base, floor) + 1
        let skipped = Int(first - table.base - 1)
        var ids: [(id: EventID, position: UInt64)] = []
        let allIDs = table.ids
        ids.reserveCapacity(allIDs.count - skipped)
        for number in skipped..<allIDs.count {
            ids.append((allIDs[number], table.base + UInt64(number) + 1))
        }
        ids.sort { $0.id < $1.id }
        let keys = table.sortedKeys()
        let (events, starts) = table.eventsByEntry()
        return try write(first: first, last: table.end, ids: ids) { sink in
            for (key, entry) in keys {
                var chunk: Postings?
                for event in events[starts[entry]..<starts[entry + 1]] {
                    let position = table.base + UInt64(event) + 1
                    if position < first { continue }
                    if let full = chunk, full.isFull {
                        try sink(key, full)
                        chunk = nil
                    }
                    if chunk == nil { chunk = Postings(first: position) } else { chunk?.append(position) }
                }
                if let chunk { try sink(key, chunk) }
            }
        }
    }

    /// Merges `runs`, which follow each other in the log, into one.
    func merge(_ runs: [IndexRun]) throws -> IndexRun {
        var ids: [(id: EventID, position: UInt64)] = []
        ids.reserveCapacity(Int(runs.reduce(0) { $0 + $1.count }))
        for run in runs { try run.forEachID { id, position in ids.append((id, position)) } }
        ids.sort { $0.id < $1.id }
        return try write(first: runs[0].first, last: runs[runs.count - 1].last, ids: ids) { sink in
            var merge = try RunMerge(runs)
            try merge.forEach(sink)
        }
    }

    private func write(
        first: UInt64, last: UInt64, ids: [(id: EventID, position: UInt64)],
        postings: ((TagKey, Postings) throws -> Void) throws -> Void
    ) throws -> IndexRun {
        let name = "run-\(first)-\(last)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        try DurableFile.createDirectory(folder + "/" + name)
        do {
            var options = EnvironmentOptions(mapSize: 1 << 30, durability: .rebuildable)
            options.maximumReaders = 4
            let environment = try Environment(
                path: folder + "/" + name, databases: IndexRun.databases, options: options)
            try environment.write { transaction in
                try writePostings(postings, in: environment.database("postings"), transaction)
            }
            try environment.write { transaction in
                try writeIDs(ids, base: first, in: environment.database("ids"), transaction)
                try writeAbout(first, last, ids, in: environment.database("about"), transaction)
            }
            try environment.sync()
        }
        return try IndexRun(name: name, in: folder)
    }

    private func writePostings(
        _ postings: ((TagKey, Postings) throws -> Void) throws -> Void, in database: Database,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var key: [UInt8] = []
        var value: [UInt8] = []
        // A closure cannot capture a borrowed parameter that escapes; this one does not, so it stays in this scope.
        try withoutActuallyEscaping(postings) { produce in
            try produce { tagKey, chunk in
                key.removeAll(keepingCapacity: true)
                value.removeAll(keepingCapacity: true)
                Postings.writeKey(tagKey, chunk.first, to: &key)
                chunk.write(to: &value)
                try transaction.append(value.rawSpan, in: database, for: key.rawSpan)
            }
        }
    }

    private func writeIDs(
        _ ids: [(id: EventID, position: UInt64)], base: UInt64, in database: Database,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var key: [UInt8] = []
        var block: [UInt8] = []
        for start in stride(from: 0, to: ids.count, by: IndexRun.idBlockEntries) {
            block.removeAll(keepingCapacity: true)
            for entry in ids[start..<min(start + IndexRun.idBlockEntries, ids.count)] {
                let distance = entry.position - base
                block.append(bigEndian: entry.id.high)
                block.append(bigEndian: entry.id.low)
                block.append(littleEndian: UInt32(truncatingIfNeeded: distance))
                block.append(UInt8(distance >> 32))
            }
            key.removeAll(keepingCapacity: true)
            key.append(block.rawSpan.extracting(0..<16))
            try transaction.append(block.rawSpan, in: database, for: key.rawSpan)
        }
    }

    private func writeAbout(
        _ first: UInt64, _ last: UInt64, _ ids: [(id: EventID, position: UInt64)], in database: Database,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var range: [UInt8] = []
        range.append(littleEndian: first)
        range.append(littleEndian: last)
        for id in [ids.first?.id, ids.last?.id] {
            range.append(littleEndian: id?.high ?? 0)
            range.append(littleEndian: id?.low ?? 0)
        }
        try transaction.put(range.rawSpan, in: database, for: "range")
        try transaction.put(IDFilter.build(ids.map(\.id)).rawSpan, in: database, for: "filter")
    }
}
