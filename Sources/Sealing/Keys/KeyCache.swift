internal import EventLog

/// Keys that were used lately, so many at most that they fit in memory whoever is looked at.
///
/// Two halves: when the newer one is full, the older one is dropped and it takes its place. Both operations are O(1).
struct KeyCache {
    struct Entry {
        let key: SubjectKey
        /// Where the subject was erased, when the key stayed: it opens, and seals no more.
        let erasedAt: Position?
    }

    /// Keys of both halves together.
    static let capacity = 65_536

    private var newer: [KeyName: Entry] = [:]
    private var older: [KeyName: Entry] = [:]

    /// The key of this name, if it is here.
    mutating func find(_ name: KeyName) -> Entry? {
        if let entry = newer[name] { return entry }
        guard let entry = older.removeValue(forKey: name) else { return nil }
        insert(entry, for: name)
        return entry
    }

    mutating func insert(_ entry: Entry, for name: KeyName) {
        if newer.count >= Self.capacity / 2, newer[name] == nil {
            older = newer
            newer = [:]
        }
        newer[name] = entry
    }

    /// Keys that are here.
    var count: Int { newer.count + older.count }
}
