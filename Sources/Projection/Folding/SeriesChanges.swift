internal import EventLog

/// What is added to one series over time: a list, in the order in which it came, put in order of time when the pass
/// ends, and whenever it has grown to twice its length. Adding is an append; no table of cells is looked through, of
/// which a build would have a million.
struct SeriesChanges {
    struct Change {
        /// Sorts by quarter of an hour, then column.
        let order: UInt64
        var amount: Int64

        private static let columnBits: UInt64 = 24
        static let maximumColumns = 1 << 24
        /// The quarters of all timestamps lie within ±2^34.
        private static let offset: Int64 = 1 << 34

        init(quarter: Int64, column: Int, amount: Int64) {
            order = UInt64(bitPattern: quarter + Self.offset) << Self.columnBits | UInt64(column)
            self.amount = amount
        }

        var quarter: Int64 { Int64(order >> Self.columnBits) - Self.offset }
        var column: Int { Int(order & (1 << Self.columnBits - 1)) }
    }

    private(set) var changes: [Change] = []
    /// So many changes are summed up, to be held in less memory.
    private var compactingAt = SeriesChanges.leastCompacted

    private static let leastCompacted = 4096

    init() {}

    init(_ changes: ArraySlice<Change>) {
        self.changes = Array(changes)
    }

    mutating func add(_ amount: Int64, to column: Int, at time: Timestamp) {
        changes.append(Change(quarter: TimeBucket.quarter(of: time), column: column, amount: amount))
        if changes.count >= compactingAt { compact() }
    }

    mutating func add(_ other: SeriesChanges) {
        changes += other.changes
        if changes.count >= compactingAt { compact() }
    }

    /// Where a sum does not fit for the time being, all stays as it is: what comes may bring it back.
    private mutating func compact() {
        if let sums = try? summed() { changes = sums }
        compactingAt = max(Self.leastCompacted, changes.count * 2)
    }

    /// The changes in order of time, each quarter and column once, those that come to nothing left out.
    ///
    /// - Throws: ``SumOverflow`` with an empty row when a sum does not fit into 64 bits.
    func summed() throws -> [Change] {
        var sorted = changes
        Self.sort(&sorted)
        var used = 0
        var start = 0
        while start < sorted.count {
            // Amounts of one quarter and column come in any order, so only their sum has to fit.
            var sum = Int128(sorted[start].amount)
            var end = start + 1
            while end < sorted.count, sorted[end].order == sorted[start].order {
                sum += Int128(sorted[end].amount)
                end += 1
            }
            guard let amount = Int64(exactly: sum) else { throw SumOverflow(row: "", column: sorted[start].column) }
            if amount != 0 {
                sorted[used] = sorted[start]
                sorted[used].amount = amount
                used += 1
            }
            start = end
        }
        sorted.removeLast(sorted.count - used)
        return sorted
    }

    /// Fewer are compared, more are distributed.
    private static let leastDistributed = 256

    /// Puts changes in order: byte by byte of what they are ordered by, from the lowest up, leaving out bytes that are
    /// the same in all of them. O(n).
    private static func sort(_ changes: inout [Change]) {
        guard changes.count >= leastDistributed else { return changes.sort { $0.order < $1.order } }
        let first = changes[0].order
        let varying = changes.reduce(0) { $0 | ($1.order ^ first) }
        var other = changes
        for shift in stride(from: UInt64(0), to: 64, by: 8) where varying >> shift & 0xFF != 0 {
            var places = [Int](repeating: 0, count: 257)
            for change in changes { places[Int(change.order >> shift & 0xFF) + 1] += 1 }
            for byte in 1..<256 { places[byte] += places[byte - 1] }
            for change in changes {
                let byte = Int(change.order >> shift & 0xFF)
                other[places[byte]] = change
                places[byte] += 1
            }
            swap(&changes, &other)
        }
    }
}
