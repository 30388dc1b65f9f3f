public import EventLog
internal import LMDB

/// What later events of a log say of its earlier ones: that two entities are one, that an event happened otherwise or
/// not at all. A value that grows with the log and can be looked through as of any position.
///
/// Whoever knows the events that say so feeds it, in the order of the log; here nothing is known of types. See
/// ``HindsightView`` for what comes of it.
public struct Hindsight: Sendable {
    /// Something that holds from a position on, until the next.
    struct Since<Value: Sendable>: Sendable {
        let from: UInt64
        let value: Value
    }

    /// That a tag of one event is seen as another tag.
    struct Move: Sendable {
        let from: UInt64
        let tag: Tag
        let target: Tag
    }

    /// That all events of a group are seen no more.
    struct Group: Sendable {
        let from: UInt64
        let correlationID: [UInt8]
        let first: UInt64
        let last: UInt64
        let kept: Set<UInt64>
        /// Types whose events stay as they are, and the numbers that the log stores them by.
        let spared: Set<EventType>
        let sparedNumbers: Set<UInt32>

        /// Whether an event at `position` would belong to it.
        func holds(_ position: UInt64, asOf: UInt64) -> Bool {
            from <= asOf && first <= position && position <= last && !kept.contains(position)
        }
    }

    /// What a tag is seen as, for each tag that ever was seen as another one; positions ascending.
    private(set) var aliases = ShardedTable<Tag, [Since<Tag>]>()
    /// Tells most other tags apart from these at once.
    private(set) var aliasFilter = TagFilter()
    /// For each tag those that were ever seen as it.
    private(set) var everSeenAs = ShardedTable<Tag, Set<Tag>>()
    /// By position of the event.
    private(set) var moves = ShardedTable<UInt64, [Move]>()
    private(set) var movedUnder = ShardedTable<Tag, [UInt64]>()
    /// By position of the event.
    private(set) var revisions = ShardedTable<UInt64, [Since<EventRevision>]>()
    private(set) var revisedUnder = ShardedTable<Tag, [UInt64]>()
    private(set) var groups: [Group] = []
    /// What has changed where, in the order of the log.
    private var changes = ChunkedList<Since<Change>>()
    /// Everything up to here is in it.
    public private(set) var position = Position.zero

    /// What is seen otherwise.
    enum Change: Sendable {
        /// All events under a tag.
        case tag(Tag)
        /// The event at a position.
        case event(UInt64)
        /// The events of a group, by its place in `groups`.
        case group(Int)
    }

    /// Nothing said yet.
    public init() {}

    /// Whether every event is seen as it is stored.
    public var isEmpty: Bool { changes.count == 0 }

    // MARK: Saying

    /// From `position` on, events under each tag are seen under the other one; under the tag itself again where both
    /// are the same. O(tags).
    ///
    /// - Precondition: positions do not fall.
    public mutating func see(_ tags: [(tag: Tag, as: Tag)], from position: Position) {
        for (tag, target) in tags {
            let isNew = aliases[tag] == nil
            aliases.change(tag, from: []) { $0.append(Since(from: position.rawValue, value: target)) }
            if isNew { filter(tag) }
            if tag != target { everSeenAs.change(target, from: []) { $0.insert(tag) } }
            note(.tag(tag), position)
        }
    }

    private mutating func filter(_ tag: Tag) {
        if aliasFilter.hasRoom { return aliasFilter.insert(TagKey(tag).low) }
        var larger = TagFilter(capacity: aliasFilter.count * 2)
        aliases.forEach { tag, _ in larger.insert(TagKey(tag).low) }
        aliasFilter = larger
    }

    /// From `position` on, the event at `event` is seen under `target` where it is stored, or was amended to stand,
    /// under `tag`.
    public mutating func move(_ tag: Tag, to target: Tag, ofEventAt event: Position, from position: Position) {
        moves.change(event.rawValue, from: []) { $0.append(Move(from: position.rawValue, tag: tag, target: target)) }
        if movedUnder[target]?.last != event.rawValue {
            movedUnder.change(target, from: []) { $0.append(event.rawValue) }
        }
        note(.event(event.rawValue), position)
    }

