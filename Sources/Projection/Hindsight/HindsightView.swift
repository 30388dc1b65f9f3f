public import EventLog
internal import LMDB

/// How much of what later events say a read model takes in.
public enum Sight: Sendable, CaseIterable {
    /// Nothing: events as they are stored.
    case asStored
    /// Corrections, but everybody under the own id.
    case corrected
    /// Corrections, and events under the entity that theirs is seen as.
    case resolved
}

/// How events are seen as of a position. Cheap to copy.
public struct HindsightView: Sendable {
    let hindsight: Hindsight
    let asOf: UInt64
    /// As of when entities are resolved.
    private let entitiesAsOf: UInt64

    init(hindsight: Hindsight, asOf: UInt64) {
        self.init(hindsight: hindsight, asOf: asOf, entitiesAsOf: asOf)
    }

    private init(hindsight: Hindsight, asOf: UInt64, entitiesAsOf: UInt64) {
        self.hindsight = hindsight
        self.asOf = asOf
        self.entitiesAsOf = entitiesAsOf
    }

    /// The same, but for who is who: that is looked at as of `position`.
    public func resolvingEntities(asOf position: Position) -> HindsightView {
        HindsightView(hindsight: hindsight, asOf: asOf, entitiesAsOf: position.rawValue)
    }

    /// What it is as of.
    public var position: Position { Position(asOf) }

    /// Whether every event is seen as it is stored; then nothing else need be asked.
    @usableFromInline var isPlain: Bool { hindsight.isEmpty }

    // MARK: Entities

    /// What a tag is seen as: itself, where nobody says otherwise.
    public func target(of tag: Tag) -> Tag { hindsight.target(of: tag, asOf: entitiesAsOf) }

    /// The tags that are seen as `target`, in their order; itself among them where it is not seen as another one.
    public func tags(seenAs target: Tag) -> [Tag] {
        var tags: [Tag] = self.target(of: target) == target ? [target] : []
        guard let candidates = hindsight.everSeenAs[target] else { return tags }
        tags += candidates.filter { self.target(of: $0) == target }
        return tags.sorted()
    }

    /// Where to look for the events that are seen under `tag`: under these tags, and at these positions. More than
    /// these events may stand there.
    func sources(of tag: Tag, _ sight: Sight) -> (tags: [Tag], positions: [UInt64]) {
        switch sight {
        case .asStored: return ([tag], [])
        case .corrected: return ([tag], hindsight.revisedUnder[tag] ?? [])
        case .resolved:
            let tags = tags(seenAs: tag)
            var positions: [UInt64] = []
            for tag in tags {
                positions += hindsight.revisedUnder[tag] ?? []
                positions += hindsight.movedUnder[tag] ?? []
            }
            return (tags, positions)
        }
    }

    // MARK: Events

    /// Whether the event may be seen otherwise than it is stored.
    @usableFromInline
    func touches(_ event: borrowing EventView) -> Bool {
        let position = event.position.rawValue
        if !hindsight.revisions.isEmpty, hindsight.revisions[position] != nil { return true }
        if !hindsight.moves.isEmpty, hindsight.moves[position] != nil { return true }
        if !hindsight.groups.isEmpty, isInGroup(event, position) { return true }
        if hindsight.aliasFilter.isEmpty { return false }
        for index in 0..<event.tagCount where hindsight.aliasFilter.mayHold(event.tagKey(index).low) { return true }
        return false
    }

    private func isInGroup(_ event: borrowing EventView, _ position: UInt64) -> Bool {
        for group in hindsight.groups
        where group.holds(position, asOf: asOf) && !group.sparedNumbers.contains(event.typeNumber) {
            let id = group.correlationID
            if event.hasCorrelationID(id.rawSpan) { return true }
        }
        return false
    }

