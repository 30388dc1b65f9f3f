internal import LMDB

/// The ids and keys of a stretch of events, one behind the other.
struct TailEvents {
    private(set) var ids: [EventID] = []
    /// Of each event the key of its type, then those of its tags.
    private var keys: [TagKey] = []
    /// Where the keys of each event end.
    private var keyEnds: [UInt32] = []
    private(set) var lowestID = EventID(high: .max, low: .max)
    private(set) var highestID = EventID(high: 0, low: 0)

    var count: Int { ids.count }

    mutating func append(_ event: borrowing EventView, _ typeKey: TagKey) {
        let id = event.id
        ids.append(id)
        if id < lowestID { lowestID = id }
        if id > highestID { highestID = id }
        keys.append(typeKey)
        for index in 0..<event.tagCount { keys.append(event.tagKey(index)) }
        keyEnds.append(UInt32(keys.count))
    }

    /// Empties it and keeps its memory.
    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        keyEnds.removeAll(keepingCapacity: true)
        lowestID = EventID(high: .max, low: .max)
        highestID = EventID(high: 0, low: 0)
    }

    /// The keys of an event.
    func keys(of event: Int) -> ArraySlice<TagKey> { keys[keyRange(of: event)] }

    private func keyRange(of event: Int) -> Range<Int> {
        (event == 0 ? 0 : Int(keyEnds[event - 1]))..<Int(keyEnds[event])
    }

    /// An event, by its number from 0, and one of its keys.
    struct Posting {
        var key: TagKey
        var event: UInt32
    }

    /// The postings of the events from `first` on, by key and event. O(postings), as keys are hashes: they are dealt
    /// into so many buckets by their upper bits that few meet in one.
    func postingsInOrder(from first: Int) -> [Posting] {
        guard first < count else { return [] }
        let start = keyRange(of: first).lowerBound
        let bits = max(0, min(16, (keys.count - start).bitWidth - (keys.count - start).leadingZeroBitCount - 4))
        func bucket(_ key: TagKey) -> Int { bits == 0 ? 0 : Int(key.high >> UInt64(64 - bits)) }
        var starts = [Int](repeating: 0, count: 1 << bits + 1)
        for key in keys[start...] { starts[bucket(key) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var next = starts
        var sorted = [Posting](
            repeating: Posting(key: TagKey(high: 0, low: 0), event: 0), count: keys.count - start)
        for event in first..<count {
            for index in keyRange(of: event) {
                let place = bucket(keys[index])
                sorted[next[place]] = Posting(key: keys[index], event: UInt32(event))
                next[place] += 1
            }
        }
        for (start, end) in zip(starts, starts.dropFirst()) where end - start > 1 {
            Self.sort(&sorted, start..<end)
        }
        return sorted
    }

    /// Sorts the postings of a bucket, which are in order of events already.
    private static func sort(_ postings: inout [Posting], _ bucket: Range<Int>) {
        func isBefore(_ left: Posting, _ right: Posting) -> Bool { (left.key, left.event) < (right.key, right.event) }
        // Many in one bucket are those of a key that many events have.
        guard bucket.count <= 64 else {
            postings.replaceSubrange(bucket, with: postings[bucket].sorted(by: isBefore))
            return
        }
        for index in bucket.dropFirst() {
            let posting = postings[index]
            var place = index
            while place > bucket.lowerBound, isBefore(posting, postings[place - 1]) {
                postings[place] = postings[place - 1]
                place -= 1
            }
            postings[place] = posting
        }
    }
}