    /// From `position` on, the event at `event` is seen as `revision` says.
    public mutating func revise(_ event: Position, _ revision: EventRevision, from position: Position) {
        revisions.change(event.rawValue, from: []) { $0.append(Since(from: position.rawValue, value: revision)) }
        for tag in revision.amendment?.tags ?? [] where revisedUnder[tag]?.last != event.rawValue {
            revisedUnder.change(tag, from: []) { $0.append(event.rawValue) }
        }
        note(.event(event.rawValue), position)
    }

    /// From `position` on, the events of `range` with this correlation id are not seen, but for those at `kept`.
    ///
    /// - Parameter spared: types whose events are seen all the same, each with the number that the log stores it by.
    public mutating func annul(
        correlationID: String, in range: ClosedRange<Position>, keeping kept: Set<Position>,
        sparing spared: [EventType: UInt32] = [:], from position: Position
    ) {
        let group = Group(
            from: position.rawValue, correlationID: Array(correlationID.utf8), first: range.lowerBound.rawValue,
            last: range.upperBound.rawValue, kept: Set(kept.map(\.rawValue)), spared: Set(spared.keys),
            sparedNumbers: Set(spared.values))
        note(.group(groups.count), position)
        groups.append(group)
    }

    /// That nothing else is said up to `position`.
    public mutating func reach(_ position: Position) { self.position = max(self.position, position) }

    private mutating func note(_ change: Change, _ position: Position) {
        precondition(position >= self.position, "what later events say is told in the order of the log")
        self.position = position
        changes.append(Since(from: position.rawValue, value: change))
    }

    // MARK: Looking

    /// What is seen as of `position`. O(1).
    public func view(asOf position: Position) -> HindsightView {
        HindsightView(hindsight: self, asOf: position.rawValue)
    }

    /// What is seen otherwise as of `last` than as of `first`.
    func changes(after first: UInt64, through last: UInt64) -> [Since<Change>] {
        let start = changes.prefixCount { $0.from <= first }
        let end = changes.prefixCount { $0.from <= last }
        return start < end ? (start..<end).map { changes[$0] } : []
    }

    /// What a tag is seen as.
    func target(of tag: Tag, asOf position: UInt64) -> Tag {
        guard let since = aliases[tag] else { return tag }
        return since.value(asOf: position) ?? tag
    }
}

/// How an event is seen that was corrected.
public struct EventRevision: Sendable {
    /// What the event says instead; nil where it is seen as it is stored, or not at all.
    public let amendment: EventAmendment?
    /// Whether it is not seen at all.
    public let isAnnulled: Bool

    /// As it is stored.
    public static let stored = EventRevision(amendment: nil, isAnnulled: false)
    /// Not at all.
    public static let annulled = EventRevision(amendment: nil, isAnnulled: true)
    /// With other content.
    public static func amended(_ amendment: EventAmendment) -> EventRevision {
        EventRevision(amendment: amendment, isAnnulled: false)
    }
}

/// The content that an event is seen with instead of the stored one.
public struct EventAmendment: Sendable {
    /// The payload; nil leaves the stored one.
    public let data: [UInt8]?
    /// The schema revision of the payload.
    public let schemaRevision: UInt16
    /// Each once; nil leaves the stored ones.
    public let tags: [Tag]?
    /// When it happened; nil leaves the stored time.
    public let occurredAt: Timestamp?
    /// The event that says so, where its personal parts stand for those of the event; nil leaves these.
    public let parts: RecordedEvent?

    /// Content that stands for the stored one.
    public init(
        data: [UInt8]? = nil, schemaRevision: UInt16 = 1, tags: [Tag]? = nil, occurredAt: Timestamp? = nil,
        parts: RecordedEvent? = nil
    ) {
        self.data = data
        self.schemaRevision = schemaRevision
        self.tags = tags
        self.occurredAt = occurredAt
        self.parts = parts
    }
}

extension Array {
    /// The value in force at a position; nil where nothing was said by then.
    func value<Value>(asOf position: UInt64) -> Value? where Element == Hindsight.Since<Value> {
        let end = partitioningIndex { $0.from > position }
        return end == 0 ? nil : self[end - 1].value
    }

    /// The index of the first element that `belongs` holds of, where it holds of all behind the first. O(log n).
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
