internal import EventLog
internal import LMDB
internal import Synchronization

/// Which rows a question has looked at: keys looked up, and stretches of keys gone through.
///
/// A row that lies outside cannot have made a difference to the answer.
final class ReadTrace: Sendable {
    private struct Stretch {
        var first: [UInt8]
        /// The last key looked at; nil when it went to the end of the table.
        var last: [UInt8]?
    }

    private struct Looks {
        var keys: Set<[UInt8]> = []
        var stretches: [Stretch] = []
        /// The entity around which everything was asked.
        var around: Tag?
        /// The rows that were made for that.
        var folded: [String: MemoryRows] = [:]
        /// In the order in which they were asked first.
        var models: [String] = []
    }

    private struct Place: Hashable {
        let model: String
        let table: RowTable
    }

    private let looks = Mutex<(places: [Place: Looks], all: Looks)>(([:], Looks()))

    // MARK: Taking notes

    func ask(_ model: String) {
        looks.withLock { looks in
            if !looks.all.models.contains(model) { looks.all.models.append(model) }
        }
    }

    func ask(around entity: Tag, _ tables: [String: MemoryRows]) {
        looks.withLock { looks in
            looks.all.around = entity
            looks.all.folded.merge(tables) { $1 }
        }
    }

    func lookUp(_ key: [UInt8], in table: RowTable, of model: String) {
        looks.withLock { _ = $0.places[Place(model: model, table: table), default: Looks()].keys.insert(key) }
    }

    func goThrough(from first: [UInt8], to last: [UInt8]?, in table: RowTable, of model: String) {
        looks.withLock { looks in
            looks.places[Place(model: model, table: table), default: Looks()].stretches
                .append(Stretch(first: first, last: last))
        }
    }

    // MARK: Reading them

    /// The models that were asked.
    var models: [String] { looks.withLock { $0.all.models } }
    /// The entity around which everything was asked; nil when whole models were.
    var around: Tag? { looks.withLock { $0.all.around } }
    /// The rows of a model that were made for a question around one entity.
    func folded(_ model: String) -> MemoryRows? { looks.withLock { $0.all.folded[model] } }

    /// What was looked at in each table, put in order once to be compared with many rows.
    func sorted() -> SortedTrace {
        looks.withLock { looks in
            var tables: [String: [RowTable: SortedTrace.Looks]] = [:]
            for (place, found) in looks.places {
                let stretches = found.stretches.map { (first: $0.first, last: $0.last) }
                tables[place.model, default: [:]][place.table] = SortedTrace.Looks(found.keys, stretches)
            }
            return SortedTrace(tables: tables)
        }
    }
}

/// Which rows a question has looked at, in order.
struct SortedTrace: Sendable {
    struct Looks: Sendable {
        private let keys: Set<[UInt8]>
        /// Apart from each other, in order; the last key of one that goes to the end is nil.
        private let stretches: [(first: [UInt8], last: [UInt8]?)]

        init(_ keys: Set<[UInt8]>, _ stretches: [(first: [UInt8], last: [UInt8]?)]) {
            self.keys = keys
            var merged: [(first: [UInt8], last: [UInt8]?)] = []
            for next in stretches.sorted(by: { $0.first.lexicographicallyPrecedes($1.first) }) {
                guard let previous = merged.last else {
                    merged.append(next)
                    continue
                }
                guard let end = previous.last else { break }
                if end.lexicographicallyPrecedes(next.first) {
                    merged.append(next)
                } else if let last = next.last {
                    if end.lexicographicallyPrecedes(last) { merged[merged.count - 1].last = last }
                } else {
                    merged[merged.count - 1].last = nil
                }
            }
            self.stretches = merged
        }

        /// O(log n).
        func hold(_ key: [UInt8]) -> Bool {
            if keys.contains(key) { return true }
            var (low, high) = (0, stretches.count)
            while low < high {
                let middle = (low + high) / 2
                if key.lexicographicallyPrecedes(stretches[middle].first) { high = middle } else { low = middle + 1 }
            }
            guard low > 0 else { return false }
            guard let last = stretches[low - 1].last else { return true }
            return !last.lexicographicallyPrecedes(key)
        }
    }

    fileprivate let tables: [String: [RowTable: Looks]]

    func holds(_ key: [UInt8], in table: RowTable, of model: String) -> Bool {
        tables[model]?[table]?.hold(key) ?? false
    }
}

/// Rows that take notes of what is looked at.
private final class TracedTables: RowTables {
    private let tables: any RowTables
    private let model: String
    private let trace: ReadTrace

    init(_ tables: any RowTables, _ model: String, _ trace: ReadTrace) {
        self.tables = tables
        self.model = model
        self.trace = trace
    }

    func withValue<Result>(_ table: RowTable, _ key: RawSpan, _ body: (RawSpan) throws -> Result) throws -> Result? {
        trace.lookUp(key.copy(), in: table, of: model)
        return try tables.withValue(table, key, body)
    }

    func walk(
        _ table: RowTable, from start: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> RowStep
    ) throws {
        var first = start
        var last: [UInt8]?
        var isStopped = false
        try tables.walk(table, from: start) { key, value in
            let step = try body(key, value)
            last = key.copy()
            switch step {
            case .next: break
            case .stop: isStopped = true
            case .seek(let next):
                trace.goThrough(from: first, to: last, in: table, of: model)
                first = next
            }
            return step
        }
        trace.goThrough(from: first, to: isStopped ? last : nil, in: table, of: model)
    }

    func lastEntry<Result>(
        _ table: RowTable, below key: [UInt8], _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Result
    ) throws -> Result? {
        var found: [UInt8]?
        let result = try tables.lastEntry(table, below: key) { key, value in
            found = key.copy()
            return try body(key, value)
        }
        trace.goThrough(from: found ?? [], to: key, in: table, of: model)
        return result
    }
}

/// The rows of a moment of the past, with notes of what is looked at.
struct TracedRows: StandingRowSource {
    var position: Position { base.moment.position }
    let base: PastRows
    let models: [ReadModel]
    let trace: ReadTrace

    private func traced(_ reader: borrowing ModelReader, _ name: String) -> ModelReader {
        trace.ask(name)
        return ModelReader(TracedTables(reader.tables, name, trace), at: reader.position)
    }

    func read<Result>(_ name: String, _ body: (borrowing ModelReader) throws -> Result) throws -> Result {
        try base.read(name) { reader in try body(traced(reader, name)) }
    }

    func read<Result>(
        _ first: String, and second: String, _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        try base.read(first, and: second) { left, right in try body(traced(left, first), traced(right, second)) }
    }

    func read<Result>(
        _ first: String, and second: String, around entity: Tag,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        let asked = models.filter { $0.name == first || $0.name == second }
        let tables = try base.foldedTables(of: asked, around: entity)
        trace.ask(around: entity, tables)
        return try FoldedRows(tables, at: base.moment.position).read(first, and: second) { left, right in
            try body(traced(left, first), traced(right, second))
        }
    }

    func wait(for position: Position, of names: [String], seconds: Double) async throws {
        try await base.wait(for: position, of: names, seconds: seconds)
    }
}
