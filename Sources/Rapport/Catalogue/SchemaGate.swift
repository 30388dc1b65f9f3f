public import EventLog
internal import LMDB
public import Projection
internal import SwiftProtobuf

/// Checks that the program at hand can still read every event that was ever stored.
public enum SchemaGate {
    /// How often progress is told, in events.
    private static let step: UInt64 = 16_384

    /// Goes over the whole log and decodes every event of a type of the catalogue with the code of today: its data, as
    /// folds see it, and its personal parts in clear, as messages and in place. O(events); memory grows with the types
    /// and revisions there are, never with the events.
    ///
    /// - Parameters:
    ///   - upcasters: what makes data of earlier revisions what folds see.
    ///   - progress: told now and then how far it is, with the head; what it throws ends the check.
    /// - Throws: `DamagedLog` when an event is not what was written, and errors of the storage layer.
    public static func check(
        _ log: EventLog, by upcasters: Upcasters = EventCatalogue.upcasters,
        progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> SchemaReport {
        let head = log.head
        var tallies = SchemaTallies(upcasters)
        try log.read(to: head) { event in
            tallies.add(event, of: log)
            if event.position.rawValue % step == 0 { try progress(event.position, head) }
            return true
        }
        return SchemaReport(position: head, types: tallies.inOrder)
    }
}

/// Counts events by type and schema revision.
private struct SchemaTallies {
    private struct Key: Hashable {
        let typeNumber: UInt32
        let schemaRevision: UInt16
    }

    private let upcasters: Upcasters
    private var places: [Key: Int] = [:]
    private var tallies: [SchemaTally] = []
    /// How events of each are read; nil where they are not.
    private var schemas: [StoredSchema?] = []

    init(_ upcasters: Upcasters) {
        self.upcasters = upcasters
    }

    /// By the bytes of the type's name, then by revision.
    var inOrder: [SchemaTally] {
        tallies.sorted { left, right in
            let order = left.type.compareBytes(to: right.type)
            return order != 0 ? order < 0 : left.schemaRevision < right.schemaRevision
        }
    }

    mutating func add(_ event: borrowing EventView, of log: EventLog) {
        let place = place(of: event, in: log)
        guard let schema = schemas[place] else { return tallies[place].add() }
        do {
            let isNewer = try upcasters.lendUpcast(event, of: log) { try schema.read($0) }
            tallies[place].add(isNewer: isNewer || event.schemaRevision > schema.revision)
        } catch {
            tallies[place].add(undecodableAt: event.position, error)
        }
        if schema.lacksTag(event) { tallies[place].lacksTag(at: event.position) }
    }

    private mutating func place(of event: borrowing EventView, in log: EventLog) -> Int {
        let key = Key(typeNumber: event.typeNumber, schemaRevision: event.schemaRevision)
        if let known = places[key] { return known }
        let type = log.type(of: event)
        let schema = StoredSchema(of: type, by: upcasters)
        let tally = SchemaTally(
            of: type, schemaRevision: event.schemaRevision, schema == nil ? Self.origin(of: type) : .catalogue,
            first: event.position)
        places[key] = tallies.count
        tallies.append(tally)
        schemas.append(schema)
        return tallies.count - 1
    }

    private static func origin(of type: EventType) -> SchemaTally.Origin {
        if type == LogForked.eventType { return .log }
        return EventCatalogue.isOfRapport(type) ? .newer : .own
    }
}

/// How the stored events of a type of the catalogue are read.
private struct StoredSchema {
    private let type: any CatalogueEvent.Type
    private let view: CatalogueViews.Check?
    private let partView: CatalogueViews.Check?
    private let needs: EventCatalogue.Needs
    /// The schema revision that the type has now.
    let revision: UInt16

    /// Nil for a type that is not in the catalogue. Only a whole name stands for a type of it.
    init?(of type: EventType, by upcasters: Upcasters) {
        guard EventCatalogue.isOfRapport(type), let known = EventCatalogue.type(named: type.name),
            known.eventType == type
        else { return nil }
        self.type = known
        view = CatalogueViews.ofData[type.name]
        partView = CatalogueViews.ofParts[type.name]
        needs = EventCatalogue.needs(of: type)
        revision = upcasters.currentRevision(of: type) ?? 1
    }

    /// Reads data and personal parts in clear; says whether they have fields that this program does not know.
    ///
    /// - Throws: ``UnreadablePart``.
    func read(_ event: borrowing EventView) throws -> Bool {
        var isNewer = false
        do {
            if try type.hasUnknownFields(inData: event.data.copy()) { isNewer = true }
            try view?(event.data)
        } catch {
            throw UnreadablePart(name: "its data", error: error)
        }
        if event.subjectCount == 0 { return isNewer }
        for subject in event.subjects {
            guard let part = subject.part, part.algorithm == .unsealed else { continue }
            do {
                if try type.hasUnknownFields(inPart: part.bytes) { isNewer = true }
                let bytes = part.bytes
                try partView?(bytes.rawSpan)
            } catch {
                throw UnreadablePart(name: "its personal part about \(subject.id)", error: error)
            }
        }
        return isNewer
    }

    /// Whether there is no tag of what the event is about.
    func lacksTag(_ event: borrowing EventView) -> Bool {
        if needs.isEmpty { return false }
        let tags = event.tags
        return needs.contains { kinds in !tags.contains { $0.names(oneOf: kinds) } }
    }
}

extension CatalogueEvent {
    /// Whether stored data has fields that this program does not know.
    fileprivate static func hasUnknownFields(inData bytes: [UInt8]) throws -> Bool { try hasUnknown(bytes, Self.self) }

    /// Whether a stored personal part has.
    fileprivate static func hasUnknownFields(inPart bytes: [UInt8]) throws -> Bool {
        try hasUnknown(bytes, Personal.self)
    }
}

/// Whether something is gone from the message, or from one within it, when only the known fields are kept.
private func hasUnknown<Content: SwiftProtobuf.Message>(_ bytes: [UInt8], _ type: Content.Type) throws -> Bool {
    let message = try Content(serializedBytes: bytes)
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    let known = try Content(serializedBytes: bytes, options: options)
    return !message.isEqualTo(message: known)
}

/// A part of an event that does not decode.
private struct UnreadablePart: Error, CustomStringConvertible {
    let name: String
    let error: any Error

    var description: String { "\(name): \(error)" }
}

extension EventCatalogue {
    /// Whether the type is in the namespace that no integrator's own type is in.
    fileprivate static func isOfRapport(_ type: EventType) -> Bool { type.name.utf8.starts(with: "rapport.".utf8) }
}
