internal import LMDB

/// The in-memory index of a stretch of the log: id -> event, tag or type key -> events, newest first.
///
/// Open-addressing tables that grow; postings are chains from the newest event of a key back to its first. Not
/// thread-safe: `EventIndex` holds its lock around every use.
final class TailTable {
    /// Events in a full table.
    static let capacity = 131_072

    /// The position before the first event here.
    let base: UInt64
    private(set) var ids: [EventID] = []
    private(set) var keys: [TagKey] = []
    private var lowestID = EventID(high: .max, low: .max)
    private var highestID = EventID(high: 0, low: 0)
    /// Index into `ids` + 1; 0 is free.
    private var idSlots = [UInt32](repeating: 0, count: 4096)
    /// Index into `keys` + 1; 0 is free.
    private var keySlots = [UInt32](repeating: 0, count: 8192)
    /// For each key its newest posting + 1, and how many it has.
    private var newestPosting: [UInt32] = []
    private(set) var postingCounts: [UInt32] = []
    /// For each posting its event (index into `ids`) and the key's previous posting + 1.
    private var postingEvents: [UInt32] = []
    private var previousPosting: [UInt32] = []

    init(base: UInt64) {
        self.base = base
    }

    var isFull: Bool { ids.count >= Self.capacity }

    /// The last position here; `base` when it is empty.
    var end: UInt64 { base + UInt64(ids.count) }

    /// Adds the event after the last one.
    func insert(_ event: borrowing EventView, typeKey: TagKey) {
        let number = UInt32(ids.count)
        insert(id: event.id, number)
        insert(key: typeKey, number)
        for index in 0..<event.tagCount { insert(key: event.tagKey(index), number) }
    }

    private func insert(id: EventID, _ number: UInt32) {
        if (ids.count + 1) * 2 > idSlots.count { growIDs() }
        ids.append(id)
        if id < lowestID { lowestID = id }
        if id > highestID { highestID = id }
        place(id, number)
    }

    private func place(_ id: EventID, _ number: UInt32) {
        let mask = idSlots.count - 1
        var slot = Int(truncatingIfNeeded: id.mixed) & mask
        while idSlots[slot] != 0 { slot = (slot + 1) & mask }
        idSlots[slot] = number + 1
    }

    private func growIDs() {
        idSlots = [UInt32](repeating: 0, count: idSlots.count * 2)
        for (number, id) in ids.enumerated() { place(id, UInt32(number)) }
    }

    private func insert(key: TagKey, _ number: UInt32) {
        if (keys.count + 1) * 2 > keySlots.count { growKeys() }
        let mask = keySlots.count - 1
        var slot = Int(truncatingIfNeeded: key.low) & mask
        while keySlots[slot] != 0, keys[Int(keySlots[slot]) - 1] != key { slot = (slot + 1) & mask }
        let entry: Int
        if keySlots[slot] == 0 {
            entry = keys.count
            keys.append(key)
            newestPosting.append(0)
            postingCounts.append(0)
            keySlots[slot] = UInt32(entry + 1)
        } else {
            entry = Int(keySlots[slot]) - 1
        }
        postingEvents.append(number)
        previousPosting.append(newestPosting[entry])
        newestPosting[entry] = UInt32(postingEvents.count)
        postingCounts[entry] += 1
    }

    private func growKeys() {
        keySlots = [UInt32](repeating: 0, count: keySlots.count * 2)
        let mask = keySlots.count - 1
        for (entry, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: key.low) & mask
            while keySlots[slot] != 0 { slot = (slot + 1) & mask }
            keySlots[slot] = UInt32(entry + 1)
        }
    }
}

// MARK: - Look-ups

extension TailTable {
    /// The newest position with this id here; ids are unique unless the log is damaged.
    func position(of id: EventID) -> UInt64? {
        guard id >= lowestID, id <= highestID else { return nil }
        let mask = idSlots.count - 1
        var slot = Int(truncatingIfNeeded: id.mixed) & mask
        while idSlots[slot] != 0 {
            let number = Int(idSlots[slot]) - 1
            if ids[number] == id { return base + UInt64(number) + 1 }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func entry(of key: TagKey) -> Int? {
        let mask = keySlots.count - 1
        var slot = Int(truncatingIfNeeded: key.low) & mask
        while keySlots[slot] != 0 {
            let entry = Int(keySlots[slot]) - 1
            if keys[entry] == key { return entry }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// How many events here have the key. O(1).
    func count(of key: TagKey) -> Int {
        entry(of: key).map { Int(postingCounts[$0]) } ?? 0
    }

    /// Calls `body` with the positions of the key's events, newest first, until it answers `false`.
    func forEachNewestFirst(_ key: TagKey, _ body: (UInt64) -> Bool) {
        guard let entry = entry(of: key) else { return }
        forEachNewestFirst(entry: entry, body)
    }

    func forEachNewestFirst(entry: Int, _ body: (UInt64) -> Bool) {
        var posting = newestPosting[entry]
        while posting != 0 {
            let index = Int(posting) - 1
            if !body(base + UInt64(postingEvents[index]) + 1) { return }
            posting = previousPosting[index]
        }
    }
}

extension EventID {
    /// All bits spread over 64, for tables and filters.
    var mixed: UInt64 {
        var value = high &* 0x9E37_79B9_7F4A_7C15 ^ low
        value ^= value >> 32
        value &*= 0xD6E8_FEB8_6659_FD93
        value ^= value >> 32
        return value
    }
}
