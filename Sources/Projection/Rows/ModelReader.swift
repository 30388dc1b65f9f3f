public import EventLog
internal import LMDB

/// A snapshot of one read model's rows, for query handlers. Keep it short.
public struct ModelReader: ~Copyable {
    private let generation: Generation
    private let transaction: ReadTransaction
    /// The position the rows are at.
    public let position: Position

    init(_ generation: Generation) throws {
        let transaction = try generation.environment.beginRead()
        let checkpoint: Checkpoint?
        do {
            checkpoint = try generation.checkpoint(in: transaction)
        }
        self.init(generation, transaction, at: Position(checkpoint?.position ?? 0))
    }

    private init(_ generation: Generation, _ transaction: consuming ReadTransaction, at position: Position) {
        self.generation = generation
        self.transaction = transaction
        self.position = position
    }

    @_lifetime(copy row)
    private func open(_ row: RawSpan, under key: RawSpan) throws(LMDBError) -> RawSpan {
        try StoredRow.open(row, under: key, in: generation.environment.path)
    }

    /// The state of an entity; nil when no event was about it. O(log n).
    public func state<State: EntityState>(_ type: State.Type, fold: UInt8 = 0, of entity: Tag) throws -> State? {
        var key: [UInt8] = [fold]
        key.append(utf8: entity.text)
        guard let row = try transaction.value(in: generation.entities, for: key.rawSpan) else { return nil }
        var reader = ByteReader(try open(row, under: key.rawSpan))
        _ = try reader.zigzag()
        _ = try reader.varint()
        return try State(decoding: &reader)
    }

    /// Calls `body` with the entities of a fold in tag order, from `entity` on, until it answers `false`.
    public func forEachEntity<State: EntityState>(
        _ type: State.Type, fold: UInt8 = 0, from entity: Tag? = nil, _ body: (Tag, State) throws -> Bool
    ) throws {
        var start: [UInt8] = [fold]
        if let entity { start.append(utf8: entity.text) }
        var cursor = try transaction.cursor(over: generation.entities)
        var isOnEntry = try cursor.seek(start.rawSpan)
        while isOnEntry, cursor.key.u8(at: 0) == fold {
            let tag = Tag(unchecked: cursor.key.text(1..<cursor.key.byteCount))
            var reader = ByteReader(try open(cursor.value, under: cursor.key))
            _ = try reader.zigzag()
            _ = try reader.varint()
            guard try body(tag, State(decoding: &reader)) else { return }
            isOnEntry = try cursor.next()
        }
    }

    /// The columns of a total; empty when nothing counts in it. O(log n).
    public func total(_ table: UInt8, _ parts: String...) throws -> [Int64] {
        var columns: [Int64] = []
        let key = RowKey.make(table, parts)
        if let stored = try transaction.value(in: generation.totals, for: key.rawSpan) {
            try Columns.add(try open(stored, under: key.rawSpan), to: &columns)
        }
        return columns
    }

    /// All totals whose parts begin with `parts`, in key order: the remaining parts and the columns.
    public func totals(_ table: UInt8, under parts: [String] = []) throws -> [(parts: [String], columns: [Int64])] {
        var found: [(parts: [String], columns: [Int64])] = []
        try forEach(generation.totals, prefix: RowKey.make(table, parts)) { key, value in
            var columns: [Int64] = []
            try Columns.add(value, to: &columns)
            found.append((Array(RowKey.parts(of: key).dropFirst(parts.count)), columns))
            return true
        }
        return found
    }

    /// The remaining parts of every series whose parts begin with `parts`. O(series × log n), whatever their length.
    public func seriesNames(_ table: UInt8, under parts: [String] = []) throws -> [[String]] {
        let prefix = RowKey.make(table, parts)
        var names: [[String]] = []
        var cursor = try transaction.cursor(over: generation.series)
        var isOnEntry = try cursor.seek(prefix.rawSpan)
        while isOnEntry, cursor.key.starts(with: prefix.rawSpan) {
            _ = try open(cursor.value, under: cursor.key)
            let length = cursor.key.byteCount - TimeBucket.suffixLength
            var next = cursor.key.copy(0..<length)
            names.append(Array(RowKey.parts(of: next.rawSpan).dropFirst(parts.count)))
            // No level is 0xFF: this is behind the last bucket of the series, before the next series.
            next.append(0xFF)
            isOnEntry = try cursor.seek(next.rawSpan)
        }
        return names
    }

