internal import LMDB

/// The in-memory index of a stretch of the log: id -> event, tag or type key -> events, newest first.
///
/// Taking an event in only notes its id and keys (``TailEvents``). Who looks something up first has what was noted
/// since the last look-up put into tables (``TailHashes``): a log that is filled without being asked costs none.
/// Not thread-safe: `EventIndex` holds its lock around every use but ``events``, which stand still once the table is
/// full. Tables are used again, since the first touch of fresh memory costs more than everything done with it.
final class TailTable {
    /// Events in a full table of the tail, unless a test wants smaller ones.
    static let standardCapacity = 131_072

    /// The position before the first event here.
    private(set) var base: UInt64
    /// Events that make the table full.
    let capacity: Int
    /// The events here, in position order.
    private(set) var events: TailEvents
    private var hashes: TailHashes

    init(base: UInt64, capacity: Int = TailTable.standardCapacity) {
        self.base = base
        self.capacity = capacity
        events = TailEvents()
        hashes = TailHashes(capacity: capacity)
    }

    private init(copying other: TailTable) {
        base = other.base
        capacity = other.capacity
        events = other.events
        hashes = TailHashes(capacity: 0)
    }

    /// A copy that nobody adds to; shares the memory of its events until then.
    func frozen() -> TailTable { TailTable(copying: self) }

    /// Empties the table and starts it anew behind `base`; keeps its memory.
    func restart(base: UInt64) {
        self.base = base
        events.removeAll()
        hashes.removeAll()
    }

    var isFull: Bool { events.count >= capacity }

    /// The last position here; `base` when it is empty.
    var end: UInt64 { base + UInt64(events.count) }

    /// Adds the event after the last one. O(tags).
    func insert(_ event: borrowing EventView, typeKey: TagKey) {
        events.append(event, typeKey)
    }

    /// Whether there may be an id here that is not lower.
    func mayHoldIDs(from id: EventID) -> Bool { events.highestID >= id }

    // MARK: Look-ups: O(1), and O(events added since the last one)

    /// The position with this id here; ids are unique unless the log is damaged.
    func position(of id: EventID) -> UInt64? {
        guard id >= events.lowestID, id <= events.highestID else { return nil }
        hashes.addIDs(of: events)
        return hashes.number(of: id, in: events).map { base + UInt64($0) + 1 }
    }

    /// How many events here have the key.
    func count(of key: TagKey) -> Int {
        hashes.addKeys(of: events)
        return hashes.count(of: key)
    }

    /// Calls `body` with the positions of the key's events, newest first, until it answers `false`.
    func forEachNewestFirst(_ key: TagKey, _ body: (UInt64) -> Bool) {
        hashes.addKeys(of: events)
        hashes.forEachNewestFirst(key) { body(base + UInt64($0) + 1) }
    }

    /// Up to `limit` positions of the key within `range`: the lowest ascending, or the highest descending.
    ///
    /// Never holds more than twice the limit; walks from the key's newest event here down to the end of the range.
    func positions(
        of key: TagKey, in range: ClosedRange<UInt64>, newestFirst: Bool, limit: Int
    ) -> [UInt64] {
        var descending: [UInt64] = []
        forEachNewestFirst(key) { position in
            guard position >= range.lowerBound else { return false }
            guard position <= range.upperBound else { return true }
            descending.append(position)
            if newestFirst { return descending.count < limit }
            // The walk ends at the lowest ones, so those found earlier are the surplus. Dropped many at a time.
            let surplus = descending.count - limit
            if surplus >= limit { descending.removeFirst(surplus) }
            return true
        }
        if newestFirst { return descending }
        return descending.suffix(limit).reversed()
    }
}
