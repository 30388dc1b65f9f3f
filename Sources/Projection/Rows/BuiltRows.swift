internal import EventLog
internal import LMDB

/// The rows of a whole build, in key order table by table: what is loaded into a generation, or kept in memory.
struct BuiltRows {
    /// Of each fold those of all workers.
    private let runners: [[FoldRunner]]
    private let contributions: Contributions

    init(_ runners: [[FoldRunner]], _ contributions: Contributions) {
        self.runners = runners
        self.contributions = contributions
    }

    /// Calls `body` with each row; it may change the value, which is not looked at again. Sums that come to nothing are
    /// left out.
    ///
    /// - Throws: ``SumOverflow``, and what `body` throws.
    func forEach(_ body: (RowTable, RawSpan, inout [UInt8]) throws -> Void) throws {
        for perWorker in runners { try forEachEntity(of: perWorker, body) }
        var value: [UInt8] = []
        try contributions.forEachTotal { key, columns in
            Columns.encode(columns, into: &value)
            if !value.isEmpty { try body(.totals, key, &value) }
        }
        try contributions.forEachSeries { key, changes in
            try SeriesRows(key: key).forEach(of: changes) { row in
                switch row {
                case .day(let key, _, let changes):
                    try DayRow.encode(changes, into: &value)
                    if !value.isEmpty { try body(.series, key.rawSpan, &value) }
                case .block(let key, let columns):
                    Columns.encode(columns[...], into: &value)
                    if !value.isEmpty { try body(.series, key.rawSpan, &value) }
                }
            }
        }
        try contributions.rows.forEach { key, stored in
            guard let stored else { return }
            value.removeAll(keepingCapacity: true)
            value.append(stored)
            try body(.rows, key, &value)
        }
    }

    /// The workers of one fold hold different entities; their sorted rows are merged.
    private func forEachEntity(
        of workers: [FoldRunner], _ body: (RowTable, RawSpan, inout [UInt8]) throws -> Void
    ) throws {
        var heads = workers.map { SortedEntities($0) }.filter { !$0.isAtEnd }
        while !heads.isEmpty {
            var first = 0
            for index in heads.indices.dropFirst() where heads[index].isBefore(heads[first]) { first = index }
            try heads[first].lend { key, row in try body(.entities, key, &row) }
            heads[first].advance()
            if heads[first].isAtEnd { heads.remove(at: first) }
        }
    }

    /// The rows in memory.
    func inMemory() throws -> MemoryRows {
        var tables: [RowTable: [MemoryRows.Entry]] = [:]
        try forEach { table, key, value in tables[table, default: []].append((key.copy(), value)) }
        // Folds come in the order of their numbers, which begin the keys; so all is in key order.
        return MemoryRows(
            entities: tables[.entities] ?? [], totals: tables[.totals] ?? [], series: tables[.series] ?? [],
            rows: tables[.rows] ?? [])
    }
}

/// The entities of one runner in key order, one row at a time.
private struct SortedEntities {
    private let runner: FoldRunner
    private let entities: [Int]
    private var next = 0
    /// The row that the runner stands at.
    private(set) var key: [UInt8] = []
    private(set) var row: [UInt8] = []
    private(set) var isAtEnd = false

    init(_ runner: FoldRunner) {
        self.runner = runner
        entities = runner.changedEntities(false)
        advance()
    }

    mutating func advance() {
        while next < entities.count {
            next += 1
            if runner.row(entities[next - 1], &key, &row) { return }
        }
        isAtEnd = true
    }

    /// Lends the row that it stands at; the value may be changed.
    mutating func lend(_ body: (RawSpan, inout [UInt8]) throws -> Void) rethrows {
        var row: [UInt8] = []
        swap(&row, &self.row)
        defer { swap(&row, &self.row) }
        let key = key
        try body(key.rawSpan, &row)
    }

    func isBefore(_ other: SortedEntities) -> Bool {
        let (mine, theirs) = (key, other.key)
        return mine.rawSpan.compareBytes(to: theirs.rawSpan) < 0
    }
}
