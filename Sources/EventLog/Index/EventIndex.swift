internal import LMDB
internal import Foundation

/// The derived index of the log: tag, type and id -> positions.
///
/// Invariants:
/// - runs cover positions 1...end of runs, each once, in order; tables follow each other and cover all that is between
///   the end of the runs and `end`; they may overlap the runs, and then the overlap is left out of look-ups;
/// - tables and runs hold what is durable in the log and nothing else;
/// - a table is dropped only after the manifest that names its run is durable, so `end` never goes back;
/// - a position above the head that a reader sees in its log transaction is never answered.
///
/// `lock` guards `runs` and `tables` and everything in the tables; runs themselves are immutable.
final class EventIndex: @unchecked Sendable {
    // Unchecked: mutable state is touched under `lock` only.

    let folder: String
    /// Events in a full table.
    let tableCapacity: Int
    let lock = NSLock()
    private(set) var runs: [IndexRun] = []
    private(set) var tables: [TailTable] = []
    /// Tables that were written out, kept for their memory.
    private var spareTables: [TailTable] = []
    private static let maximumSpareTables = 3
    /// Set by whoever inserts; the indexer waits on it.
    var onFullTable: @Sendable () -> Void = {}
    /// Blocks while too many full tables wait to be written.
    var waitForRoom: @Sendable () -> Void = {}

    /// - Parameter tableCapacity: smaller than usual in tests of what happens over many tables.
    init(folder: String, tableCapacity: Int = TailTable.standardCapacity) {
        self.folder = folder
        self.tableCapacity = tableCapacity
    }

    /// The last position that runs and tables cover.
    var end: UInt64 { lock.withLock { endLocked } }

    var endLocked: UInt64 { max(tables.last?.end ?? 0, runsEndLocked) }
    private var runsEndLocked: UInt64 { runs.last?.last ?? 0 }

    /// The last position that is on disk.
    var runsEnd: UInt64 { lock.withLock { runsEndLocked } }

    /// The runs as they are now.
    var currentRuns: [IndexRun] { lock.withLock { runs } }

    /// How many tables the tail has, how many of them are full, and how many runs there are.
    var size: (tables: Int, fullTables: Int, runs: Int) {
        lock.withLock { (tables.count, tables.count { $0.isFull }, runs.count) }
    }

    /// Full tables that wait to be written.
    var fullTables: Int { lock.withLock { tables.count { $0.isFull } } }

    /// Lets go of everything, when the log is closed for good.
    func release() {
        lock.withLock {
            runs = []
            tables = []
            spareTables = []
        }
    }

    /// Replaces the runs and drops the tables they cover. New runs reach as far as the old ones, or farther.
    func adopt(runs newRuns: [IndexRun]) {
        lock.withLock {
            precondition(newRuns.last?.last ?? 0 >= runsEndLocked, "runs never end earlier than those before them")
            runs = newRuns
            let covered = runsEndLocked
            for table in tables where table.end <= covered && spareTables.count < Self.maximumSpareTables {
                spareTables.append(table)
            }
            tables.removeAll { $0.end <= covered }
        }
    }

    // MARK: Filling the tail

    /// Adds the event that follows `end`. Call with the lock held.
    func insertLocked(_ event: borrowing EventView, typeKey: TagKey) {
        let position = event.position.rawValue
        precondition(position == endLocked + 1, "the tail takes events in order: \(position) after \(endLocked)")
        if tables.last?.isFull ?? true {
            let spare = spareTables.popLast()
            spare?.restart(base: position - 1)
            tables.append(spare ?? TailTable(base: position - 1, capacity: tableCapacity))
            if tables.count > 1 { onFullTable() }
        }
        tables[tables.count - 1].insert(event, typeKey: typeKey)
    }

    /// The oldest table, or a copy of it as it is now if it may still grow, and the end of the runs below it.
    func oldestTable(fullOnly: Bool) -> (table: TailTable, floor: UInt64)? {
        lock.withLock {
            guard let table = tables.first, !fullOnly || table.isFull, table.end > runsEndLocked else { return nil }
            return (table.isFull ? table : table.frozen(), runsEndLocked)
        }
    }

