public import EventLog
internal import LMDB
public import Logging
public import Projection
internal import SwiftProtobuf
internal import Synchronization

/// What the events of a log say of who is who, and of events that were corrected: kept in memory, up to the head of the
/// log whenever somebody asks.
///
/// The read models look through it (`Hindsight`), and so do questions about persons. It is folded from events that hold
/// no personal values. An event that nobody can make sense of, as a merge of one customer with itself that was appended
/// past the API, says nothing.
public final class HistoryRegister: HindsightSource, Sendable {
    private struct Kept {
        var identity = IdentityHistory()
        var hindsight = Hindsight()
        /// Where each import began first.
        var imports: [String: Position] = [:]
        var position = Position.zero
    }

    private let kept = Mutex(Kept())
    private let logger: Logger

    /// The types that it is folded from.
    static let types = [
        CustomersMerged.eventType, CustomersUnmerged.eventType, EventCorrected.eventType, ImportStarted.eventType,
        ImportReverted.eventType,
    ]

    /// Events that are copied at a time.
    private static let chunk = 10_000

    /// Knows nothing yet.
    ///
    /// - Parameter logger: told of events that cannot be read.
    public init(logger: Logger = Logger(label: "rapport.history")) {
        self.logger = logger
    }

    /// What the events up to the log's head say.
    public func hindsight(in log: EventLog) throws -> Hindsight {
        try kept.withLock { kept in
            try goOn(&kept, in: log)
            return kept.hindsight
        }
    }

