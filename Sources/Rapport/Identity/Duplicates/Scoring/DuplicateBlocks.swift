/// Which records share keys with which others.
///
/// Values that more records share than anybody would look through are left out, and counted: a mailbox of thousands
/// recognises nobody. O(keys × log(keys)) to make, 16 bytes for each key.
struct DuplicateBlocks: Sendable {
    /// More records that share a strong key are not compared with each other.
    static let mostOfStrong = 1_000
    /// More records that share a weak key are not compared by it.
    static let mostOfWeak = 200

    /// By hash, then record.
    private var entries: [(hash: UInt64, record: Int32)] = []
    /// For each record the places of its keys that others share: ranges of entries.
    private var ranges: [[Range<Int32>]]
    /// Keys that too many records share.
    private(set) var crowded = 0

    init(_ records: [DuplicateRecord]) {
        ranges = Array(repeating: [], count: records.count)
        var strong: Set<UInt64> = []
        for (number, record) in records.enumerated() {
            for key in BlockingKey.keys(of: record) {
                entries.append((key.hash, Int32(number)))
                if key.isStrong { strong.insert(key.hash) }
            }
        }
        entries.sort { ($0.hash, $0.record) < ($1.hash, $1.record) }
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
            let most = strong.contains(entries[start].hash) ? Self.mostOfStrong : Self.mostOfWeak
            if end - start > most {
                crowded += 1
            } else if end - start > 1 {
                for place in start..<end { ranges[Int(entries[place].record)].append(Int32(start)..<Int32(end)) }
            }
            start = end
        }
    }

    /// The records behind `record` that share a key with it, each once, in order; with `all` also those before it.
    func candidates(for record: Int, all: Bool = false) -> [Int] {
        var found: Set<Int32> = []
        for range in ranges[record] {
            for place in range where all || entries[Int(place)].record > Int32(record) {
                found.insert(entries[Int(place)].record)
            }
        }
        found.remove(Int32(record))
        return found.sorted().map { Int($0) }
    }

    /// How many records have a key. O(log(keys)).
    func count(of key: BlockingKey) -> Int { firstPlace(key.hash, orBehind: true) - firstPlace(key.hash) }

    /// The first place of a hash, or the one behind its last.
    private func firstPlace(_ hash: UInt64, orBehind: Bool = false) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            let isBefore = orBehind ? entries[middle].hash <= hash : entries[middle].hash < hash
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
