internal import LMDB

/// Hash tables over ``TailEvents``: id -> event, key -> events.
///
/// Open-addressing tables that grow; postings are chains from the newest event of a key back to its first.
struct TailHashes {
    /// A tag or type: its newest posting + 1, and how many it has.
    private struct Entry {
        let key: TagKey
        var newest: UInt32
        var count: UInt32
    }

    /// An event of a key, and the key's previous posting + 1.
    private struct Posting {
        let event: UInt32
        let previous: UInt32
    }

    private static let upperHalf: UInt64 = 0xFFFF_FFFF_0000_0000

    /// How many events have their ids, and how many their keys, in the tables.
    private var idCount = 0
    private var keyedCount = 0
    private var entries: [Entry] = []
    private var postings: [Posting] = []
    /// The upper half of the hash, then the number of the event + 1; 0 is free.
    private var idSlots: [UInt64] = []
    /// The upper half of the key's `high`, then the index into `entries` + 1; 0 is free.
    private var keySlots: [UInt64] = []
    /// Slots at first: few where few events are expected; more come with more events.
    private let fewestSlots: Int

    init(capacity: Int) {
        var slots = 64
        while slots < 4096, slots < capacity * 2 { slots *= 2 }
        fewestSlots = slots
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        postings.removeAll(keepingCapacity: true)
        if idCount > 0 { for index in idSlots.indices { idSlots[index] = 0 } }
        if keyedCount > 0 { for index in keySlots.indices { keySlots[index] = 0 } }
        idCount = 0
        keyedCount = 0
    }

    // MARK: Adding

    /// Adds the ids of the events that were appended since the last time.
    mutating func addIDs(of events: TailEvents) {
        guard idCount < events.count else { return }
        if events.count * 2 > idSlots.count {
            idSlots = [UInt64](repeating: 0, count: max(idSlots.count, fewestSlots))
            while events.count * 2 > idSlots.count { idSlots += idSlots }
            idCount = 0
        }
        let mask = idSlots.count - 1
        for number in idCount..<events.count {
            let hash = events.ids[number].mixed
            var slot = Int(truncatingIfNeeded: hash) & mask
            while idSlots[slot] != 0 { slot = (slot + 1) & mask }
            idSlots[slot] = (hash & Self.upperHalf) | UInt64(number + 1)
        }
        idCount = events.count
    }

    /// Adds the keys of the events that were appended since the last time.
    mutating func addKeys(of events: TailEvents) {
        guard keyedCount < events.count else { return }
        for event in keyedCount..<events.count {
            for key in events.keys(of: event) { add(key, UInt32(event)) }
        }
        keyedCount = events.count
    }

    private mutating func add(_ key: TagKey, _ event: UInt32) {
        if (entries.count + 1) * 2 > keySlots.count { growKeys() }
        let (slot, known) = slot(of: key)
        if let known {
            postings.append(Posting(event: event, previous: entries[known].newest))
            entries[known].newest = UInt32(postings.count)
            entries[known].count += 1
        } else {
            postings.append(Posting(event: event, previous: 0))
            entries.append(Entry(key: key, newest: UInt32(postings.count), count: 1))
            keySlots[slot] = (key.high & Self.upperHalf) | UInt64(entries.count)
        }
    }

    private mutating func growKeys() {
        keySlots = [UInt64](repeating: 0, count: max(keySlots.count, fewestSlots) * 2)
        let mask = keySlots.count - 1
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.key.low) & mask
            while keySlots[slot] != 0 { slot = (slot + 1) & mask }
            keySlots[slot] = (entry.key.high & Self.upperHalf) | UInt64(number + 1)
        }
    }

    // MARK: Looking up

    /// The number of the event with this id.
    func number(of id: EventID, in events: TailEvents) -> Int? {
        let hash = id.mixed
        let mask = idSlots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while idSlots[slot] != 0 {
            if idSlots[slot] >> 32 == hash >> 32 {
                let number = Int(idSlots[slot] & 0xFFFF_FFFF) - 1
                if events.ids[number] == id { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// How many events have the key.
    func count(of key: TagKey) -> Int { entry(of: key).map { Int(entries[$0].count) } ?? 0 }

    /// Calls `body` with the numbers of the key's events, newest first, until it answers `false`.
    func forEachNewestFirst(_ key: TagKey, _ body: (UInt32) -> Bool) {
        guard let entry = entry(of: key) else { return }
        var posting = entries[entry].newest
        while posting != 0 {
            let found = postings[Int(posting) - 1]
            if !body(found.event) { return }
            posting = found.previous
        }
    }

    private func entry(of key: TagKey) -> Int? { keySlots.isEmpty ? nil : slot(of: key).entry }

    /// Where the key is, or would be.
    private func slot(of key: TagKey) -> (slot: Int, entry: Int?) {
        let mask = keySlots.count - 1
        let mark = key.high >> 32
        var slot = Int(truncatingIfNeeded: key.low) & mask
        while keySlots[slot] != 0 {
            if keySlots[slot] >> 32 == mark {
                let entry = Int(keySlots[slot] & 0xFFFF_FFFF) - 1
                if entries[entry].key == key { return (slot, entry) }
            }
            slot = (slot + 1) & mask
        }
        return (slot, nil)
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