    /// Who is who as of `position`; nil is the log's head now. O(new events about persons).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func identity(in log: EventLog, asOf position: Position? = nil) throws -> IdentityView {
        try kept.withLock { kept in
            try goOn(&kept, in: log)
            return kept.identity.view(asOf: position ?? kept.position)
        }
    }

    /// How events are seen as of `position`; nil is the log's head now.
    public func view(in log: EventLog, asOf position: Position? = nil) throws -> HindsightView {
        try kept.withLock { kept in
            try goOn(&kept, in: log)
            return kept.hindsight.view(asOf: position ?? kept.position)
        }
    }

    // MARK: Folding

    /// Takes in what the log has beyond the last time.
    private func goOn(_ kept: inout Kept, in log: EventLog) throws {
        let head = log.head
        while kept.position < head {
            var events: [RecordedEvent] = []
            try log.read(try Query(types: Self.types), from: kept.position.next, to: head, limit: Self.chunk) { event in
                events.append(log.recorded(event))
                return true
            }
            for event in events {
                try add(event, to: &kept, log)
                kept.position = event.position
            }
            if events.count < Self.chunk { kept.position = head }
        }
        kept.hindsight.reach(kept.position)
    }

    private func add(_ recorded: RecordedEvent, to kept: inout Kept, _ log: EventLog) throws {
        switch recorded.event.type {
        case CustomersMerged.eventType:
            guard let message = read(CustomersMerged.self, recorded) else { return }
            let changes = kept.identity.merged(message, IdentityEventHeader(recorded))
            kept.hindsight.see(changes.map { ($0.tag, $0.canonical) }, from: recorded.position)
        case CustomersUnmerged.eventType:
            guard let message = read(CustomersUnmerged.self, recorded) else { return }
            try unmerge(message, recorded, &kept, log)
        case EventCorrected.eventType:
            guard let message = read(EventCorrected.self, recorded) else { return }
            try correct(message, recorded, &kept, log)
        case ImportStarted.eventType:
            guard let message = read(ImportStarted.self, recorded), kept.imports[message.importID] == nil else {
                return
            }
            kept.imports[message.importID] = recorded.position
        default:
            guard let message = read(ImportReverted.self, recorded), let first = kept.imports[message.importID] else {
                return
            }
            var positions: Set<Position> = []
            for event in message.kept {
                if let position = try position(ofEvent: event.eventID, before: recorded.position, log) {
                    positions.insert(position)
                }
            }
            var spared: [EventType: UInt32] = [:]
            for type in EventCatalogue.fixedTypes { spared[type] = try log.typeNumber(of: type) }
            kept.hindsight.annul(
                correlationID: ImportID.correlationID(of: message.importID), in: first...recorded.position,
                keeping: positions, sparing: spared, from: recorded.position)
        }
    }

    private func unmerge(
        _ message: CustomersUnmerged, _ recorded: RecordedEvent, _ kept: inout Kept, _ log: EventLog
    ) throws {
        let before = kept.identity.view(asOf: recorded.position)
        guard let merge = EventID(message.mergeEventID).flatMap({ before.merge($0) }), merge.unmergedAt == nil else {
            return
        }
        // Everything is looked up before anything is said: what cannot be read now is read the next time.
        let members = Set(before.members(of: merge.survivor))
        let view = kept.hindsight.view(asOf: recorded.position)
        var moves: [(tag: Tag, side: Tag, event: Position)] = []
        for exception in message.exceptions {
            let side: Tag
            switch exception.side {
            case .survivor: side = merge.survivor
            case .absorbed: side = merge.absorbed
            default: continue
            }
            guard let position = try position(ofEvent: exception.eventID, before: recorded.position, log),
                let event = try log.event(at: position), !EventsThatStay.contains(event.event.type)
            else { continue }
            // Whatever it is corrected to, or back from, later.
            let tags = event.event.tags + (view.corrected(event)?.event.tags ?? [])
            for tag in Set(tags).sorted() where members.contains(view.moved(tag, ofEventAt: position)) {
                moves.append((tag, side, position))
            }
        }
        let changes = kept.identity.unmerged(message, IdentityEventHeader(recorded))
        kept.hindsight.see(changes.map { ($0.tag, $0.canonical) }, from: recorded.position)
        for move in moves {
            kept.hindsight.move(move.tag, to: move.side, ofEventAt: move.event, from: recorded.position)
        }
    }

    private func correct(
        _ message: EventCorrected, _ recorded: RecordedEvent, _ kept: inout Kept, _ log: EventLog
    ) throws {
        guard let position = try position(ofEvent: message.eventID, before: recorded.position, log),
            let type = try log.withEvent(at: position, { log.type(of: $0) }), EventCatalogue.isCorrectable(type)
        else { return }
        switch message.kind {
        case .annul: kept.hindsight.revise(position, .annulled, from: recorded.position)
        case .restore: kept.hindsight.revise(position, .stored, from: recorded.position)
        case .amend:
            guard let amendment = amendment(message, recorded), isReadable(amendment, as: type, recorded) else {
                return
            }
            kept.hindsight.revise(position, .amended(amendment), from: recorded.position)
        case .unspecified, .UNRECOGNIZED: return
        }
    }

    /// Whether an event of the type could say this. Folds rely on it, as they do on what append has checked.
    private func isReadable(_ amendment: EventAmendment, as type: EventType, _ recorded: RecordedEvent) -> Bool {
        guard let data = amendment.data, let known = EventCatalogue.catalogueType(of: type) else { return true }
        do {
            let current = try EventCatalogue.upcasters.upcast(
                data.rawSpan, of: type, revision: amendment.schemaRevision, at: recorded.position)
            try EventCatalogue.check(known, data: current?.data ?? data)
            return true
        } catch {
            logger.error(
                "a correction that is no event of the type it corrects is left out",
                metadata: ["position": "\(recorded.position)", "type": "\(type)", "error": "\(error)"])
            return false
        }
    }

    /// Nil where it says what no event can.
    private func amendment(_ message: EventCorrected, _ recorded: RecordedEvent) -> EventAmendment? {
        var tags: [Tag] = []
        for text in message.tags {
            guard let tag = try? Tag(text) else { return nil }
            if !tags.contains(tag) { tags.append(tag) }
        }
        guard tags.count <= Limits.tagsPerEvent, message.data.count <= Limits.eventBytes,
            let revision = UInt16(exactly: message.schemaRevision)
        else { return nil }
        var occurredAt: Timestamp?
        if message.occurredAtUs != 0 {
            let time = Timestamp(microseconds: message.occurredAtUs)
            guard Timestamp.expressible.contains(time) else { return nil }
            occurredAt = time
        }
        let hasParts = recorded.event.subjects.contains { $0.part != nil }
        return EventAmendment(
            data: Array(message.data), schemaRevision: revision, tags: tags.isEmpty ? nil : tags,
            occurredAt: occurredAt, parts: hasParts ? recorded : nil)
    }

    /// Nil for an id that is none, or that no event before has.
    private func position(ofEvent id: String, before last: Position, _ log: EventLog) throws -> Position? {
        guard let id = EventID(id), let position = try log.position(of: id), position < last else { return nil }
        return position
    }

    private func read<Event: CatalogueEvent>(_ type: Event.Type, _ recorded: RecordedEvent) -> Event? {
        do {
            return try recorded.message(type)
        } catch {
            logger.error(
                "an event about identity or corrections cannot be read and is left out",
                metadata: ["position": "\(recorded.position)", "error": "\(error)"])
            return nil
        }
    }
}

extension IdentityEventHeader {
    /// That of an event of the log.
    init(_ recorded: RecordedEvent) {
        self.init(
            id: recorded.event.id, position: recorded.position, occurredAt: recorded.event.occurredAt,
            recordedAt: recorded.recordedAt)
    }
}
