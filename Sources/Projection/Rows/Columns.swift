internal import LMDB

/// The counters of a row: zigzag varints, zeros at the end left out.
enum Columns {
    static func encode(_ columns: ArraySlice<Int64>) -> [UInt8] {
        var bytes: [UInt8] = []
        let used = columns.lastIndex { $0 != 0 }.map { columns[...$0] } ?? []
        for column in used { bytes.append(zigzag: column) }
        return bytes
    }

    /// Adds the stored counters to `columns`, which grows as needed.
    static func add(_ stored: RawSpan, to columns: inout [Int64]) throws {
        var reader = ByteReader(stored)
        var index = 0
        while !reader.isAtEnd {
            let value = try reader.zigzag()
            if index == columns.count { columns.append(0) }
            let (sum, overflow) = columns[index].addingReportingOverflow(value)
            guard !overflow else { throw SumOverflow(row: "a sum of rows", column: index) }
            columns[index] = sum
            index += 1
        }
    }
}
