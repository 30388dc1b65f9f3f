internal import EventLog
internal import LMDB
internal import Projection

/// Which events an import has appended, what each is about, and which of these entities were edited since by others.
///
/// Looks at each event from the beginning of the import on, once. Memory grows with the events and entities of the
/// import: about 80 bytes for each entity and 16 for each event.
struct ImportScan {
    /// An event of the import.
    struct Event {
        let position: UInt64
        /// The place of what it is about; see ``ImportScan/noEntity`` and ``ImportScan/fixed``.
        let entity: Int32
    }

    /// Stands for an event that is about nothing that is edited.
    static let noEntity: Int32 = -1
    /// Stands for an event of a type that this program does not know, and so leaves as it is.
    static let fixed: Int32 = -2

    /// What is edited, the narrowest first: of an order of a customer it is the order.
    private static let kinds = ["order", "case", "opportunity", "lead", "customer"]

    private let correlationID: [UInt8]
    /// By the hash of the tag. Tags that somebody has made to collide are taken for edited together, and so kept.
    private var entities: [TagKey: Int32] = [:]
    /// Where each entity was first edited; 0 where it was not.
    private var editedAt: [UInt64] = []
    /// What events of a type are about, by its number.
    private var subjects: [UInt32: TypeSubject] = [:]
    /// The events, in the order of the log.
    private(set) var events: [Event] = []
    /// How many of its events are of types that cannot be corrected: no revert takes them back, and none names them.
    private(set) var uncorrectable = 0
    /// Everything up to here was looked at.
    private(set) var head: Position

    /// What events of a type are about.
    private enum TypeSubject {
        /// The import itself: they belong to it, and are no events that it has made of rows.
        case ofImport
        /// They stand as they are, whatever a revert says.
        case uncorrectable
        /// They stand as they are where a revert says so.
        case fixed
        /// The first tag of the first of these kinds, each with its colon.
        case entity([[UInt8]])
    }

    /// - Parameter start: where the import begins.
    init(ofImport tag: Tag, from start: Position) {
        correlationID = Array(tag.text.utf8)
        head = Position(start.rawValue - min(start.rawValue, 1))
    }

    /// Looks at what has come since. O(new events).
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    mutating func goOn(in log: EventLog) throws {
        let end = log.head
        guard head < end else { return }
        let correlationID = correlationID
        try log.read(from: head.next, to: end) { event in
            if event.hasCorrelationID(correlationID.rawSpan) {
                add(event, in: log)
            } else {
                addEdit(event)
            }
            return true
        }
        head = end
    }

    private mutating func add(_ event: borrowing EventView, in log: EventLog) {
        switch subject(ofType: event.typeNumber, event, in: log) {
        case .ofImport: return
        case .uncorrectable: uncorrectable += 1
        case .fixed: events.append(Event(position: event.position.rawValue, entity: Self.fixed))
        case .entity(let kinds):
            var entity = Self.noEntity
            if let tag = Self.tag(of: event, kinds) {
                let key = event.tagKey(tag)
                entity = entities[key] ?? Int32(clamping: editedAt.count)
                if Int(entity) == editedAt.count {
                    entities[key] = entity
                    editedAt.append(0)
                }
            }
            events.append(Event(position: event.position.rawValue, entity: entity))
        }
    }

    private mutating func addEdit(_ event: borrowing EventView) {
        if entities.isEmpty { return }
        for index in 0..<event.tagCount {
            guard let entity = entities[event.tagKey(index)], editedAt[Int(entity)] == 0 else { continue }
            editedAt[Int(entity)] = event.position.rawValue
        }
    }

    private mutating func subject(
        ofType number: UInt32, _ event: borrowing EventView, in log: EventLog
    ) -> TypeSubject {
        if let known = subjects[number] { return known }
        let subject = Self.subject(of: log.type(of: event))
        subjects[number] = subject
        return subject
    }

    private static func subject(of type: EventType) -> TypeSubject {
        if [ImportStarted.eventType, ImportCompleted.eventType, ImportReverted.eventType].contains(type) {
            return .ofImport
        }
        if EventCatalogue.fixedTypes.contains(type) { return .uncorrectable }
        guard EventCatalogue.isCorrectable(type) else { return .fixed }
        let needed = EventCatalogue.needs(of: type).first { $0.contains { kinds.contains($0) } } ?? []
        let others = kinds.filter { !needed.contains($0) }
        return .entity((needed + others).map { Array("\($0):".utf8) })
    }

    /// The number of the first tag of the first kind that the event has a tag of.
    private static func tag(of event: borrowing EventView, _ kinds: [[UInt8]]) -> Int? {
        for kind in kinds {
            for index in 0..<event.tagCount where event.tagText(index).begins(with: kind) { return index }
        }
        return nil
    }

    // MARK: What stays

    /// Why an event stays as it is.
    enum Reason: Hashable {
        case fixed
        case edited(at: Position)

        var text: String {
            switch self {
            case .fixed: "events of this type cannot be reverted"
            case .edited(let position): "edited since by the event at position \(position)"
            }
        }
    }

    /// Why an event of the import stays; nil for one that is reverted.
    ///
    /// - Parameter force: reverts what was edited since, too.
    func reason(toKeep event: Event, force: Bool) -> Reason? {
        if event.entity == Self.fixed { return .fixed }
        guard !force, event.entity >= 0 else { return nil }
        let position = editedAt[Int(event.entity)]
        return position == 0 ? nil : .edited(at: Position(position))
    }

    /// How many events are seen now, of those that can be reverted. O(events).
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    func seenCount(through view: HindsightView, in log: EventLog) throws -> Int {
        try events.count { event in
            if event.entity == Self.fixed { return false }
            let position = Position(event.position)
            guard let recorded = try log.event(at: position) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            return view.revision(of: recorded)?.revision.isAnnulled != true
        }
    }

    /// How many events stay, and of how many entities.
    func keptCounts(force: Bool) -> (events: Int, entities: Int) {
        let count = events.count { reason(toKeep: $0, force: force) != nil }
        return (count, force ? 0 : editedAt.count { $0 > 0 })
    }

    /// The first events that stay, `most` at most.
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    func kept(_ most: Int, force: Bool, in log: EventLog) throws -> [ImportRevertReport.Kept] {
        var kept: [ImportRevertReport.Kept] = []
        for event in events {
            if kept.count == most { break }
            guard let reason = reason(toKeep: event, force: force) else { continue }
            let found = try log.withEvent(at: Position(event.position)) { stored -> ImportRevertReport.Kept in
                let type = log.type(of: stored)
                var entity: Tag?
                if case .entity(let kinds) = Self.subject(of: type), let tag = Self.tag(of: stored, kinds) {
                    entity = stored.tag(tag)
                }
                return ImportRevertReport.Kept(
                    position: stored.position, eventID: stored.id, type: type.name, entity: entity, reason: reason.text)
            }
            guard let found else { throw DamagedLog(position: Position(event.position), damage: .missing) }
            kept.append(found)
        }
        return kept
    }
}

extension RawSpan {
    /// Whether it is `prefix` and something behind it.
    fileprivate func begins(with prefix: [UInt8]) -> Bool {
        guard byteCount > prefix.count else { return false }
        for index in prefix.indices where u8(at: index) != prefix[index] { return false }
        return true
    }
}
