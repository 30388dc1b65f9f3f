public import EventLog
internal import LMDB
internal import Projection

/// A page of the events about a customer, or about anything else that has a tag (R2).
public struct Timeline: Sendable {
    /// One event of it.
    public struct Entry: Sendable {
        /// The event as it is seen, with its position and when it was recorded: where it was amended, with the content
        /// that counts; its tags and personal parts as they were appended. One that was annulled stands as it was.
        public let recorded: RecordedEvent
        /// Where the correction stands that counts for it; nil where there is none.
        public let correctedAt: Position?
        /// Whether it was annulled: no answer but this one knows of it.
        public let isAnnulled: Bool
        /// Where the unmerge stands that has given it to ``Timeline/tag``, although it is stored under another one; nil
        /// for any other event.
        public let movedBy: Position?
        /// What its personal parts are opened from.
        let event: EventToOpen
        /// Whether it was recorded later after it happened than the question allows.
        public let isLate: Bool
    }

    /// What all the events are about; of a person with several ids the one that stands for all.
    public let tag: Tag
    /// All ids of a person with several, ``tag`` first; else ``tag`` alone.
    public let members: [Tag]
    /// In order of when they happened, then of position; newest first unless asked for otherwise.
    public let entries: [Entry]
    /// How many events there are on all pages, annulled ones among them where they are shown.
    public let total: Int
    /// Where the next page begins; nil when this is the last.
    public let next: ListCursor?
    /// The position that the answer is of.
    public let position: Position

    /// The events of ``entries``, in their order, with the personal parts that may be shown: where a correction gives a
    /// part, that one. Of an erased person it shows that something happened; where the use of one id of the person is
    /// restricted, the parts about all of them are left out. As ``PersonalReader/opened(_:of:asking:)``.
    ///
    /// - Parameter reader: that of the state that was asked: `crm.reader`.
    public func opened(by reader: PersonalReader) throws -> [OpenedEvent] {
        try reader.opened(entries.map(\.event), of: nil, person: members.map(\.text), asking: "timeline")
    }
}

/// Which events of a timeline.
public struct TimelineQuestion: Sendable, Hashable {
    /// What the events are about: any id of a customer, or anything else that has a tag.
    public var tag: Tag
    /// Only events of these types; empty takes all.
    public var types: [EventType]
    /// Events after which position only: what is new since somebody looked last.
    public var since: Position?
    /// Whether what happened first is at the top; else what happened last is.
    public var oldestFirst: Bool
    /// An event is late when it was recorded more than this after it happened; microseconds.
    public var lateAfter: Int64
    /// Whether events are shown, and counted, that were annulled.
    public var includesAnnulled: Bool
    /// The most events of the page.
    public var limit: Int
    /// Where an earlier page ended.
    public var cursor: ListCursor?

    /// Asks for the newest events about `tag`, of all types; by default late is more than a day after it happened.
    public init(
        of tag: Tag, types: [EventType] = [], since: Position? = nil, oldestFirst: Bool = false,
        lateAfter: Int64 = 86_400_000_000, includesAnnulled: Bool = true, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil
    ) {
        self.tag = tag
        self.types = types
        self.since = since
        self.oldestFirst = oldestFirst
        self.lateAfter = lateAfter
        self.includesAnnulled = includesAnnulled
        self.limit = limit
        self.cursor = cursor
    }

    /// What a cursor is good for.
    fileprivate var scope: [UInt8] {
        var bytes: [UInt8] = [oldestFirst ? 1 : 0]
        if !includesAnnulled { bytes.append(2) }
        bytes.append(prefixed: tag.text)
        for type in types { bytes.append(prefixed: type.name) }
        return bytes
    }
}

extension CRMState {
    /// Events in the order in which they happened, then were recorded. It needs no rows of its own: the index of the
    /// log finds them, also those appended this moment. Of a person with several ids it has the events of all of them.
    /// Events that were corrected stand as they are seen now; annulled ones are marked. O(events of the tag).
    ///
    /// - Throws: ``ForeignCursor``, `DamagedLog`.
    public func timeline(_ question: TimelineQuestion) throws -> Timeline {
        try timeline(question, upTo: horizon ?? log.head)
    }

    /// As ``timeline(_:)``, of the events up to a position.
    func timeline(_ question: TimelineQuestion, upTo position: Position) throws -> Timeline {
        let scope = question.scope
        let after = try question.cursor?.key(in: scope, atLeast: 16)
        let identity = try history.identity(in: log, asOf: position)
        let tag = identity.canonical(of: question.tag)
        let members = identity.members(of: tag)
        // Time and position of each, as bytes that sort the same.
        var keys = try keys(of: question, about: tag, members, upTo: position)
        func comes(_ left: [UInt8], before right: [UInt8]) -> Bool {
            question.oldestFirst ? left.lexicographicallyPrecedes(right) : right.lexicographicallyPrecedes(left)
        }
        keys.sort { comes($0, before: $1) }
        let total = keys.count
        if let after { keys.removeAll { !comes(after, before: $0) } }
        let shown = keys.prefix(pageSize(question.limit))
        let view = try history.view(in: log, asOf: position)
        let entries = try shown.map { key in
            let place = Position(key.rawSpan.u64BigEndian(at: 8))
            return try entry(
                at: place, asOf: position, lateAfter: question.lateAfter,
                movedBy: view.movedAt(to: tag, ofEventAt: place))
        }
        let next = keys.count > shown.count ? shown.last.map { ListCursor(after: $0, in: scope) } : nil
        return Timeline(
            tag: tag, members: members, entries: entries, total: total, next: next, position: position)
    }

    /// The keys of the events that are seen under a tag; and of those that are stored under it and were annulled.
    private func keys(
        of question: TimelineQuestion, about tag: Tag, _ members: [Tag], upTo position: Position
    ) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var seen: Set<Position> = []
        func add(_ occurredAt: Timestamp, _ position: Position) {
            guard hasHappened(at: occurredAt) else { return }
            var key = TimedKey.start([], at: occurredAt.microseconds)
            key.append(bigEndian: position.rawValue)
            keys.append(key)
        }
        let first = question.since?.next ?? Position(1)
        try history.forEachSeen(about: tag, types: question.types, to: position, in: log) { event in
            guard event.position >= first, seen.insert(event.position).inserted else { return true }
            add(event.occurredAt, event.position)
            return true
        }
        guard question.includesAnnulled, first <= position else { return keys }
        var others: Set<Position> = []
        for member in members {
            let query = try Query(types: question.types, tags: [member])
            try log.read(query, from: first, to: position) { event in
                if !seen.contains(event.position) { others.insert(event.position) }
                return true
            }
        }
        // Under another tag now, or nowhere.
        for place in others {
            let event = try eventToOpen(at: place, asOf: position)
            if event.seen.isAnnulled { add(event.stored.event.occurredAt, place) }
        }
        return keys
    }

    private func entry(
        at place: Position, asOf position: Position, lateAfter: Int64, movedBy: Position?
    ) throws -> Timeline.Entry {
        let event = try eventToOpen(at: place, asOf: position)
        let shown = event.seen.isAnnulled ? event.stored : event.seen.recorded
        let delay = shown.recordedAt.microseconds.subtractingReportingOverflow(shown.event.occurredAt.microseconds)
        return Timeline.Entry(
            recorded: shown, correctedAt: event.seen.correctedAt, isAnnulled: event.seen.isAnnulled,
            movedBy: movedBy, event: event, isLate: delay.overflow || delay.partialValue > lateAfter)
    }
}
