internal import EventLog
internal import LMDB

/// Writes what a pass has changed into a generation, rows and checkpoint in one transaction.
struct RowWriter {
    let generation: Generation
    let model: ReadModel

    /// A live batch: rows are read, changed and written; sums that come to nothing are removed.
    func apply(_ runners: [FoldRunner], _ contributions: Contributions, _ checkpoint: Checkpoint) throws {
        let transaction = try generation.environment.beginWrite()
        var key: [UInt8] = []
        var value: [UInt8] = []
        for runner in runners {
            for entity in runner.changedEntities(true) {
                runner.row(entity, &key, &value)
                StoredRow.seal(&value, under: key.rawSpan)
                try transaction.put(value.rawSpan, in: generation.entities, for: key.rawSpan)
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

    /// A whole build: everything sorted and loaded from left to right into an empty generation.
    func load(_ runners: [[FoldRunner]], _ contributions: Contributions, _ checkpoint: Checkpoint) throws {
        let transaction = try generation.environment.beginWrite()
        for perWorker in runners { try loadEntities(perWorker, transaction) }
        var value: [UInt8] = []
        try contributions.forEachTotal { key, columns in
            Columns.encode(columns, into: &value)
            try append(&value, at: key, in: generation.totals, transaction)
        }
        try contributions.forEachSeries { key, changes in
            try SeriesRows(key: key).forEach(of: changes) { row in
                switch row {
                case .day(let key, _, let changes):
                    try DayRow.encode(changes, into: &value)
                    try append(&value, at: key.rawSpan, in: generation.series, transaction)
                case .block(let key, let columns):
                    Columns.encode(columns[...], into: &value)
                    try append(&value, at: key.rawSpan, in: generation.series, transaction)
                }
            }
        }
        try contributions.rows.forEach { key, stored in
            guard let stored else { return }
            value.removeAll(keepingCapacity: true)
            value.append(stored)
            StoredRow.seal(&value, under: key)
            try transaction.append(value.rawSpan, in: generation.rows, for: key)
        }
        try transaction.put(checkpoint.encode().rawSpan, in: generation.meta, for: "checkpoint")
        let identity = Array(Generation.identity(of: model).utf8)
        try transaction.put(identity.rawSpan, in: generation.meta, for: "model")
        try transaction.commit()
    }

    /// Seals the row in place and puts it behind all others; one that comes to nothing is left out.
    private func append(
        _ value: inout [UInt8], at key: RawSpan, in database: Database, _ transaction: borrowing WriteTransaction
    ) throws {
        if value.isEmpty { return }
        StoredRow.seal(&value, under: key)
        try transaction.append(value.rawSpan, in: database, for: key)
    }

    /// The workers of one fold hold different entities; their sorted rows are merged.
    private func loadEntities(_ workers: [FoldRunner], _ transaction: borrowing WriteTransaction) throws {
        var heads = workers.map { SortedEntities($0) }.filter { !$0.isAtEnd }
        while !heads.isEmpty {
            var first = 0
            for index in heads.indices.dropFirst() where heads[index].isBefore(heads[first]) { first = index }
            let (key, row) = (heads[first].key, heads[first].row)
            try transaction.append(row.rawSpan, in: generation.entities, for: key.rawSpan)
            heads[first].advance()
            if heads[first].isAtEnd { heads.remove(at: first) }
        }
    }
}

/// The entities of one runner in key order, one row at a time.
private struct SortedEntities {
    private let runner: FoldRunner
    private let entities: [Int]
    private var next = 0
    /// The row that the runner stands at, as it is stored.
    private(set) var key: [UInt8] = []
    private(set) var row: [UInt8] = []
    private(set) var isAtEnd = false

    init(_ runner: FoldRunner) {
        self.runner = runner
        entities = runner.changedEntities(false)
        advance()
    }

    mutating func advance() {
        isAtEnd = next == entities.count
        if isAtEnd { return }
        runner.row(entities[next], &key, &row)
        let key = key
        StoredRow.seal(&row, under: key.rawSpan)
        next += 1
    }

    func isBefore(_ other: SortedEntities) -> Bool {
        let (mine, theirs) = (key, other.key)
        return mine.rawSpan.compareBytes(to: theirs.rawSpan) < 0
    }
}
