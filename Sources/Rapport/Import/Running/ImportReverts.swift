internal import EventLog
internal import LMDB

/// Which imports of a log were reverted, and which of their events were kept.
struct ImportReverts: Sendable {
    /// The taking back of an import.
    struct Revert: Sendable {
        let eventID: EventID
        let position: Position
        let kept: Set<String>
    }

    /// By the id of the import: the first revert of each counts, there is no second one.
    private var reverts: [String: Revert] = [:]

    /// Reads them up to the head now. O(reverts and what they kept).
    ///
    /// - Throws: ``UnreadableEvent``, and errors of the storage layer.
    init(in log: EventLog) throws {
        for recorded in try log.events(try Query(types: [ImportReverted.eventType])) {
            let message = try recorded.message(ImportReverted.self)
            if reverts[message.importID] != nil { continue }
            reverts[message.importID] = Revert(
                eventID: recorded.event.id, position: recorded.position, kept: Set(message.kept.map(\.eventID)))
        }
    }

    /// Whether none was reverted.
    var isEmpty: Bool { reverts.isEmpty }

    /// How an import was reverted; nil when it was not.
    func revert(of importID: String) -> Revert? { reverts[importID] }

    /// An id under which an event of this id can be imported: its own, unless the event that has it was reverted. Then
    /// another one, which is always the same.
    func freeID(_ id: EventID, in log: EventLog) throws -> EventID {
        var id = id
        while let position = try log.position(of: id), let revert = try takenBack(position, id, in: log) {
            var bytes: [UInt8] = []
            for part in [id.high, id.low, revert.eventID.high, revert.eventID.low] { bytes.append(bigEndian: part) }
            id = EventID(hashing: bytes)
        }
        return id
    }

    /// How an event was reverted with its import; nil where it was not, was kept, or has been corrected since.
    private func takenBack(_ position: Position, _ id: EventID, in log: EventLog) throws -> Revert? {
        guard let recorded = try log.event(at: position), let tag = recorded.importTag,
            let revert = reverts[String(tag.id)], position < revert.position, !revert.kept.contains(id.description)
        else { return nil }
        let query = try Query(types: [EventCorrected.eventType], tags: Array(recorded.event.tags.prefix(1)))
        for correction in try log.events(query, from: revert.position.next, backwards: true) {
            let message = try correction.message(EventCorrected.self)
            guard message.eventID.sameBytes(as: id.description) else { continue }
            return message.kind == .annul ? revert : nil
        }
        return revert
    }
}
