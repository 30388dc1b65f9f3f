internal import LMDB

extension MemoryRows {
    /// These rows and those of other entities together: sums are added up, all other rows stand beside each other.
    ///
    /// - Throws: ``SumOverflow``; ``MalformedBytes``.
    func adding(_ other: MemoryRows) throws -> MemoryRows {
        MemoryRows(
            entities: try sum(.entities, other), totals: try sum(.totals, other), series: try sum(.series, other),
            rows: try sum(.rows, other))
    }

    /// Merges two tables, both in key order.
    private func sum(_ table: RowTable, _ other: MemoryRows) throws -> [Entry] {
        let (mine, theirs) = (entries(table), other.entries(table))
        if mine.isEmpty { return theirs }
        if theirs.isEmpty { return mine }
        var sum: [Entry] = []
        sum.reserveCapacity(mine.count + theirs.count)
        var (left, right) = (0, 0)
        while left < mine.count, right < theirs.count {
            let (one, another) = (mine[left], theirs[right])
            let order = one.key.rawSpan.compareBytes(to: another.key.rawSpan)
            if order <= 0 { left += 1 }
            if order >= 0 { right += 1 }
            if order != 0 {
                sum.append(order < 0 ? one : another)
                continue
            }
            let value = try Self.sum(one.value, another.value, under: one.key, in: table)
            if !value.isEmpty { sum.append((one.key, value)) }
        }
        return sum + mine[left...] + theirs[right...]
    }

    private static func sum(
        _ one: [UInt8], _ other: [UInt8], under key: [UInt8], in table: RowTable
    ) throws -> [UInt8] {
        switch table {
        case .entities, .rows: return other
        case .totals: return try columns(one, other)
        case .series:
            let (level, bucket) = TimeBucket.bucket(ofKey: key.rawSpan)
            guard level == TimeBucket.days else { return try columns(one, other) }
            var changes = SeriesChanges(try DayRow.changes(of: one.rawSpan, day: bucket)[...])
            changes.add(SeriesChanges(try DayRow.changes(of: other.rawSpan, day: bucket)[...]))
            var value: [UInt8] = []
            try DayRow.encode(changes.summed()[...], into: &value)
            return value
        }
    }

    private static func columns(_ one: [UInt8], _ other: [UInt8]) throws -> [UInt8] {
        var sums: [Int64] = []
        try Columns.add(one.rawSpan, to: &sums)
        try Columns.add(other.rawSpan, to: &sums)
        var value: [UInt8] = []
        Columns.encode(sums[...], into: &value)
        return value
    }
}