    /// The sum of a series from `start` (included) to `end` (left out); nil is unbounded. Both are rounded down to
    /// quarters of an hour. O(log n + blocks of 32 days + 64 days).
    public func sum(
        _ table: UInt8, _ parts: [String], from start: Timestamp? = nil, to end: Timestamp? = nil
    ) throws -> [Int64] {
        var columns: [Int64] = []
        let lower = start.map { TimeBucket.quarter(of: $0) } ?? TimeBucket.everything.lowerBound
        let upper = end.map { TimeBucket.quarter(of: $0) } ?? TimeBucket.everything.upperBound
        guard lower < upper else { return columns }
        let prefix = RowKey.make(table, parts)
        for (level, buckets) in TimeBucket.cover(lower..<upper) {
            if level > 0 {
                try forEachBucket(of: prefix, level, buckets) { _, row in
                    level == TimeBucket.days ? try DayRow.add(row, to: &columns) : try Columns.add(row, to: &columns)
                }
            } else {
                let days =
                    TimeBucket.day(ofQuarter: buckets.lowerBound)..<TimeBucket.day(ofQuarter: buckets.upperBound - 1)
                    + 1
                try forEachBucket(of: prefix, TimeBucket.days, days) { day, row in
                    try DayRow.add(row, of: day, in: buckets, to: &columns)
                }
            }
        }
        return columns
    }

    /// Calls `body` with the rows of a series, given by its key, in a range of days or blocks.
    private func forEachBucket(
        of series: [UInt8], _ level: UInt8, _ buckets: Range<Int64>, _ body: (Int64, RawSpan) throws -> Void
    ) throws {
        var key = series
        TimeBucket.writeSuffix(level, buckets.lowerBound, to: &key)
        var cursor = try transaction.cursor(over: generation.series)
        var isOnEntry = try cursor.seek(key.rawSpan)
        while isOnEntry, cursor.key.byteCount == key.count, cursor.key.starts(with: series.rawSpan) {
            let (foundLevel, bucket) = TimeBucket.bucket(ofKey: cursor.key)
            guard foundLevel == level, bucket < buckets.upperBound else { return }
            try body(bucket, try open(cursor.value, under: cursor.key))
            isOnEntry = try cursor.next()
        }
    }

    /// The first and the last day (UTC, days since 1970) on which anything counts in a series; nil when nothing does.
    public func days(_ table: UInt8, _ parts: [String]) throws -> ClosedRange<Int>? {
        let prefix = RowKey.make(table, parts)
        var first = prefix
        TimeBucket.writeSuffix(TimeBucket.days, -(1 << 50), to: &first)
        var last = prefix
        TimeBucket.writeSuffix(TimeBucket.days, 1 << 50, to: &last)
        var cursor = try transaction.cursor(over: generation.series)
        guard try cursor.seek(first.rawSpan), cursor.key.byteCount == first.count,
            cursor.key.starts(with: prefix.rawSpan),
            TimeBucket.bucket(ofKey: cursor.key).level == TimeBucket.days
        else { return nil }
        _ = try open(cursor.value, under: cursor.key)
        let firstDay = TimeBucket.bucket(ofKey: cursor.key).bucket
        guard try cursor.seek(last.rawSpan) ? cursor.previous() : cursor.last() else { return nil }
        _ = try open(cursor.value, under: cursor.key)
        return Int(firstDay)...Int(TimeBucket.bucket(ofKey: cursor.key).bucket)
    }

    /// Calls `body` with the ordered rows from `start` on whose key begins with `prefix`, until it answers `false`.
    public func forEachRow(
        prefix: [UInt8], from start: [UInt8]? = nil, _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try forEach(generation.rows, prefix: prefix, from: start, body)
    }

    /// The first key of the ordered rows whose key begins with `prefix`; nil when there is none. O(log n).
    public func firstKey(prefix: [UInt8]) throws -> [UInt8]? {
        var cursor = try transaction.cursor(over: generation.rows)
        guard try cursor.seek(prefix.rawSpan), cursor.key.starts(with: prefix.rawSpan) else { return nil }
        return cursor.key.copy()
    }

    /// The last key of the ordered rows whose key begins with `prefix`; nil when there is none. O(log n).
    ///
    /// - Precondition: the last byte of `prefix` is not 0xFF.
    public func lastKey(prefix: [UInt8]) throws -> [UInt8]? {
        var behind = prefix
        behind[behind.count - 1] += 1
        var cursor = try transaction.cursor(over: generation.rows)
        guard try cursor.seek(behind.rawSpan) ? cursor.previous() : cursor.last(),
            cursor.key.starts(with: prefix.rawSpan)
        else { return nil }
        return cursor.key.copy()
    }

    private func forEach(
        _ database: Database, prefix: [UInt8], from start: [UInt8]? = nil,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        let first = start ?? prefix
        var cursor = try transaction.cursor(over: database)
        var isOnEntry = try cursor.seek(first.rawSpan)
        while isOnEntry, cursor.key.starts(with: prefix.rawSpan) {
            guard try body(cursor.key, try open(cursor.value, under: cursor.key)) else { return }
            isOnEntry = try cursor.next()
        }
    }
}

extension RawSpan {
    /// Whether the first bytes are `prefix`.
    public func starts(with prefix: RawSpan) -> Bool {
        byteCount >= prefix.byteCount && extracting(0..<prefix.byteCount).sameBytes(as: prefix)
    }
}
