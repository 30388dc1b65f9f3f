internal import LMDB

/// The tables of a read model's rows.
enum RowTable: CaseIterable {
    /// Fold number, tag text -> lastOccurredAt, lastPosition, state.
    case entities
    /// Table, parts -> columns.
    case totals
    /// Table, parts, level, bucket -> ``DayRow``, or for blocks of days the columns.
    case series
    /// Table, parts -> whatever the model puts there, in key order.
    case rows
}

/// What comes after an entry of a walk.
enum RowStep {
    case next
    case stop
    /// The first entry whose key is not below this one.
    case seek([UInt8])
}

/// The rows of one read model at one moment, wherever they are: in a snapshot of a generation, or in memory.
///
/// Keys and values are lent for the time of a call.
protocol RowTables: AnyObject {
    func withValue<Result>(_ table: RowTable, _ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result?

    /// Goes through the entries in key order, from the first whose key is not below `start` on, as `body` says.
    func walk(
        _ table: RowTable, from start: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> RowStep
    ) throws

    /// Lends the last entry whose key is below `key`; nil when there is none.
    func lastEntry<Result>(
        _ table: RowTable, below key: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Result
    ) throws -> Result?
}

/// The rows of a generation in one snapshot.
final class GenerationRows: RowTables {
    private let snapshot: GenerationSnapshot

    init(_ generation: Generation, _ transaction: consuming ReadTransaction) {
        snapshot = GenerationSnapshot(generation: generation, transaction: transaction)
    }

    func withValue<Result>(_ table: RowTable, _ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
        try snapshot.withValue(table, key, body)
    }

    func walk(
        _ table: RowTable, from start: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> RowStep
    ) throws {
        try snapshot.walk(table, from: start, body)
    }

    func lastEntry<Result>(
        _ table: RowTable, below key: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Result
    ) throws -> Result? {
        try snapshot.lastEntry(table, below: key, body)
    }
}

/// A transaction lends for as long as it is borrowed, which takes a value, not an object.
private struct GenerationSnapshot: ~Copyable {
    let generation: Generation
    let transaction: ReadTransaction

    @_lifetime(copy row)
    private func open(_ row: RawSpan, under key: RawSpan) throws(LMDBError) -> RawSpan {
        try StoredRow.open(row, under: key, in: generation.environment.path)
    }

    func withValue<Result>(_ table: RowTable, _ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
        guard let row = try transaction.value(in: generation.database(of: table), for: key) else { return nil }
        return try body(try open(row, under: key))
    }

    func walk(
        _ table: RowTable, from start: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> RowStep
    ) throws {
        var cursor = try transaction.cursor(over: generation.database(of: table))
        // LMDB knows no empty key.
        var isOnEntry = start.isEmpty ? try cursor.first() : try cursor.seek(start.rawSpan)
        while isOnEntry {
            switch try body(cursor.key, try open(cursor.value, under: cursor.key)) {
            case .stop: return
            case .next: isOnEntry = try cursor.next()
            case .seek(let key): isOnEntry = try cursor.seek(key.rawSpan)
            }
        }
    }

    func lastEntry<Result>(
        _ table: RowTable, below key: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Result
    ) throws -> Result? {
        var cursor = try transaction.cursor(over: generation.database(of: table))
        guard try cursor.seek(key.rawSpan) ? cursor.previous() : cursor.last() else { return nil }
        return try body(cursor.key, try open(cursor.value, under: cursor.key))
    }
}

/// Rows in memory, in key order.
final class MemoryRows: RowTables, Sendable {
    typealias Entry = (key: [UInt8], value: [UInt8])

    private let entities: [Entry]
    private let totals: [Entry]
    private let series: [Entry]
    private let rows: [Entry]

    /// The entries of each table, in key order.
    init(entities: [Entry] = [], totals: [Entry] = [], series: [Entry] = [], rows: [Entry] = []) {
        self.entities = entities
        self.totals = totals
        self.series = series
        self.rows = rows
    }

    func entries(_ table: RowTable) -> [Entry] {
        switch table {
        case .entities: entities
        case .totals: totals
        case .series: series
        case .rows: rows
        }
    }

    /// The number of the first entry whose key is not below `key`. O(log n).
    private func place(of key: RawSpan, in entries: [Entry]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            let found = entries[middle].key
            if found.rawSpan.compareBytes(to: key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func withValue<Result>(_ table: RowTable, _ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
        let entries = entries(table)
        let place = place(of: key, in: entries)
        guard place < entries.count else { return nil }
        let entry = entries[place]
        guard entry.key.rawSpan.sameBytes(as: key) else { return nil }
        return try body(entry.value.rawSpan)
    }

    func walk(
        _ table: RowTable, from start: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> RowStep
    ) throws {
        let entries = entries(table)
        var place = place(of: start.rawSpan, in: entries)
        while place < entries.count {
            let entry = entries[place]
            switch try body(entry.key.rawSpan, entry.value.rawSpan) {
            case .stop: return
            case .next: place += 1
            case .seek(let key): place = self.place(of: key.rawSpan, in: entries)
            }
        }
    }

    func lastEntry<Result>(
        _ table: RowTable, below key: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Result
    ) throws -> Result? {
        let entries = entries(table)
        let place = place(of: key.rawSpan, in: entries)
        guard place > 0 else { return nil }
        let entry = entries[place - 1]
        return try body(entry.key.rawSpan, entry.value.rawSpan)
    }
}
