public import EventLog
internal import LMDB

/// What entities and events contribute to a read model: totals, series over time, ordered rows.
///
/// A fold adds; the runner takes the same contributions out again with the opposite sign. Sums are checked.
public struct Contributions {
    /// +1 puts contributions in, -1 takes them out.
    @usableFromInline var sign: Int64 = 1
    private var keys = ByteKeyTable()
    private var widths: [Int] = []
    private var isTimed: [Bool] = []
    private var table = CellTable()
    /// Ordered rows: nil where a row is taken out.
    private(set) var rows: [[UInt8]: [UInt8]?] = [:]
    private var scratch: [UInt8] = []

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
        try add(amount, column, CellTable.Cell(key: total.number, level: 0, bucket: 0))
    }

    /// Adds `amount` to a column of a series at `time`.
    public mutating func add(_ amount: Int64, to column: Int, of series: Handle, at time: Timestamp) throws {
        let bucket = TimeBucket.finest(of: time)
        try add(amount, column, CellTable.Cell(key: series.number, level: 0, bucket: bucket))
    }

    /// Adds an ordered row of an entity; the key must hold the entity's id, since rows do not add up.
    public mutating func put(_ value: [UInt8], at key: [UInt8]) {
        rows[key] = sign > 0 ? .some(value) : .some(nil)
    }

    private mutating func add(_ amount: Int64, _ column: Int, _ cell: CellTable.Cell) throws {
        let width = widths[Int(cell.key)]
        precondition(column < width, "column \(column) of \(width)")
        let (signed, overflow) = amount.multipliedReportingOverflow(by: sign)
        guard !overflow, table.add(signed, column, width: width, to: cell) else {
            throw SumOverflow(row: describe(cell.key), column: column)
        }
    }

    private func describe(_ key: UInt32) -> String {
        keys.withBytes(Int(key)) { RowKey.describe($0.extracting(1..<$0.byteCount)) }
    }
}

/// A sum that does not fit into 64 bits.
public struct SumOverflow: Error, Equatable, Sendable, CustomStringConvertible {
    /// The row, or what was being added up.
    public let row: String
    /// Which of its columns, from 0.
    public let column: Int

    /// An overflow that a query has met.
    public init(row: String, column: Int) {
        self.row = row
        self.column = column
    }

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
        for (cell, start) in zip(other.table.cells, other.table.starts) {
            let mine = CellTable.Cell(key: numbers[Int(cell.key)], level: cell.level, bucket: cell.bucket)
            for column in 0..<other.widths[Int(cell.key)] where other.table.values[start + column] != 0 {
                try add(other.table.values[start + column], column, mine)
            }
        }
        rows.merge(other.rows) { _, new in new }
    }

    /// Adds to each coarser bucket what its finest buckets hold.
    mutating func rollUp() throws {
        let saved = sign
        sign = 1
        defer { sign = saved }
        for number in table.cells.indices {
            let cell = table.cells[number]
            guard cell.level == 0, isTimed[Int(cell.key)] else { continue }
            let start = table.starts[number]
            for column in 0..<widths[Int(cell.key)] {
                let amount = table.values[start + column]
                if amount == 0 { continue }
                for level in TimeBucket.coarserLevels {
                    let bucket = TimeBucket.coarser(cell.bucket, level)
                    try add(amount, column, CellTable.Cell(key: cell.key, level: level, bucket: bucket))
                }
            }
        }
    }

    /// Calls `body` for every changed total, or every changed cell of a series, in key order: the stored key, and the
    /// columns.
    func forEachCell(timed: Bool, _ body: (_ key: [UInt8], _ columns: ArraySlice<Int64>) throws -> Void) throws {
        var rank = [UInt64](repeating: 0, count: keys.count)
        for (position, number) in keys.sortedNumbers().enumerated() { rank[number] = UInt64(position) }
        var order: [(rank: UInt64, bucket: Int64, number: Int)] = []
        for (number, cell) in table.cells.enumerated() where isTimed[Int(cell.key)] == timed {
            order.append((rank[Int(cell.key)] << 8 | UInt64(cell.level), cell.bucket, number))
        }
        order.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.bucket < $1.bucket }
        var key: [UInt8] = []
        for (_, _, number) in order {
            let cell = table.cells[number]
            key.removeAll(keepingCapacity: true)
            keys.withBytes(Int(cell.key)) { key.append($0.extracting(1..<$0.byteCount)) }
            if timed { TimeBucket.writeSuffix(cell.level, cell.bucket, to: &key) }
            let start = table.starts[number]
            try body(key, table.values[start..<start + widths[Int(cell.key)]])
        }
    }
}
