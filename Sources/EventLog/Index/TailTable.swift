internal import LMDB

/// The in-memory index of a stretch of the log: id -> event, tag or type key -> events, newest first.
///
/// Open-addressing tables that grow; postings are chains from the newest event of a key back to its first. Not
/// thread-safe: `EventIndex` holds its lock around every use. Tables are used again, since the first touch of fresh
/// memory costs more than everything done with it.
final class TailTable {
    /// Events in a full table of the tail, unless a test wants smaller ones.
    static let standardCapacity = 131_072

    /// The position before the first event here.
    private(set) var base: UInt64
    /// Events that make the table full.
    let capacity: Int
    // One value, so that a whole insertion is one access to this object.
    private var contents: TailContents

    init(base: UInt64, capacity: Int = TailTable.standardCapacity) {
        self.base = base
        self.capacity = capacity
        contents = TailContents(capacity: capacity)
    }

    private init(copying other: TailTable) {
        base = other.base
        capacity = other.capacity
        contents = other.contents
    }

    /// A copy that nobody adds to; shares its memory until then.
    func frozen() -> TailTable { TailTable(copying: self) }

    /// Empties the table and starts it anew behind `base`; keeps its memory.
    func restart(base: UInt64) {
        self.base = base
        contents.removeAll()
    }

    var isFull: Bool { contents.ids.count >= capacity }

    /// The last position here; `base` when it is empty.
    var end: UInt64 { base + UInt64(contents.ids.count) }

    /// Adds the event after the last one.
    func insert(_ event: borrowing EventView, typeKey: TagKey) {
        contents.insert(event, typeKey)
    }

    /// The ids of the events here, in position order.
    var ids: [EventID] { contents.ids }

    /// The keys here with the numbers of their entries, in key order.
    func sortedKeys() -> [(key: TagKey, entry: Int)] {
        contents.entries.enumerated().map { (key: $0.element.key, entry: $0.offset) }.sorted { $0.key < $1.key }
    }

    /// The events of all entries, one entry behind the other, ascending, as numbers from 0; and where each
    /// entry begins. O(postings), in the order of memory, which following the chains would not be.
    func eventsByEntry() -> (events: [UInt32], starts: [Int]) { contents.eventsByEntry() }

    /// Whether there may be an id here that is not lower.
    func mayHoldIDs(from id: EventID) -> Bool { contents.highestID >= id }

    /// The position with this id here; ids are unique unless the log is damaged.
    func position(of id: EventID) -> UInt64? {
        contents.number(of: id).map { base + UInt64($0) + 1 }
    }

    /// How many events here have the key. O(1).
    func count(of key: TagKey) -> Int {
        contents.entry(of: key).map { Int(contents.entries[$0].count) } ?? 0
    }

    /// Calls `body` with the positions of the key's events, newest first, until it answers `false`.
    func forEachNewestFirst(_ key: TagKey, _ body: (UInt64) -> Bool) {
        guard let entry = contents.entry(of: key) else { return }
        forEachNewestFirst(entry: entry, body)
    }

