internal import LMDB

/// The row of one day of a series: its sums, then every quarter of an hour in which anything counts.
///
///     number of columns, sums (zigzag); then for each quarter and column that is not zero, in this order:
///     quarter within the day (1), column, amount (zigzag)
enum DayRow {
    /// The row that holds `changes`, which are of one day and in order.
    ///
    /// - Throws: ``SumOverflow``, which does not name the row.
    static func encode(_ changes: ArraySlice<SeriesChanges.Change>, into bytes: inout [UInt8]) throws {
        bytes.removeAll(keepingCapacity: true)
        guard let first = changes.first else { return }
        let start = TimeBucket.day(ofQuarter: first.quarter) * TimeBucket.quartersPerDay
        var sums: [Int128] = []
        for change in changes { change.add(to: &sums) }
        bytes.append(varint: UInt64(sums.count))
        for sum in try Columns.narrow(sums) { bytes.append(zigzag: sum) }
        for change in changes {
            bytes.append(UInt8(change.quarter - start))
            bytes.append(varint: UInt64(change.column))
            bytes.append(zigzag: change.amount)
        }
    }

    /// What a row of `day` holds, in order.
    static func changes(of row: RawSpan, day: Int64) throws -> [SeriesChanges.Change] {
        var reader = ByteReader(row)
        for _ in 0..<(try reader.count()) { _ = try reader.zigzag() }
        var changes: [SeriesChanges.Change] = []
        while !reader.isAtEnd {
            let quarter = Int64(try reader.u8())
            let column = try reader.varint()
            guard quarter < TimeBucket.quartersPerDay, column < SeriesChanges.Change.maximumColumns else {
                throw MalformedBytes("a quarter of the day and a column before \(reader.offset)")
            }
            changes.append(
                .init(
                    quarter: day * TimeBucket.quartersPerDay + quarter, column: Int(column),
                    amount: try reader.zigzag()))
        }
        return changes
    }

    /// Adds the whole day to `columns`, which grows as needed.
    static func add(_ row: RawSpan, to columns: inout [Int64]) throws {
        var reader = ByteReader(row)
        for column in 0..<(try reader.count()) { try Columns.add(reader.zigzag(), at: column, to: &columns) }
    }

    /// Adds the quarters of the row of `day` that lie in `quarters`.
    static func add(_ row: RawSpan, of day: Int64, in quarters: Range<Int64>, to columns: inout [Int64]) throws {
        for change in try changes(of: row, day: day) where quarters.contains(change.quarter) {
            try change.add(to: &columns)
        }
    }
}

extension SeriesChanges.Change {
    func add(to columns: inout [Int64]) throws { try Columns.add(amount, at: column, to: &columns) }

    func add(to sums: inout [Int128]) {
        while column >= sums.count { sums.append(0) }
        sums[column] += Int128(amount)
    }
}
