public import EventLog
internal import LMDB

/// What entities and events contribute to a read model: totals, series over time, ordered rows.
///
/// A fold adds; the runner takes the same contributions out again with the opposite sign. Sums are checked.
public struct Contributions {
    /// +1 puts contributions in, -1 takes them out.
    @usableFromInline var sign: Int64 = 1
    private var keys = ByteKeyTable()
    private var sums: [Sum] = []
    /// Wide, so that what is put in and taken out again may come in any order.
    private var totals: [Int128] = []
    private var series: [SeriesChanges] = []
    /// Ordered rows.
    private(set) var rows = RowChanges()
    private var scratch: [UInt8] = []

    /// A total or a series to add to, valid within this value.
    public struct Handle {
        let number: UInt32
    }

    /// What stands under one key.
    private struct Sum {
        let columns: Int
        /// Where its columns start in `totals`, or which of `series` it is.
        let place: Int
        let isTimed: Bool
    }

    init() {}

    /// Takes out of the read model what `body` contributes.
    @inlinable
    public mutating func takingOut(_ body: (inout Contributions) throws -> Void) rethrows {
        sign = -sign
        defer { sign = -sign }
        try body(&self)
    }

    /// What is added from here on is taken out, or no more. For whoever lends an event, which no closure may hold.
    @usableFromInline
    mutating func flipSign() { sign = -sign }

    // MARK: Naming

    /// The total under `table` and `parts`, with `columns` counters.
    public mutating func total(_ table: UInt8, _ parts: String..., columns: Int) -> Handle {
        name(table)
        for text in parts { part(text) }
        return total(columns: columns)
    }

    /// The series over time under `table` and `parts`, with `columns` counters.
    public mutating func series(_ table: UInt8, _ parts: String..., columns: Int) -> Handle {
        name(table)
        for text in parts { part(text) }
        return series(columns: columns)
    }

    /// Begins the name of a total or series part by part: ``name(_:)``, ``part(_:)-(RawSpan)`` as often as needed, then
    /// ``total(columns:)`` or ``series(columns:)``. Does what the forms with all parts do, without making texts.
    public mutating func name(_ table: UInt8) {
        scratch.removeAll(keepingCapacity: true)
        // The first byte keeps totals and series apart in the table of keys; it is not stored.
        scratch.append(0)
        scratch.append(table)
    }

    /// How far the name begun has come; ``rewind(to:)`` goes on from there with other parts.
    public var mark: Int { scratch.count }

    /// Takes back the parts added since ``mark`` was `mark`.
    public mutating func rewind(to mark: Int) { scratch.removeLast(scratch.count - mark) }

    /// Adds a part, UTF-8, to the name begun.
    public mutating func part(_ bytes: RawSpan) { RowKey.write(bytes, to: &scratch) }

    /// Adds a part to the name begun.
    public mutating func part(_ text: String) { RowKey.write(text, to: &scratch) }

    /// The total of the name begun.
    public mutating func total(columns: Int) -> Handle { handle(columns, isTimed: false) }

    /// The series of the name begun.
    public mutating func series(columns: Int) -> Handle {
        precondition(columns <= SeriesChanges.Change.maximumColumns, "a series of too many columns")
        return handle(columns, isTimed: true)
    }

    private mutating func handle(_ columns: Int, isTimed: Bool) -> Handle {
        scratch[0] = isTimed ? 1 : 0
        let (number, isNew) =
            scratch.count > RowKey.longest
            ? keys.number(of: scratch[..<1] + RowKey.shortened(Array(scratch[1...]))) : keys.number(of: scratch)
        if isNew { append(columns, isTimed) }
        precondition(sums[number].columns == columns, "a total or series has one number of columns")
        return Handle(number: UInt32(number))
    }

    private mutating func append(_ columns: Int, _ isTimed: Bool) {
        sums.append(Sum(columns: columns, place: isTimed ? series.count : totals.count, isTimed: isTimed))
        if isTimed {
            series.append(SeriesChanges())
        } else {
            for _ in 0..<columns { totals.append(0) }
        }
    }

    // MARK: Adding

    /// Adds `amount` to a column of a total. That the sum does not fit into 64 bits shows when the pass ends.
    public mutating func add(_ amount: Int64, to column: Int, of total: Handle) {
        let sum = sums[Int(total.number)]
        precondition(!sum.isTimed && column < sum.columns, "column \(column) of a total of \(sum.columns)")
        totals[sum.place + column] += Int128(amount) * Int128(sign)
    }

    /// Adds `amount` to a column of a series at `time`; to the quarter of an hour that holds it.
    ///
    /// - Throws: ``SumOverflow`` when `amount` has no opposite, and so could not be taken out again. That a sum does
    ///   not fit shows when the pass ends.
    public mutating func add(_ amount: Int64, to column: Int, of series: Handle, at time: Timestamp) throws {
        let sum = sums[Int(series.number)]
        precondition(sum.isTimed && column < sum.columns, "column \(column) of a series of \(sum.columns)")
        let signed = amount &* sign
        guard amount != .min else { throw SumOverflow(row: describe(series.number), column: column) }
        self.series[sum.place].add(signed, to: column, at: time)
    }

    /// Adds an ordered row of an entity; the key must hold the entity's id, since rows do not add up.
    public mutating func put(_ value: [UInt8], at key: [UInt8]) {
        if sign > 0 { rows.put(value.rawSpan, at: key.rawSpan) } else { rows.remove(at: key.rawSpan) }
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
    mutating func merge(_ other: Contributions) {
        for number in 0..<other.keys.count {
            let theirs = other.sums[number]
            let (mine, isNew) = other.keys.withBytes(number) { keys.number(of: $0, hash: FastHash.hash64($0)) }
            if isNew { append(theirs.columns, theirs.isTimed) }
            if theirs.isTimed {
                series[sums[mine].place].add(other.series[theirs.place])
            } else {
                for column in 0..<theirs.columns {
                    totals[sums[mine].place + column] += other.totals[theirs.place + column]
                }
            }
        }
        rows.merge(other.rows)
    }

    /// Calls `body` for every total that was added to, in key order: the stored key, and the columns.
    ///
    /// - Throws: ``SumOverflow``.
    func forEachTotal(_ body: (_ key: RawSpan, _ columns: ArraySlice<Int64>) throws -> Void) throws {
        for number in keys.sortedNumbers() where !sums[number].isTimed {
            let sum = sums[number]
            do {
                let columns = try Columns.narrow(totals[sum.place..<sum.place + sum.columns])
                try keys.withBytes(number) { try body($0.extracting(1..<$0.byteCount), columns[...]) }
            } catch let overflow as SumOverflow {
                throw SumOverflow(row: describe(UInt32(number)), column: overflow.column)
            }
        }
    }

    /// Calls `body` for every series that was added to, in key order: the stored key, and the changes in order of time.
    ///
    /// - Throws: ``SumOverflow``.
    func forEachSeries(_ body: (_ key: RawSpan, _ changes: [SeriesChanges.Change]) throws -> Void) throws {
        for number in keys.sortedNumbers() where sums[number].isTimed {
            do {
                let changes = try series[sums[number].place].summed()
                try keys.withBytes(number) { try body($0.extracting(1..<$0.byteCount), changes) }
            } catch let overflow as SumOverflow {
                throw SumOverflow(row: describe(UInt32(number)), column: overflow.column)
            }
        }
    }
}