    /// What is said of the content of an event: of itself, or of the whole group that it belongs to; the later one
    /// counts. Nil where nothing is said.
    ///
    /// - Parameter isOf: whether the event belongs to a group that holds its position.
    private func revision(
        ofEventAt position: UInt64, isOf: (Hindsight.Group) -> Bool
    ) -> (revision: EventRevision, from: UInt64)? {
        var found: (revision: EventRevision, from: UInt64)?
        if let since = hindsight.revisions[position] {
            let end = since.partitioningIndex { $0.from > asOf }
            if end > 0 { found = (since[end - 1].value, since[end - 1].from) }
        }
        for group in hindsight.groups
        where group.holds(position, asOf: asOf) && group.from > found?.from ?? 0 && isOf(group) {
            found = (.annulled, group.from)
        }
        return found
    }

    /// An event as it is seen.
    enum Seen: Equatable {
        case stored
        case nothing
        /// With other bytes. `storedTags` are the tags that each of its tags was before entities were resolved.
        case changed(record: [UInt8], storedTags: [[Tag]]?, amendment: Amended?)
    }

    /// That an event was amended.
    struct Amended: Equatable {
        /// The event whose personal parts stand for those of the event.
        let parts: RecordedEvent?
    }

    /// How an event of the log is seen.
    func seen(_ event: borrowing EventView, _ sight: Sight) -> Seen {
        if sight == .asStored { return .stored }
        let position = event.position.rawValue
        var isOf: [UInt8]?
        if !hindsight.groups.isEmpty { isOf = event.provenance.correlationID.map { Array($0.utf8) } }
        let number = event.typeNumber
        let said = revision(ofEventAt: position) {
            $0.correlationID == isOf && !$0.sparedNumbers.contains(number)
        }?.revision
        if said?.isAnnulled == true { return .nothing }
        let amendment = said?.amendment
        let amended = amendment.map { Amended(parts: $0.parts) }
        var record: [UInt8]?
        if let amendment { record = Self.record(of: event, amendment) }
        guard sight == .resolved else {
            return record.map { .changed(record: $0, storedTags: nil, amendment: amended) } ?? .stored
        }
        let tags = record.map { record in EventView(record.rawSpan).tags } ?? event.tags
        guard let resolved = resolve(tags, ofEventAt: position) else {
            return record.map { .changed(record: $0, storedTags: nil, amendment: amended) } ?? .stored
        }
        let bytes: [UInt8]
        if let record {
            bytes = EventView(record.rawSpan).replacing(tags: resolved.map(\.tag))
        } else {
            bytes = event.replacing(tags: resolved.map(\.tag))
        }
        return .changed(record: bytes, storedTags: resolved.map(\.stored), amendment: amended)
    }

    private static func record(of event: borrowing EventView, _ amendment: EventAmendment) -> [UInt8] {
        var record = event.bytes.copy()
        if let data = amendment.data {
            let before = record
            record = EventView(before.rawSpan).replacing(
                data: data.rawSpan, schemaRevision: amendment.schemaRevision)
        }
        if let tags = amendment.tags {
            let before = record
            record = EventView(before.rawSpan).replacing(tags: tags)
        }
        if let occurredAt = amendment.occurredAt {
            let before = record
            record = EventView(before.rawSpan).replacing(occurredAt: occurredAt)
        }
        return record
    }

    /// The tags that the event is seen under, each with those it stands for; nil where they are the same.
    private func resolve(_ tags: [Tag], ofEventAt position: UInt64) -> [(tag: Tag, stored: [Tag])]? {
        var isChanged = false
        var resolved: [(tag: Tag, stored: [Tag])] = []
        for tag in tags {
            let target = target(of: moved(tag, ofEventAt: position))
            if target != tag { isChanged = true }
            if let known = resolved.firstIndex(where: { $0.tag == target }) {
                resolved[known].stored.append(tag)
            } else {
                resolved.append((target, [tag]))
            }
        }
        return isChanged ? resolved : nil
    }

    /// The tag that a tag of an event was moved to; itself where it was not.
    public func moved(_ tag: Tag, ofEventAt event: Position) -> Tag { moved(tag, ofEventAt: event.rawValue) }

