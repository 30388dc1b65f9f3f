internal import EventLog
internal import LMDB

/// Writes what a live batch has changed into a generation, rows and checkpoint in one transaction.
struct RowWriter {
    let generation: Generation

    /// Rows are read, changed and written; sums that come to nothing are removed.
    func apply(_ runners: [FoldRunner], _ contributions: Contributions, _ checkpoint: Checkpoint) throws {
        let transaction = try generation.environment.beginWrite()
        var key: [UInt8] = []
        var value: [UInt8] = []
        for runner in runners {
            for entity in runner.changedEntities(true) {
                if runner.row(entity, &key, &value) {
                    StoredRow.seal(&value, under: key.rawSpan)
                    try transaction.put(value.rawSpan, in: generation.entities, for: key.rawSpan)
                } else {
                    try transaction.delete(key.rawSpan, in: generation.entities)
                }
            }
        }
        try contributions.forEachTotal { key, columns in
            try add(columns, to: key, in: generation.totals, transaction, &value)
        }
        try contributions.forEachSeries { key, changes in try add(changes, to: key, transaction, &value) }
        try contributions.rows.forEach { key, stored in
            if let stored {
                value.removeAll(keepingCapacity: true)
                value.append(stored)
                StoredRow.seal(&value, under: key)
                try transaction.put(value.rawSpan, in: generation.rows, for: key)
            } else {
                try transaction.delete(key, in: generation.rows)
            }
        }
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint")
        try transaction.commit()
    }

    /// Adds to a row of counters.
    private func add(
        _ columns: ArraySlice<Int64>, to key: RawSpan, in database: Database,
        _ transaction: borrowing WriteTransaction, _ value: inout [UInt8]
    ) throws {
        guard columns.contains(where: { $0 != 0 }) else { return }
        var sums = Array(columns)
        if let stored = try transaction.value(in: database, for: key) {
            do {
                try Columns.add(try open(stored, under: key), to: &sums)
            } catch let overflow as SumOverflow {
                throw SumOverflow(row: RowKey.describe(key), column: overflow.column)
            }
        }
        Columns.encode(sums[...], into: &value)
        try put(&value, at: key, in: database, transaction)
    }

    /// Adds to the days and blocks of a series.
    private func add(
        _ changes: [SeriesChanges.Change], to key: RawSpan, _ transaction: borrowing WriteTransaction,
        _ value: inout [UInt8]
    ) throws {
        try SeriesRows(key: key).forEach(of: changes) { row in
            switch row {
            case .day(let key, let day, let new):
                var together = SeriesChanges(new)
                if let stored = try transaction.value(in: generation.series, for: key.rawSpan) {
                    let row = try open(stored, under: key.rawSpan)
                    together.add(SeriesChanges(try DayRow.changes(of: row, day: day)[...]))
                }
                try DayRow.encode(together.summed()[...], into: &value)
                try put(&value, at: key.rawSpan, in: generation.series, transaction)
            case .block(let key, let columns):
                try add(columns[...], to: key.rawSpan, in: generation.series, transaction, &value)
            }
        }
    }

    /// Seals the row in place and puts it; one that comes to nothing is removed.
    private func put(
        _ value: inout [UInt8], at key: RawSpan, in database: Database, _ transaction: borrowing WriteTransaction
    ) throws {
        if value.isEmpty {
            try transaction.delete(key, in: database)
        } else {
            StoredRow.seal(&value, under: key)
            try transaction.put(value.rawSpan, in: database, for: key)
        }
    }

    @_lifetime(copy row)
    private func open(_ row: RawSpan, under key: RawSpan) throws(LMDBError) -> RawSpan {
        try StoredRow.open(row, under: key, in: generation.environment.path)
    }
}
