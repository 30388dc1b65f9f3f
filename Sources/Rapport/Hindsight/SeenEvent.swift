public import EventLog
internal import Projection

/// An event of the log as it is seen once later events have corrected it.
public struct SeenEvent: Sendable {
    /// With the content that it is seen with; what was annulled as it is stored.
    public let recorded: RecordedEvent
    /// Where the correction stands that counts; nil where there is none.
    public let correctedAt: Position?
    /// Whether it counts no more.
    public let isAnnulled: Bool
    /// The event whose personal parts stand for those of this one; nil where its own count.
    public let correction: RecordedEvent?
}

extension HistoryRegister {
    /// An event as it is seen as of `position`, under the tags that it is stored with or was amended to.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    func seen(_ recorded: RecordedEvent, asOf position: Position, in log: EventLog) throws -> SeenEvent {
        SeenEvent(recorded, through: try view(in: log, asOf: position))
    }

    /// Calls `body` with each event that is seen under `tag`, as it is seen: corrections taken in, ids of one person
    /// resolved. Each once, in no order, until it answers false; without types, of all types. What was annulled is
    /// left out.
    func forEachSeen(
        about tag: Tag, types: [EventType] = [], to position: Position?, in log: EventLog,
        _ body: (borrowing EventView) throws -> Bool
    ) throws {
        let view = try view(in: log, asOf: position)
        try view.forEach(about: tag, types: types, in: log) { try body($0) }
    }
}

extension SeenEvent {
    /// An event of the log, looked at through what later ones say.
    init(_ recorded: RecordedEvent, through view: HindsightView) {
        guard let (revision, position) = view.revision(of: recorded), revision.isAnnulled || revision.amendment != nil
        else {
            self.init(recorded: recorded, correctedAt: nil, isAnnulled: false, correction: nil)
            return
        }
        self.init(
            recorded: view.corrected(recorded) ?? recorded, correctedAt: position, isAnnulled: revision.isAnnulled,
            correction: revision.amendment?.parts)
    }
}
