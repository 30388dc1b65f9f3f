public import EventLog
internal import LMDB

/// What entities and events contribute to a read model: totals, series over time, ordered rows.
///
/// A fold adds; the runner takes the same contributions out again with the opposite sign. Sums are checked.
public struct Contributions {
    /// +1 puts contributions in, -1 takes them out.
    var sign: Int64 = 1
    private var keys = ByteKeyTable()
    private var widths: [Int] = []
    private var isTimed: [Bool] = []
    /// (key number, bucket) -> start in `values`.
    private var cells: [Cell: Int] = [:]
    private var values: [Int64] = []
    /// Ordered rows: nil where a row is taken out.
    private(set) var rows: [[UInt8]: [UInt8]?] = [:]
    private var scratch: [UInt8] = []

    struct Cell: Hashable {
        let key: UInt32
        let level: UInt8
        let bucket: Int64
    }

    /// A total or a series to add to, valid within this value.
    public struct Handle {
        let number: UInt32
    }

    init() {}

    /// The total under `table` and `parts`, with `columns` counters.
    public mutating func total(_ table: UInt8, _ parts: String..., columns: Int) -> Handle {
        handle(table, parts, columns, isTimed: false)
    }

    /// The series over time under `table` and `parts`, with `columns` counters.
    public mutating func series(_ table: UInt8, _ parts: String..., columns: Int) -> Handle {
        handle(table, parts, columns, isTimed: true)
    }

    private mutating func handle(_ table: UInt8, _ parts: [String], _ columns: Int, isTimed timed: Bool) -> Handle {
        scratch.removeAll(keepingCapacity: true)
        // The first byte keeps totals and series apart in the table of keys; it is not stored.
        scratch.append(timed ? 1 : 0)
        RowKey.write(table, parts, to: &scratch)
        let key = scratch
        let (number, isNew) = keys.number(of: key.rawSpan, hash: FastHash.hash64(key.rawSpan))
        if isNew {
            widths.append(columns)
            isTimed.append(timed)
        }
        precondition(widths[number] == columns, "a total or series has one number of columns")
        return Handle(number: UInt32(number))
    }

    /// Adds `amount` to a column of a total.
    public mutating func add(_ amount: Int64, to column: Int, of total: Handle) throws {
        try add(amount, column, Cell(key: total.number, level: 0, bucket: 0))
    }

    /// Adds `amount` to a column of a series at `time`.
    public mutating func add(_ amount: Int64, to column: Int, of series: Handle, at time: Timestamp) throws {
        let bucket = TimeBucket.finest(of: time)
        try add(amount, column, Cell(key: series.number, level: 0, bucket: bucket))
    }

    /// Adds an ordered row of an entity; the key must hold the entity's id, since rows do not add up.
    public mutating func put(_ value: [UInt8], at key: [UInt8]) {
        rows[key] = sign > 0 ? .some(value) : .some(nil)
    }

    private mutating func add(_ amount: Int64, _ column: Int, _ cell: Cell) throws {
        let width = widths[Int(cell.key)]
        precondition(column < width, "column \(column) of \(width)")
        let start: Int
        if let known = cells[cell] {
            start = known
        } else {
            start = values.count
            cells[cell] = start
            for _ in 0..<width { values.append(0) }
        }
        let (sum, overflow) = values[start + column].addingReportingOverflow(sign * amount)
        guard !overflow else { throw SumOverflow(row: describe(cell.key), column: column) }
        values[start + column] = sum
    }

    private func describe(_ key: UInt32) -> String {
        keys.withBytes(Int(key)) { RowKey.describe($0.extracting(1..<$0.byteCount)) }
    }
}

/// A sum that does not fit into 64 bits.
public struct SumOverflow: Error, Equatable, Sendable, CustomStringConvertible {
    public let row: String
    public let column: Int

    public var description: String { "the sum in column \(column) of row \(row) does not fit into 64 bits" }
}

// MARK: - For the row writers

extension Contributions {
    /// Adds what another worker has gathered.
    mutating func merge(_ other: Contributions) throws {
        var numbers: [UInt32] = []
        for number in 0..<other.keys.count {
            let (mine, isNew) = other.keys.withBytes(number) { keys.number(of: $0, hash: FastHash.hash64($0)) }
            if isNew {
                widths.append(other.widths[number])
                isTimed.append(other.isTimed[number])
            }
            numbers.append(UInt32(mine))
        }
        for (cell, start) in other.cells {
            let mine = Cell(key: numbers[Int(cell.key)], level: cell.level, bucket: cell.bucket)
            for column in 0..<other.widths[Int(cell.key)] where other.values[start + column] != 0 {
                try add(other.values[start + column], column, mine)
            }
        }
        rows.merge(other.rows) { _, new in new }
    }

    /// Adds to each coarser bucket what its finest buckets hold.
    mutating func rollUp() throws {
        let saved = sign
        sign = 1
        defer { sign = saved }
        for (cell, start) in cells where cell.level == 0 && isTimed[Int(cell.key)] {
            for level in TimeBucket.coarserLevels {
                let bucket = TimeBucket.coarser(cell.bucket, level)
                for column in 0..<widths[Int(cell.key)] where values[start + column] != 0 {
                    try add(values[start + column], column, Cell(key: cell.key, level: level, bucket: bucket))
                }
            }
        }
    }

    /// All changed totals or series cells in key order: the stored key and the columns.
    func sortedCells(timed: Bool) -> [(key: [UInt8], columns: ArraySlice<Int64>)] {
        var rank = [UInt32](repeating: 0, count: keys.count)
        for (position, number) in keys.sortedNumbers().enumerated() { rank[number] = UInt32(position) }
        let ordered = cells.filter { isTimed[Int($0.key.key)] == timed }.sorted { left, right in
            if left.key.key != right.key.key { return rank[Int(left.key.key)] < rank[Int(right.key.key)] }
            return (left.key.level, left.key.bucket) < (right.key.level, right.key.bucket)
        }
        return ordered.map { cell, start in
            var key: [UInt8] = []
            keys.withBytes(Int(cell.key)) { key.append($0.extracting(1..<$0.byteCount)) }
            if timed { TimeBucket.writeSuffix(cell.level, cell.bucket, to: &key) }
            return (key, values[start..<start + widths[Int(cell.key)]])
        }
    }
}
