internal import EventLog
internal import LMDB

/// Writes what a pass has changed into a generation, rows and checkpoint in one transaction.
struct RowWriter {
    let generation: Generation
    let model: ReadModel

    /// A live batch: rows are read, changed and written; sums that come to nothing are removed.
    func apply(_ runners: [FoldRunner], _ contributions: Contributions, _ checkpoint: Checkpoint) throws {
        let transaction = try generation.environment.beginWrite()
        for runner in runners {
            try runner.forEachChangedEntity { key, value in
                try transaction.put(value, in: generation.entities, for: key)
            }
        }
        for (database, timed) in [(generation.totals, false), (generation.series, true)] {
            try contributions.forEachCell(timed: timed) { key, columns in
                try add(columns, to: key, in: database, transaction)
            }
        }
        for (key, value) in contributions.rows {
            if let value {
                try transaction.put(value.rawSpan, in: generation.rows, for: key.rawSpan)
            } else {
                try transaction.delete(key.rawSpan, in: generation.rows)
            }
        }
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint".rawSpan)
        try transaction.commit()
    }

    private func add(
        _ columns: ArraySlice<Int64>, to key: [UInt8], in database: Database,
        _ transaction: borrowing WriteTransaction
    ) throws {
        guard columns.contains(where: { $0 != 0 }) else { return }
        var sums = Array(columns)
        if let stored = try transaction.value(in: database, for: key.rawSpan) {
            do {
                try Columns.add(stored, to: &sums)
            } catch let overflow as SumOverflow {
                throw SumOverflow(row: RowKey.describe(key.rawSpan), column: overflow.column)
            }
        }
        let value = Columns.encode(sums[...])
        if value.isEmpty {
            try transaction.delete(key.rawSpan, in: database)
        } else {
            try transaction.put(value.rawSpan, in: database, for: key.rawSpan)
        }
    }

    /// A whole build: everything sorted and loaded from left to right into an empty generation.
    func load(_ runners: [[FoldRunner]], _ contributions: Contributions, _ checkpoint: Checkpoint) throws {
        let transaction = try generation.environment.beginWrite()
        for perWorker in runners { try loadEntities(perWorker, transaction) }
        for (database, timed) in [(generation.totals, false), (generation.series, true)] {
            try contributions.forEachCell(timed: timed) { key, columns in
                let value = Columns.encode(columns)
                if !value.isEmpty { try transaction.append(value.rawSpan, in: database, for: key.rawSpan) }
            }
        }
        let rows = contributions.rows.sorted { $0.key.rawSpan.compareBytes(to: $1.key.rawSpan) < 0 }
        for (key, value) in rows {
            if let value { try transaction.append(value.rawSpan, in: generation.rows, for: key.rawSpan) }
        }
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint".rawSpan)
        try transaction.put(
            Generation.identity(of: model).rawSpan, in: generation.meta, for: "model".rawSpan)
        try transaction.commit()
    }

    /// The workers of one fold hold different entities; their sorted rows are merged.
    private func loadEntities(_ workers: [FoldRunner], _ transaction: borrowing WriteTransaction) throws {
        if workers.count == 1 {
            return try workers[0].forEachChangedEntity { key, value in
                try transaction.append(value, in: generation.entities, for: key)
            }
        }
        var entries: [(key: [UInt8], value: [UInt8])] = []
        for worker in workers {
            try worker.forEachChangedEntity { key, value in entries.append((key.copy(), value.copy())) }
        }
        entries.sort { $0.key.rawSpan.compareBytes(to: $1.key.rawSpan) < 0 }
        for (key, value) in entries {
            try transaction.append(value.rawSpan, in: generation.entities, for: key.rawSpan)
        }
    }
}
