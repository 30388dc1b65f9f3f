internal import EventLog
internal import LMDB
internal import Projection

/// Which imports of a log were reverted, and which of their events were kept.
struct ImportReverts: Sendable {
    /// The taking back of an import.
    struct Revert: Sendable {
        let eventID: EventID
        let position: Position
        let kept: Set<String>
    }

    /// By the id of the import, in the order of the log. Most have one; by force there are further ones.
    private var reverts: [String: [Revert]] = [:]
    private let history = HistoryRegister()

    /// Reads them up to the head now. O(reverts and what they kept).
    ///
    /// - Throws: ``UnreadableEvent``, and errors of the storage layer.
    init(in log: EventLog) throws {
        for recorded in try log.events(try Query(types: [ImportReverted.eventType])) {
            let message = try recorded.message(ImportReverted.self)
            let revert = Revert(
                eventID: recorded.event.id, position: recorded.position, kept: Set(message.kept.map(\.eventID)))
            reverts[message.importID, default: []].append(revert)
        }
    }

    /// Whether none was reverted.
    var isEmpty: Bool { reverts.isEmpty }

    /// How an import was reverted first; nil when it was not. By that one what is imported once more has its id.
    func revert(of importID: String) -> Revert? { reverts[importID]?.first }

    /// How events are seen now. O(corrections and the like) the first time, then O(new ones).
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    func view(of log: EventLog) throws -> HindsightView { try history.view(in: log) }

    /// An id under which an event of this id can be imported: its own, unless the event that has it was reverted. Then
    /// another one, which is always the same.
    func freeID(_ id: EventID, in log: EventLog, seenThrough view: HindsightView) throws -> EventID {
        var id = id
        while let position = try log.position(of: id), let revert = try takenBack(position, id, in: log, view) {
            var bytes: [UInt8] = []
            for part in [id.high, id.low, revert.eventID.high, revert.eventID.low] { bytes.append(bigEndian: part) }
            id = EventID(hashing: bytes)
        }
        return id
    }

    /// How an event was first reverted with its import; nil where it was not, or is seen all the same.
    private func takenBack(
        _ position: Position, _ id: EventID, in log: EventLog, _ view: HindsightView
    ) throws -> Revert? {
        guard let recorded = try log.event(at: position), let tag = recorded.importTag,
            let reverts = reverts[String(tag.id)],
            let revert = reverts.first(where: { position < $0.position && !$0.kept.contains(id.description) }),
            view.revision(of: recorded)?.revision.isAnnulled == true
        else { return nil }
        return revert
    }
}
