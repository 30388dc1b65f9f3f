internal import LMDB

/// The rows of one series that changes of it touch.
struct SeriesRows {
    enum Row {
        /// The key of a day's row, the day, and its changes in order.
        case day([UInt8], Int64, ArraySlice<SeriesChanges.Change>)
        /// The key of a block's row, and what the changes add up to in it.
        case block([UInt8], [Int64])
    }

    private let key: [UInt8]

    /// - Parameter key: the key of the series.
    init(key: RawSpan) {
        self.key = key.copy()
    }

    /// Calls `body` with the rows in key order: all days, then all blocks.
    func forEach(of changes: [SeriesChanges.Change], _ body: (Row) throws -> Void) throws {
        var blocks: [(block: Int64, sums: [Int128])] = []
        var start = 0
        while start < changes.count {
            let day = TimeBucket.day(ofQuarter: changes[start].quarter)
            let nextDay = (day + 1) * TimeBucket.quartersPerDay
            var end = start
            if TimeBucket.block(ofDay: day) != blocks.last?.block { blocks.append((TimeBucket.block(ofDay: day), [])) }
            while end < changes.count, changes[end].quarter < nextDay {
                changes[end].add(to: &blocks[blocks.count - 1].sums)
                end += 1
            }
            try body(.day(rowKey(TimeBucket.days, day), day, changes[start..<end]))
            start = end
        }
        for (block, sums) in blocks { try body(.block(rowKey(TimeBucket.blocks, block), Columns.narrow(sums))) }
    }

    private func rowKey(_ level: UInt8, _ bucket: Int64) -> [UInt8] {
        var row = key
        TimeBucket.writeSuffix(level, bucket, to: &row)
        return row
    }
}
