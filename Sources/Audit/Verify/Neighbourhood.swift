internal import EventLog
internal import LMDB
internal import Transparency

/// Finds out what was done to a log where its events and the stored hashes of its tree begin to differ.
///
/// A leaf commits to its position, so an event that was moved has another hash. Here the events nearby are hashed as if
/// they stood where they may have stood, at the time they were recorded, and compared with what the tree holds there.
struct Neighbourhood {
    /// How far an event may have been moved, and how many events next to each other dropped or inserted.
    static let reach: UInt64 = 16

    private let log: EventLog
    private let tree: TreeSnapshot
    private let head: UInt64
    private var entries: [UInt64: [UInt8]] = [:]

    init(_ log: EventLog, _ tree: TreeSnapshot, head: UInt64) {
        self.log = log
        self.tree = tree
        self.head = head
    }

    /// What was done.
    ///
    /// - Parameters:
    ///   - first: the first position whose event has not the stored hash.
    ///   - others: more such positions.
    mutating func finding(at first: UInt64, others: [UInt64]) throws -> TamperedLog.Finding {
        for other in Set(others + Self.within(first)).sorted() where other > first {
            if try isSwapped(first, other) { return .swapped(Position(first), Position(other)) }
        }
        for count in 1...Self.reach {
            if try isMovedUp(first, by: count) {
                return .dropped(from: Position(first), to: Position(first + count - 1))
            }
            if try isMovedDown(first, by: count) { return .inserted(Position(first)) }
        }
        return .edited(Position(first))
    }

    /// The positions near one.
    private static func within(_ position: UInt64) -> [UInt64] { (0...reach).map { position + $0 } }

    /// Whether the events at two positions stood at each other's: with their times, or each with the other's, as nobody
    /// was recorded before the one before it.
    private mutating func isSwapped(_ left: UInt64, _ right: UInt64) throws -> Bool {
        if try stood(left, at: right), try stood(right, at: left) { return true }
        guard let leftTime = try recordedAt(left), let rightTime = try recordedAt(right) else { return false }
        guard try stood(left, at: right, recordedAt: rightTime) else { return false }
        return try stood(right, at: left, recordedAt: leftTime)
    }

    /// Whether the event at `position`, and the one behind it, stood `count` positions higher: some before were
    /// dropped.
    private mutating func isMovedUp(_ position: UInt64, by count: UInt64) throws -> Bool {
        guard try stood(position, at: position + count) else { return false }
        let next = position + 1
        guard next <= head, next + count <= tree.size else { return true }
        return try stood(next, at: next + count)
    }

    /// Whether the event `count` positions above `position`, and the one behind that, stood `count` positions lower:
    /// some were inserted.
    private mutating func isMovedDown(_ position: UInt64, by count: UInt64) throws -> Bool {
        guard try stood(position + count, at: position) else { return false }
        let next = position + 1
        guard next + count <= head, next <= tree.size else { return true }
        return try stood(next + count, at: next)
    }

    /// Whether the tree says that the event that stands at `position` now stood at `place`.
    ///
    /// - Parameter recordedAt: in big-endian bytes; its own time when nil.
    private mutating func stood(_ position: UInt64, at place: UInt64, recordedAt: [UInt8]? = nil) throws -> Bool {
        guard place >= 1, place <= tree.size, var entry = try entry(position) else { return false }
        entry.replaceSubrange(Self.placeOfPosition, with: Self.bytes(place))
        if let recordedAt { entry.replaceSubrange(Self.placeOfTime, with: recordedAt) }
        return try MerkleHash.leaf(entry.rawSpan) == tree.hash(level: 0, index: place - 1)
    }

    // Where position and recordedAt stand in the entry of a leaf, see ``LeafEntry``.
    private static let placeOfPosition = 1..<9
    private static let placeOfTime = 9..<17

    private static func bytes(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return bytes
    }

    private mutating func recordedAt(_ position: UInt64) throws -> [UInt8]? {
        try entry(position).map { Array($0[Self.placeOfTime]) }
    }

    /// The entry of the leaf of an event as it stands now; nil when there is none.
    private mutating func entry(_ position: UInt64) throws -> [UInt8]? {
        if let known = entries[position] { return known }
        guard position >= 1, position <= head else { return nil }
        let log = log
        let entry = try log.withEvent(at: Position(position)) { event in
            EventOpening(of: event, type: log.type(of: event), withPersonalParts: false).entry
        }
        entries[position] = entry
        return entry
    }
}