    // MARK: Look-ups

    /// Has the runs compared with their hashes, if that was not done yet: it may take long, and look-ups would wait for
    /// it. What is wrong they tell.
    func checkRuns() {
        for run in currentRuns { try? run.requireSound() }
    }

    /// Whoever looks something up as of `head` has seen to it that the index reaches as far.
    private func requireLocked(upTo head: UInt64) {
        precondition(endLocked >= head, "the index reaches \(endLocked) and is asked as of \(head)")
    }

    /// Whether tables or runs may hold an id that is not lower. O(tables + runs).
    func mayHoldIDs(from id: EventID) -> Bool {
        lock.withLock { tables.contains { $0.mayHoldIDs(from: id) } || runs.contains { $0.highestID >= id } }
    }

    /// The position of the event with this id, if it is at or below `head`.
    func position(of id: EventID, head: UInt64) throws -> UInt64? {
        lock.lock()
        requireLocked(upTo: head)
        for table in tables.reversed() {
            if let position = table.position(of: id) {
                lock.unlock()
                return position <= head ? position : nil
            }
        }
        let runs = self.runs
        lock.unlock()
        for run in runs.reversed() {
            if let position = try run.position(of: id) { return position <= head ? position : nil }
        }
        return nil
    }

    /// The newest position of the key at or below `head`, if it is above `after`.
    func newest(of key: TagKey, above after: UInt64, head: UInt64) throws -> UInt64? {
        lock.lock()
        requireLocked(upTo: head)
        var newest: UInt64?
        for table in tables.reversed() where table.base < head {
            if table.end <= after { break }
            table.forEachNewestFirst(key) { position in
                if position > head { return true }
                newest = position
                return false
            }
            if newest != nil { break }
        }
        let runs = self.runs
        lock.unlock()
        if let newest { return newest > after ? newest : nil }
        for run in runs.reversed() where run.last > after {
            if let position = try run.newest(of: key, notAbove: head) { return position > after ? position : nil }
        }
        return nil
    }

    /// Up to `limit` positions of the key within `range`: the lowest ascending, or the highest descending.
    func positions(
        of key: TagKey, in range: ClosedRange<UInt64>, newestFirst: Bool, limit: Int
    ) throws -> [UInt64] {
        lock.lock()
        let runs = self.runs
        let inTail = tailPositionsLocked(of: key, in: range, newestFirst: newestFirst, limit: limit)
        lock.unlock()
        var positions: [UInt64] = newestFirst ? inTail : []
        for run in newestFirst ? runs.reversed() : runs {
            guard positions.count < limit else { break }
            try run.collect(
                key, in: range, newestFirst: newestFirst, limit: limit - positions.count, into: &positions)
        }
        if !newestFirst { positions += inTail.prefix(limit - positions.count) }
        return positions
    }

    /// As ``positions(of:in:newestFirst:limit:)``, of what the tail has above the runs. Call with the lock held.
    private func tailPositionsLocked(
        of key: TagKey, in range: ClosedRange<UInt64>, newestFirst: Bool, limit: Int
    ) -> [UInt64] {
        guard range.upperBound > runsEndLocked else { return [] }
        let above = max(range.lowerBound, runsEndLocked + 1)...range.upperBound
        var positions: [UInt64] = []
        for table in newestFirst ? tables.reversed() : tables
        where table.end >= above.lowerBound && table.base < above.upperBound {
            guard positions.count < limit else { break }
            positions += table.positions(
                of: key, in: above, newestFirst: newestFirst, limit: limit - positions.count)
        }
        return positions
    }

    /// Roughly how many events have the key, to choose the rarest of several.
    func estimatedCount(of key: TagKey) throws -> Int {
        lock.lock()
        var count = tables.reduce(0) { $0 + $1.count(of: key) }
        let runs = self.runs
        lock.unlock()
        for run in runs { count += try run.estimatedCount(of: key) }
        return count
    }
}
