import LMDB
@testable import Projection

/// What is added to one column of a series in one quarter of an hour.
struct QuarterAmount: Hashable {
    let quarter: Int64
    let column: Int
    let amount: Int64

    init(_ quarter: Int64, _ column: Int, _ amount: Int64) {
        self.quarter = quarter
        self.column = column
        self.amount = amount
    }

    init(_ change: SeriesChanges.Change) {
        self.init(change.quarter, change.column, change.amount)
    }

    var change: SeriesChanges.Change {
        SeriesChanges.Change(quarter: quarter, column: column, amount: amount)
    }

    static func isEarlier(_ left: QuarterAmount, _ right: QuarterAmount) -> Bool {
        (left.quarter, left.column) < (right.quarter, right.column)
    }

    /// The sums of all columns, zeros at the end left out.
    static func sums(_ amounts: [QuarterAmount]) -> [Int64] {
        var sums: [Int64] = []
        for amount in amounts {
            while sums.count <= amount.column { sums.append(0) }
            sums[amount.column] += amount.amount
        }
        return LedgerRows.withoutZerosAtEnd(sums)
    }
}

/// An ordered row; its value is nil where it is taken out.
struct ChangedRow: Equatable {
    let key: [UInt8]
    let value: [UInt8]?
}

extension RowChanges {
    /// All rows, in the order in which they come.
    func all() throws -> [ChangedRow] {
        var rows: [ChangedRow] = []
        try forEach { key, value in
            if let value {
                rows.append(ChangedRow(key: key.copy(), value: value.copy()))
            } else {
                rows.append(ChangedRow(key: key.copy(), value: nil))
            }
        }
        return rows
    }
}

extension Contributions {
    /// All totals, in the order in which they come.
    func allTotals() throws -> [(key: [UInt8], columns: [Int64])] {
        var totals: [(key: [UInt8], columns: [Int64])] = []
        try forEachTotal { key, columns in totals.append((key.copy(), Array(columns))) }
        return totals
    }

    /// All series with their changes, in the order in which they come.
    func allSeries() throws -> [(key: [UInt8], amounts: [QuarterAmount])] {
        var series: [(key: [UInt8], amounts: [QuarterAmount])] = []
        try forEachSeries { key, changes in series.append((key.copy(), changes.map { QuarterAmount($0) })) }
        return series
    }
}
