/// Which records share keys with which others.
///
/// Values that more records share than anybody would look through are left out, and counted: a mailbox of thousands
/// recognises nobody. O(keys × log(keys)) to make, on all cores; 16 bytes for each key.
struct DuplicateBlocks: Sendable {
    /// More records that share a strong key are not compared with each other.
    static let mostOfStrong = 1_000
    /// More records that share a weak key are not compared by it.
    static let mostOfWeak = 200

    /// Records whose keys one core makes at a time.
    private static let share = 512
    /// Parts that keys are sorted in: by the first bits of their hashes.
    private static let sortedParts = 64
    private static let bitsOfPart = 6
    /// Fewer keys are sorted by one core.
    private static let mostForOneCore = 20_000

    private struct Entry: Sendable {
        let hash: UInt64
        let record: Int32
        let isStrong: Bool
    }

    /// By hash, then record; each pair of them once.
    private let entries: [Entry]
    /// For each record the places of its keys that others share: ranges of entries.
    private let ranges: [[Range<Int32>]]
    /// Keys that too many records share.
    let crowded: Int

    /// - Parameter asked: the place of the only record whose keys matter; nil where all do. Nothing is known of other
    ///   keys then.
    init(_ records: [DuplicateRecord], of asked: Int? = nil) {
        let wanted = asked.map { Set(BlockingKey.keys(of: records[$0]).map(\.hash)) }
        let made = SharedWork.outputs(of: records.count, inSharesOf: Self.share) { range -> [Entry] in
            var entries: [Entry] = []
            for number in range {
                for key in BlockingKey.keys(of: records[number]) {
                    if let wanted, !wanted.contains(key.hash) { continue }
                    entries.append(Entry(hash: key.hash, record: Int32(number), isStrong: key.isStrong))
                }
            }
            return entries
        }
        let entries = Self.sorted(made)
        var ranges: [[Range<Int32>]] = Array(repeating: [], count: records.count)
        var crowded = 0
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
            let most = entries[start].isStrong ? Self.mostOfStrong : Self.mostOfWeak
            if end - start > most {
                crowded += 1
            } else if end - start > 1 {
                for place in start..<end { ranges[Int(entries[place].record)].append(Int32(start)..<Int32(end)) }
            }
            start = end
        }
        self.entries = entries
        self.ranges = ranges
        self.crowded = crowded
    }

    /// All entries in their order, each once.
    private static func sorted(_ made: [[Entry]]) -> [Entry] {
        var parts: [[Entry]] = Array(repeating: [], count: sortedParts)
        var count = 0
        for entries in made {
            count += entries.count
            for entry in entries { parts[Int(entry.hash >> UInt64(UInt64.bitWidth - bitsOfPart))].append(entry) }
        }
        let unsorted = parts
        let share = count > mostForOneCore ? 1 : sortedParts
        let sorted = SharedWork.outputs(of: sortedParts, inSharesOf: share) { range -> [Entry] in
            var all: [Entry] = []
            for part in range {
                let entries = unsorted[part].sorted { ($0.hash, $0.record) < ($1.hash, $1.record) }
                for entry in entries {
                    if let last = all.last, last.hash == entry.hash, last.record == entry.record { continue }
                    all.append(entry)
                }
            }
            return all
        }
        return sorted.flatMap { $0 }
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

    /// Records that were found already, so that each is found once.
    struct Marks {
        fileprivate var marks: [Int32]

        init(_ blocks: DuplicateBlocks) { marks = Array(repeating: -1, count: blocks.ranges.count) }
    }

    /// Puts the records behind `record` that share a key with it into `found`, each once, in no order: as
    /// ``candidates(for:all:)``, for one record after the other.
    func collectCandidates(behind record: Int, into found: inout [Int], _ marks: inout Marks) {
        found.removeAll(keepingCapacity: true)
        let own = Int32(record)
        for range in ranges[record] {
            var place = Int(range.upperBound) - 1
            while place >= Int(range.lowerBound) {
                let other = entries[place].record
                if other <= own { break }
                if marks.marks[Int(other)] != own {
                    marks.marks[Int(other)] = own
                    found.append(Int(other))
                }
                place -= 1
            }
        }
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
