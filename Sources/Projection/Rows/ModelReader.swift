public import EventLog
internal import LMDB

/// A snapshot of one read model's rows, for query handlers. Keep it short.
public struct ModelReader: ~Copyable {
    let tables: any RowTables
    /// The position the rows are at.
    public let position: Position

    /// A snapshot of a generation.
    init(_ generation: Generation) throws {
        let transaction = try generation.environment.beginRead()
        let checkpoint: Checkpoint?
        do {
            checkpoint = try generation.checkpoint(in: transaction)
        }
        self.init(GenerationRows(generation, transaction), at: Position(checkpoint?.position ?? 0))
    }

    init(_ tables: any RowTables, at position: Position) {
        self.tables = tables
        self.position = position
    }

    /// The state of an entity; nil when no event was about it. O(log n).
    public func state<State: EntityState>(_ type: State.Type, fold: UInt8 = 0, of entity: Tag) throws -> State? {
        var key: [UInt8] = [fold]
        key.append(utf8: entity.text)
        return try tables.withValue(.entities, key.rawSpan) { try Self.state(type, in: $0) }
    }

    /// Calls `body` with the entities of a fold in tag order, from `entity` on, until it answers `false`.
    public func forEachEntity<State: EntityState>(
        _ type: State.Type, fold: UInt8 = 0, from entity: Tag? = nil, _ body: (Tag, State) throws -> Bool
    ) throws {
        var start: [UInt8] = [fold]
        if let entity { start.append(utf8: entity.text) }
        try tables.walk(.entities, from: start) { key, value in
            guard key.u8(at: 0) == fold else { return .stop }
            let tag = Tag(unchecked: key.text(1..<key.byteCount))
            return try body(tag, try Self.state(type, in: value)) ? .next : .stop
        }
    }

    /// The state in the row of an entity, behind when the last event of it happened, and where it stands.
    private static func state<State: EntityState>(_ type: State.Type, in row: RawSpan) throws -> State {
        var reader = ByteReader(row)
        _ = try reader.zigzag()
        _ = try reader.varint()
        return try State(decoding: &reader)
    }

    /// The columns of a total; empty when nothing counts in it. O(log n).
    public func total(_ table: UInt8, _ parts: String...) throws -> [Int64] {
        var columns: [Int64] = []
        let key = RowKey.make(table, parts)
        _ = try tables.withValue(.totals, key.rawSpan) { try Columns.add($0, to: &columns) }
        return columns
    }

    /// All totals whose parts begin with `parts`, in key order: the remaining parts and the columns.
    public func totals(_ table: UInt8, under parts: [String] = []) throws -> [(parts: [String], columns: [Int64])] {
        var found: [(parts: [String], columns: [Int64])] = []
        try forEach(.totals, prefix: RowKey.make(table, parts)) { key, value in
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
        try tables.walk(.series, from: prefix) { key, _ in
            guard key.starts(with: prefix.rawSpan) else { return .stop }
            var next = key.copy(0..<key.byteCount - TimeBucket.suffixLength)
            names.append(Array(RowKey.parts(of: next.rawSpan).dropFirst(parts.count)))
            // No level is 0xFF: this is behind the last bucket of the series, before the next series.
            next.append(0xFF)
            return .seek(next)
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
        let length = key.count
        try tables.walk(.series, from: key) { key, row in
            guard key.byteCount == length, key.starts(with: series.rawSpan) else { return .stop }
            let (foundLevel, bucket) = TimeBucket.bucket(ofKey: key)
            guard foundLevel == level, bucket < buckets.upperBound else { return .stop }
            try body(bucket, row)
            return .next
        }
    }

    /// The first and the last day (UTC, days since 1970) on which anything counts in a series; nil when nothing does.
    public func days(_ table: UInt8, _ parts: [String]) throws -> ClosedRange<Int>? {
        let prefix = RowKey.make(table, parts)
        var first = prefix
        TimeBucket.writeSuffix(TimeBucket.days, -(1 << 50), to: &first)
        var last = prefix
        TimeBucket.writeSuffix(TimeBucket.days, 1 << 50, to: &last)
        var firstDay: Int64?
        let length = first.count
        try tables.walk(.series, from: first) { key, _ in
            if key.byteCount == length, key.starts(with: prefix.rawSpan) {
                let (level, bucket) = TimeBucket.bucket(ofKey: key)
                if level == TimeBucket.days { firstDay = bucket }
            }
            return .stop
        }
        guard let firstDay else { return nil }
        let lastDay = try tables.lastEntry(.series, below: last) { key, _ in TimeBucket.bucket(ofKey: key).bucket }
        return lastDay.map { Int(firstDay)...Int($0) }
    }

    /// Calls `body` with the ordered rows from `start` on whose key begins with `prefix`, until it answers `false`.
    public func forEachRow(
        prefix: [UInt8], from start: [UInt8]? = nil, _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try forEach(.rows, prefix: prefix, from: start, body)
    }

    /// The first key of the ordered rows whose key begins with `prefix`; nil when there is none. O(log n).
    public func firstKey(prefix: [UInt8]) throws -> [UInt8]? {
        var first: [UInt8]?
        try tables.walk(.rows, from: prefix) { key, _ in
            if key.starts(with: prefix.rawSpan) { first = key.copy() }
            return .stop
        }
        return first
    }

    /// The last key of the ordered rows whose key begins with `prefix`; nil when there is none. O(log n).
    ///
    /// - Precondition: the last byte of `prefix` is not 0xFF.
    public func lastKey(prefix: [UInt8]) throws -> [UInt8]? {
        var behind = prefix
        behind[behind.count - 1] += 1
        let last = try tables.lastEntry(.rows, below: behind) { key, _ in
            key.starts(with: prefix.rawSpan) ? key.copy() : nil
        }
        return last ?? nil
    }

    private func forEach(
        _ table: RowTable, prefix: [UInt8], from start: [UInt8]? = nil,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try tables.walk(table, from: start ?? prefix) { key, value in
            guard key.starts(with: prefix.rawSpan) else { return .stop }
            return try body(key, value) ? .next : .stop
        }
    }
}

extension RawSpan {
    /// Whether the first bytes are `prefix`.
    public func starts(with prefix: RawSpan) -> Bool {
        byteCount >= prefix.byteCount && extracting(0..<prefix.byteCount).sameBytes(as: prefix)
    }
}
