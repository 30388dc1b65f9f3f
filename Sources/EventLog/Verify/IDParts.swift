/// Looks for ids that stand twice, in memory that does not grow with the log: the ids are dealt into parts by their
/// hashes, one part is gathered in each pass over the log, and only ids whose hashes meet need to be compared.
struct IDParts {
    /// Ids of a part: about 36 MB of hashes.
    static let idsAtOnce = 1 << 22

    /// How many parts, and so how many passes.
    private let count: UInt64
    private var current: UInt64 = 0
    private var hashes: [UInt64] = []

    /// - Parameter events: how many ids there are in all.
    init(events: UInt64, idsAtOnce: Int) {
        count = max(1, (events + UInt64(idsAtOnce) - 1) / UInt64(idsAtOnce))
        // Parts differ a little in size.
        hashes.reserveCapacity(Int(min(events, UInt64(idsAtOnce + idsAtOnce / 8))))
    }

    /// Whether every part has ended.
    var isDone: Bool { current == count }

    /// Takes the id if it belongs to the part of this pass.
    mutating func gather(_ id: EventID) {
        let hash = id.mixed
        if hash % count == current { hashes.append(hash) }
    }

    /// Ends the pass: answers the hashes that came more than once, and begins the next part.
    mutating func endPart() -> Set<UInt64> {
        hashes.sort()
        var repeated: Set<UInt64> = []
        for (left, right) in zip(hashes, hashes.dropFirst()) where left == right { repeated.insert(left) }
        hashes.removeAll(keepingCapacity: true)
        current += 1
        return repeated
    }
}
