public import EventLog
internal import LMDB

extension Rapport {
    /// What was corrected of an event, in the order of the log; the last one holds. Empty for an event that nobody has
    /// corrected. O(corrections of events that have its first tag).
    ///
    /// - Throws: ``CorrectionRefusal/noSuchPosition(_:head:)``; ``UnreadableEvent`` for a correction that nobody can
    ///   read; `DamagedLog`; errors of the storage layer.
    public func corrections(of position: Position) throws -> [CorrectionRecord] {
        let head = log.head
        guard position > .zero, position <= head, let stored = try log.event(at: position) else {
            throw CorrectionRefusal.noSuchPosition(position, head: head)
        }
        guard EventCatalogue.isCorrectable(stored.event.type) else { return [] }
        var items = [
            try Query.Item(types: [EventCorrected.eventType], tags: Array(stored.event.tags.prefix(1)))
        ]
        if let importTag = stored.importTag {
            items.append(try Query.Item(types: [ImportReverted.eventType], tags: [importTag]))
        }
        return try log.events(try Query(items), from: position.next, to: head).compactMap { recorded in
            if recorded.event.type == ImportReverted.eventType {
                return try CorrectionRecord(ofRevert: recorded, target: stored.event.id)
            }
            return try CorrectionRecord(recorded, target: stored.event.id)
        }
    }
}

extension CorrectionRecord {
    /// Nil for a correction of another event.
    fileprivate init?(_ recorded: RecordedEvent, target: EventID) throws {
        let message = try recorded.message(EventCorrected.self)
        guard message.eventID.sameBytes(as: target.description), let kind = Kind(message.kind) else { return nil }
        let isAmended = kind == .amended
        let tags = try isAmended ? message.tags.map { try Tag($0) } : nil
        self.init(
            recorded, kind, reason: message.reason, tags: tags,
            occurredAt: isAmended && message.occurredAtUs != 0 ? Timestamp(microseconds: message.occurredAtUs) : nil)
    }

    /// Nil for an event that the revert has kept.
    fileprivate init?(ofRevert recorded: RecordedEvent, target: EventID) throws {
        let message = try recorded.message(ImportReverted.self)
        let id = target.description
        if message.kept.contains(where: { $0.eventID.sameBytes(as: id) }) { return nil }
        self.init(recorded, .reverted, reason: message.reason, tags: nil, occurredAt: nil)
    }

    private init(_ recorded: RecordedEvent, _ kind: Kind, reason: String, tags: [Tag]?, occurredAt: Timestamp?) {
        self.init(
            position: recorded.position, eventID: recorded.event.id, kind: kind, recordedAt: recorded.recordedAt,
            actor: recorded.event.provenance.actor, reason: reason, tags: tags, occurredAt: occurredAt)
    }
}
