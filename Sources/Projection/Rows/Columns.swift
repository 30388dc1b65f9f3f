internal import LMDB

/// The counters of a row: zigzag varints, zeros at the end left out.
enum Columns {
    /// Replaces `bytes` by the stored form; it is empty when all columns are zero.
    static func encode(_ columns: ArraySlice<Int64>, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let used = columns.lastIndex { $0 != 0 }.map { columns[...$0] } ?? []
        for column in used { bytes.append(zigzag: column) }
    }

    /// Adds the stored counters to `columns`, which grows as needed.
    static func add(_ stored: RawSpan, to columns: inout [Int64]) throws {
        var reader = ByteReader(stored)
        var index = 0
        while !reader.isAtEnd {
            try add(reader.zigzag(), at: index, to: &columns)
            index += 1
        }
    }

    /// Sums that have been added up in whatever order, as they are stored.
    ///
    /// - Throws: ``SumOverflow`` when one does not fit into 64 bits.
    static func narrow(_ sums: some Collection<Int128>) throws -> [Int64] {
        try sums.enumerated().map { column, sum in
            guard let narrow = Int64(exactly: sum) else { throw SumOverflow(row: "a sum of rows", column: column) }
            return narrow
        }
    }

    /// Adds `amount` to a column; the columns grow as needed.
    static func add(_ amount: Int64, at column: Int, to columns: inout [Int64]) throws {
        while column >= columns.count { columns.append(0) }
        let (sum, overflow) = columns[column].addingReportingOverflow(amount)
        guard !overflow else { throw SumOverflow(row: "a sum of rows", column: column) }
        columns[column] = sum
    }
}