    /// The tags of an event with those that were moved, before entities are resolved: each once, in their order.
    ///
    /// - Parameter event: as it is seen.
    public func movedTags(of event: RecordedEvent) -> [Tag] {
        var known: Set<Tag> = []
        return event.event.tags.map { moved($0, ofEventAt: event.position) }.filter { known.insert($0).inserted }
    }

    private func moved(_ tag: Tag, ofEventAt position: UInt64) -> Tag {
        guard !hindsight.moves.isEmpty, let moves = hindsight.moves[position] else { return tag }
        return moves.last { $0.from <= entitiesAsOf && $0.tag == tag }?.target ?? tag
    }

    /// Where it is said that an event is seen otherwise than it is stored: what holds of it now.
    func saying(of event: borrowing EventView, _ sight: Sight) -> [Position] {
        if sight == .asStored || !touches(event) { return [] }
        let position = event.position.rawValue
        let correlationID = event.provenance.correlationID.map { Array($0.utf8) }
        var positions: [UInt64] = []
        let number = event.typeNumber
        let said = revision(ofEventAt: position) {
            $0.correlationID == correlationID && !$0.sparedNumbers.contains(number)
        }
        if let said { positions.append(said.from) }
        if sight == .resolved {
            for tag in said?.revision.amendment?.tags ?? event.tags {
                let move = hindsight.moves[position]?.last { $0.from <= asOf && $0.tag == tag }
                if let move { positions.append(move.from) }
                let since = hindsight.aliases[move?.target ?? tag] ?? []
                // One after the other, as far as it was not itself in between.
                for change in since[..<since.partitioningIndex { $0.from > asOf }].reversed() {
                    if change.value == move?.target ?? tag { break }
                    positions.append(change.from)
                }
            }
        }
        return positions.map { Position($0) }
    }

    /// Where it is said that the event at `event` is seen under `tag`, although what it stands under is not seen as
    /// that; nil where nobody says so. Of several such sayings the last counts. O(sayings about the event).
    public func movedAt(to tag: Tag, ofEventAt event: Position) -> Position? {
        guard !hindsight.moves.isEmpty, let moves = hindsight.moves[event.rawValue] else { return nil }
        var newest: [Tag: Hindsight.Move] = [:]
        for move in moves where move.from <= asOf { newest[move.tag] = move }
        let here = newest.values.filter { target(of: $0.target) == tag && target(of: $0.tag) != tag }
        return here.map(\.from).max().map { Position($0) }
    }

    // MARK: Copies

    /// What is said of the content of an event, and where; nil where nothing is.
    public func revision(of recorded: RecordedEvent) -> (revision: EventRevision, from: Position)? {
        let id = recorded.event.provenance.correlationID.map { Array($0.utf8) }
        let found = revision(ofEventAt: recorded.position.rawValue) {
            $0.correlationID == id && !$0.spared.contains(recorded.event.type)
        }
        return found.map { ($0.revision, Position($0.from)) }
    }

    /// A copy of an event as it is seen, without resolving entities; nil where it was annulled.
    public func corrected(_ recorded: RecordedEvent) -> RecordedEvent? {
        guard let (revision, _) = revision(of: recorded) else { return recorded }
        if revision.isAnnulled { return nil }
        guard let amendment = revision.amendment else { return recorded }
        var event = recorded.event
        if let data = amendment.data {
            event.data = data
            event.schemaRevision = amendment.schemaRevision
        }
        if let tags = amendment.tags { event.tags = tags }
        if let occurredAt = amendment.occurredAt { event.occurredAt = occurredAt }
        return RecordedEvent(position: recorded.position, recordedAt: recorded.recordedAt, event: event)
    }
}

/// Keeps a ``Hindsight`` up to date with a log. Safe to use from any thread.
public protocol HindsightSource: Sendable {
    /// What the events up to the log's head say, or beyond: it may be as of any position up to the head of now.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    func hindsight(in log: EventLog) throws -> Hindsight
}
