/// The index as the open write transaction sees it: what is durable, and what the transaction itself has written.
///
/// What it has written is kept apart from the tail, which takes events only once they are durable. When a commit fails,
/// other events, of another process maybe, come to stand at its positions; so nobody else may ever find its own there.
struct TransactionIndex: ~Copyable {
    /// Answers for the positions up to `base`.
    let durable: EventIndex
    /// The head of the log when the transaction began.
    let base: UInt64
    /// Made for the first append that later ones of the transaction must see.
    private var written: TailTable?

    /// Few appends of one commit have more events together; a table grows.
    private static let expectedEvents = 256

    /// `durable` covers every position up to `base`.
    init(_ durable: EventIndex, base: UInt64) {
        self.durable = durable
        self.base = base
    }

    /// Adds what the transaction has written for `request`.
    mutating func insert(_ request: AppendRequest) {
        let table = written ?? TailTable(base: base, capacity: Self.expectedEvents)
        written = table
        request.forEachRecord(from: table.end + 1) { event, typeKey in table.insert(event, typeKey: typeKey) }
    }

    /// Whether there may be an id that is not lower.
    func mayHoldIDs(from id: EventID) -> Bool { written?.mayHoldIDs(from: id) ?? false || durable.mayHoldIDs(from: id) }

    /// The position of the event with this id.
    func position(of id: EventID) throws -> UInt64? {
        if let position = written?.position(of: id) { return position }
        return try durable.position(of: id, head: base)
    }

    /// Whether the key has a position above `after`.
    func has(_ key: TagKey, above after: UInt64) throws -> Bool {
        if let written, written.end > max(after, base) {
            let above = max(after, base) + 1...written.end
            if !written.positions(of: key, in: above, newestFirst: true, limit: 1).isEmpty { return true }
        }
        return try after < base && durable.newest(of: key, above: after, head: base) != nil
    }

    /// Up to `limit` positions of the key within `range`, the lowest ones, ascending.
    func positions(of key: TagKey, in range: ClosedRange<UInt64>, limit: Int) throws -> [UInt64] {
        var positions: [UInt64] = []
        if range.lowerBound <= base {
            positions = try durable.positions(
                of: key, in: range.lowerBound...min(range.upperBound, base), newestFirst: false, limit: limit)
        }
        if let written, range.upperBound > base, positions.count < limit {
            positions += written.positions(
                of: key, in: max(range.lowerBound, base + 1)...range.upperBound, newestFirst: false,
                limit: limit - positions.count)
        }
        return positions
    }
}
