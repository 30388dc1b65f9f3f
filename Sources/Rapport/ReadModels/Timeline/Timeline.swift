public import EventLog
internal import LMDB
internal import Projection

/// A page of the events about a customer, or about anything else that has a tag (R2).
public struct Timeline: Sendable {
    /// One event of it.
    public struct Entry: Sendable {
        /// The event as the log holds it, with its position and when it was recorded.
        public let recorded: RecordedEvent
        /// Whether it was recorded later after it happened than the question allows.
        public let isLate: Bool
    }

    /// What all the events are about.
    public let tag: Tag
    /// In order of when they happened, then of position; newest first unless asked for otherwise.
    public let entries: [Entry]
    /// How many events there are on all pages.
    public let total: Int
    /// Where the next page begins; nil when this is the last.
    public let next: ListCursor?
    /// The position that the answer is of.
    public let position: Position

    /// The events of ``entries``, in their order, with the personal parts that may be shown. Of an erased person it
    /// shows that something happened. As ``PersonalReader/opened(_:of:asking:)``.
    ///
    /// - Parameter reader: that of the state that was asked: `crm.reader`.
    public func opened(by reader: PersonalReader) throws -> [OpenedEvent] {
        try reader.opened(entries.map(\.recorded), asking: "timeline")
    }
}

/// Which events of a timeline.
public struct TimelineQuestion: Sendable, Hashable {
    /// What the events are about: a customer, or anything else that has a tag.
    public var tag: Tag
    /// Only events of these types; empty takes all.
    public var types: [EventType]
    /// Events after which position only: what is new since somebody looked last.
    public var since: Position?
    /// Whether what happened first is at the top; else what happened last is.
    public var oldestFirst: Bool
    /// An event is late when it was recorded more than this after it happened; microseconds.
    public var lateAfter: Int64
    /// The most events of the page.
    public var limit: Int
    /// Where an earlier page ended.
    public var cursor: ListCursor?

    /// Asks for the newest events about `tag`, of all types; by default late is more than a day after it happened.
    public init(
        of tag: Tag, types: [EventType] = [], since: Position? = nil, oldestFirst: Bool = false,
        lateAfter: Int64 = 86_400_000_000, limit: Int = usualPageSize, after cursor: ListCursor? = nil
    ) {
        self.tag = tag
        self.types = types
        self.since = since
        self.oldestFirst = oldestFirst
        self.lateAfter = lateAfter
        self.limit = limit
        self.cursor = cursor
    }

    /// What a cursor is good for.
    fileprivate var scope: [UInt8] {
        var bytes: [UInt8] = [oldestFirst ? 1 : 0]
        bytes.append(prefixed: tag.text)
        for type in types { bytes.append(prefixed: type.name) }
        return bytes
    }
}

extension CRMState {
    /// Events in the order in which they happened, then were recorded. It needs no rows of its own: the index of the
    /// log finds them, also those appended this moment. O(events of the tag).
    ///
    /// - Throws: ``ForeignCursor``, `DamagedLog`.
    public func timeline(_ question: TimelineQuestion) throws -> Timeline {
        let scope = question.scope
        let after = try question.cursor?.key(in: scope, atLeast: 16)
        let query = try Query(types: question.types, tags: [question.tag])
        // Time and position of each, as bytes that sort the same.
        var keys: [[UInt8]] = []
        let extent = try log.read(query, from: question.since?.next ?? Position(1), to: horizon) { event in
            guard hasHappened(at: event.occurredAt) else { return true }
            var key = TimedKey.start([], at: event.occurredAt.microseconds)
            key.append(bigEndian: event.position.rawValue)
            keys.append(key)
            return true
        }
        func comes(_ left: [UInt8], before right: [UInt8]) -> Bool {
            question.oldestFirst ? left.lexicographicallyPrecedes(right) : right.lexicographicallyPrecedes(left)
        }
        keys.sort { comes($0, before: $1) }
        let total = keys.count
        if let after { keys.removeAll { !comes(after, before: $0) } }
        let shown = keys.prefix(pageSize(question.limit))
        let entries = try shown.map { key in
            let position = Position(key.rawSpan.u64BigEndian(at: 8))
            guard let recorded = try log.event(at: position) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            let delay = recorded.recordedAt.microseconds - recorded.event.occurredAt.microseconds
            return Timeline.Entry(recorded: recorded, isLate: delay > question.lateAfter)
        }
        let next = keys.count > shown.count ? shown.last.map { ListCursor(after: $0, in: scope) } : nil
        return Timeline(tag: question.tag, entries: entries, total: total, next: next, position: horizon ?? extent.head)
    }
}
