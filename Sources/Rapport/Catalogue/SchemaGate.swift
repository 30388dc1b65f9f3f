public import EventLog
internal import LMDB
public import Projection
internal import Sealing
internal import SwiftProtobuf

/// Checks that the program at hand can still read every event that was ever stored.
public enum SchemaGate {
    /// How often progress is told, in events.
    private static let step: UInt64 = 16_384

    /// Goes over the whole log and decodes every event of a type of the catalogue with the code of today: its data, as
    /// folds see it, and its personal parts, as messages and in place. Parts that cannot be opened, as those of erased
    /// persons, are passed over. O(events); memory grows with the types and revisions there are, never with the events.
    ///
    /// - Parameters:
    ///   - upcasters: what makes data of earlier revisions what folds see.
    ///   - opener: opens sealed parts; nothing of them is shown to anybody. Without one, only parts in clear are read.
    ///   - progress: told now and then how far it is, with the head; what it throws ends the check.
    /// - Throws: `DamagedLog` when an event is not what was written, `MasterKeyRefusal` when the keys cannot be read,
    ///   and errors of the storage layer.
    public static func check(
        _ log: EventLog, by upcasters: Upcasters = EventCatalogue.upcasters,
        opening opener: any PartOpening = NoParts(),
        progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> SchemaReport {
        let head = log.head
        var tallies = SchemaTallies(upcasters)
        try log.read(to: head) { event in
            try tallies.add(event, of: log, opener)
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

    mutating func add(_ event: borrowing EventView, of log: EventLog, _ opener: any PartOpening) throws {
        let place = place(of: event, in: log)
        guard let schema = schemas[place] else { return tallies[place].add() }
        do {
            let isDataNewer = try upcasters.lendUpcast(event, of: log) { try schema.read($0) }
            // What a part is sealed with is bound to the event as it is stored.
            let isPartNewer = try schema.readParts(of: event, by: opener)
            tallies[place].add(isNewer: isDataNewer || isPartNewer || event.schemaRevision > schema.revision)
        } catch let refusal as MasterKeyRefusal {
            throw refusal
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

    /// Reads the data; says whether it has fields that this program does not know.
    ///
    /// - Throws: ``UnreadablePart``.
    func read(_ event: borrowing EventView) throws -> Bool {
        do {
            let isNewer = try type.hasUnknownFields(inData: event.data.copy())
            try view?(event.data)
            return isNewer
        } catch {
            throw UnreadablePart(name: "its data", error: error)
        }
    }

    /// Reads the personal parts that can be opened; says whether they have fields that this program does not know.
    ///
    /// - Throws: ``UnreadablePart``, `MasterKeyRefusal`.
    func readParts(of event: borrowing EventView, by opener: any PartOpening) throws -> Bool {
        if event.subjectCount == 0 { return false }
        let context = SealingContext(event, type: type.eventType)
        var isNewer = false
        for subject in event.subjects {
            guard let part = subject.part else { continue }
            do {
                guard case .bytes(let bytes) = try opener.open(part, of: subject.id, in: context) else { continue }
                if try type.hasUnknownFields(inPart: bytes) { isNewer = true }
                try partView?(bytes.rawSpan)
            } catch let refusal as MasterKeyRefusal {
                throw refusal
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