    func forEachNewestFirst(entry: Int, _ body: (UInt64) -> Bool) {
        contents.forEachNewestFirst(entry) { body(base + UInt64($0) + 1) }
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

private struct TailContents {
    /// A tag or type: its newest posting + 1, and how many it has.
    struct Entry {
        let key: TagKey
        var newest: UInt32
        var count: UInt32
    }

    /// An event (index into `ids`) of a key (index into `entries`), and the key's previous posting + 1.
    private struct Posting {
        let event: UInt32
        let entry: UInt32
        let previous: UInt32
    }

    private static let upperHalf: UInt64 = 0xFFFF_FFFF_0000_0000

    private(set) var ids: [EventID] = []
    private(set) var entries: [Entry] = []
    private var postings: [Posting] = []
    private var lowestID = EventID(high: .max, low: .max)
    private(set) var highestID = EventID(high: 0, low: 0)
    /// The upper half of the hash, then the index into `ids` + 1; 0 is free.
    private var idSlots: [UInt64]
    /// The upper half of the key's `high`, then the index into `entries` + 1; 0 is free.
    private var keySlots: [UInt64]

    /// Few events get few slots at first; many get them as they come.
    init(capacity: Int) {
        var slots = 64
        while slots < 4096, slots < capacity * 2 { slots *= 2 }
        idSlots = [UInt64](repeating: 0, count: slots)
        keySlots = [UInt64](repeating: 0, count: slots * 2)
    }

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        postings.removeAll(keepingCapacity: true)
        lowestID = EventID(high: .max, low: .max)
        highestID = EventID(high: 0, low: 0)
        for index in idSlots.indices { idSlots[index] = 0 }
        for index in keySlots.indices { keySlots[index] = 0 }
    }

    mutating func insert(_ event: borrowing EventView, _ typeKey: TagKey) {
        let number = UInt32(ids.count)
        insert(event.id)
        insert(typeKey, number)
        for index in 0..<event.tagCount { insert(event.tagKey(index), number) }
    }

    private mutating func insert(_ id: EventID) {
        if (ids.count + 1) * 2 > idSlots.count {
            idSlots = [UInt64](repeating: 0, count: idSlots.count * 2)
            for (number, id) in ids.enumerated() { place(id, number) }
        }
        ids.append(id)
        if id < lowestID { lowestID = id }
        if id > highestID { highestID = id }
        place(id, ids.count - 1)
    }

    private mutating func place(_ id: EventID, _ number: Int) {
        let hash = id.mixed
        let mask = idSlots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while idSlots[slot] != 0 { slot = (slot + 1) & mask }
        idSlots[slot] = (hash & Self.upperHalf) | UInt64(number + 1)
    }

    private mutating func insert(_ key: TagKey, _ number: UInt32) {
        if (entries.count + 1) * 2 > keySlots.count { growKeys() }
        let mask = keySlots.count - 1
        let mark = key.high & Self.upperHalf
        var slot = Int(truncatingIfNeeded: key.low) & mask
        while true {
            let content = keySlots[slot]
            if content == 0 {
                postings.append(Posting(event: number, entry: UInt32(entries.count), previous: 0))
                entries.append(Entry(key: key, newest: UInt32(postings.count), count: 1))
                keySlots[slot] = mark | UInt64(entries.count)
                return
            }
            if content & Self.upperHalf == mark {
                let entry = Int(content & 0xFFFF_FFFF) - 1
                if entries[entry].key == key {
                    postings.append(
                        Posting(event: number, entry: UInt32(entry), previous: entries[entry].newest))
                    entries[entry].newest = UInt32(postings.count)
                    entries[entry].count += 1
                    return
                }
            }
            slot = (slot + 1) & mask
        }
    }

    private mutating func growKeys() {
        keySlots = [UInt64](repeating: 0, count: keySlots.count * 2)
        let mask = keySlots.count - 1
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.key.low) & mask
            while keySlots[slot] != 0 { slot = (slot + 1) & mask }
            keySlots[slot] = (entry.key.high & Self.upperHalf) | UInt64(number + 1)
        }
    }

    func number(of id: EventID) -> Int? {
        guard id >= lowestID, id <= highestID else { return nil }
        let hash = id.mixed
        let mask = idSlots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while idSlots[slot] != 0 {
            if idSlots[slot] >> 32 == hash >> 32 {
                let number = Int(idSlots[slot] & 0xFFFF_FFFF) - 1
                if ids[number] == id { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    func entry(of key: TagKey) -> Int? {
        let mask = keySlots.count - 1
        let mark = key.high >> 32
        var slot = Int(truncatingIfNeeded: key.low) & mask
        while keySlots[slot] != 0 {
            if keySlots[slot] >> 32 == mark {
                let entry = Int(keySlots[slot] & 0xFFFF_FFFF) - 1
                if entries[entry].key == key { return entry }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The events of all entries, one entry behind the other, ascending; and where each entry begins.
    func eventsByEntry() -> (events: [UInt32], starts: [Int]) {
        var starts = [0]
        starts.reserveCapacity(entries.count + 1)
        for entry in entries { starts.append(starts[starts.count - 1] + Int(entry.count)) }
        var next = starts
        var events = [UInt32](repeating: 0, count: postings.count)
        for posting in postings {
            let entry = Int(posting.entry)
            events[next[entry]] = posting.event
            next[entry] += 1
        }
        return (events, starts)
    }

    func forEachNewestFirst(_ entry: Int, _ body: (UInt32) -> Bool) {
        var posting = entries[entry].newest
        while posting != 0 {
            let found = postings[Int(posting) - 1]
            if !body(found.event) { return }
            posting = found.previous
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
