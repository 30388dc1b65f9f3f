import EventLog
import Foundation
import Rapport

/// An event as one line of JSON: what `append` reads, and `export` and `replay --json` write.
///
///     {"type": "CustomerRegistered", "tags": ["customer:C-1"], "data": {...}, "id": UUID, "occurredAt": time,
///      "subjects": [{"id": "customer:C-1", "personal": {...}}], "schemaRevision": number, "actor": text,
///      "source": text, "correlationId": text, "causationId": UUID, "timeZone": zone, "purpose": text}
///
/// The type must be there, and for a type of the catalogue the tag of what the event is about; then data and personal
/// parts are protobuf's JSON mapping. For any other type they are objects whose bytes are kept. Bytes that are no such
/// object stand in `dataBase64` and `personalBase64` instead. `export` adds `position` and `recordedAt`, which `append`
/// passes over: such a line is the copy of an event that stands in a log, whatever its type and tags. Where a personal
/// part is not shown, the subject has a member `withheld` that says why, as `erased`; `append` passes that over, too.
struct EventLine {
    private var fields: [String: JSONValue] = [:]

    private static let names: Set<String> = [
        "type", "id", "occurredAt", "tags", "subjects", "schemaRevision", "data", "dataBase64", "actor", "source",
        "correlationId", "causationId", "timeZone", "purpose", "position", "recordedAt",
    ]

    /// The event that a line stands for. Without an id it gets a new one, without a time the present.
    ///
    /// - Throws: ``MalformedLine`` or `InvalidEvent`.
    static func event(from line: ArraySlice<UInt8>) throws -> NewEvent {
        let value = try JSONValue(line)
        guard value.isObject else { throw MalformedLine("expected an object") }
        return try EventLine(value).event()
    }

    private init(_ object: JSONValue) throws {
        for (name, value) in try object.members {
            guard Self.names.contains(name) else {
                throw MalformedLine("\(name) is not a field of an event; expected one of type, tags, data, id, ...")
            }
            fields[name] = value
        }
    }

    private func event() throws -> NewEvent {
        guard let typeName = try text("type") else { throw MalformedLine("type is missing") }
        let known = EventCatalogue.type(named: typeName)
        guard known != nil || isCopy || !EventCatalogue.isReserved(typeName) else {
            let names = EventCatalogue.names.map { $0.dropFirst(EventCatalogue.package.count) }.joined(separator: ", ")
            throw MalformedLine(
                "type: the catalogue has no \(typeName); expected one of \(names), or a type of your own with its "
                    + "namespace, as shop.ParcelSent")
        }
        let event = try event(of: known, typeName)
        if !isCopy {
            try at("tags") { try EventCatalogue.check(event) }
            // Data in JSON was checked when it was read. An event without any may lack what it must say, too.
            if let known, fields["data"] == nil {
                let field = fields["dataBase64"] == nil ? "data" : "dataBase64"
                try at(field) { try EventCatalogue.check(known, data: event.data) }
            }
        }
        return event
    }

    /// Whether `replay` has written the line.
    private var isCopy: Bool { fields["position"] != nil }

    private func event(of known: (any CatalogueEvent.Type)?, _ typeName: String) throws -> NewEvent {
        let payload = EventPayload(type: known, name: typeName)
        return NewEvent(
            id: try parsed("id", "a UUID") { EventID($0) } ?? EventID(),
            type: try known?.eventType ?? EventType(typeName),
            schemaRevision: try schemaRevision(of: known),
            tags: try tags(),
            subjects: try fields["subjects"]?.elements.map { try subject($0, payload) } ?? [],
            occurredAt: try parsed("occurredAt", "a time like 2017-06-30T08:15:00Z") { Timestamp($0) } ?? .now(),
            provenance: try provenance(),
            data: try payload.data(fields["data"], base64: fields["dataBase64"]))
    }

    private func tags() throws -> [Tag] {
        try at("tags") { try fields["tags"]?.elements.map { try Tag($0.string) } ?? [] }
    }

    /// What `replay` writes leaves out revision 1; what others write is of the revision of this program.
    private func schemaRevision(of known: (any CatalogueEvent.Type)?) throws -> UInt16 {
        guard let value = fields["schemaRevision"] else {
            return isCopy ? 1 : known.map { EventCatalogue.revision(of: $0.eventType) } ?? 1
        }
        guard let number = UInt16(value.text) else {
            throw MalformedLine("schemaRevision: expected a number from 0 to 65535, found \(value.text)")
        }
        return number
    }

    private func subject(_ value: JSONValue, _ payload: EventPayload) throws -> Subject {
        try at("subjects") {
            var members: [String: JSONValue] = [:]
            for (name, value) in try value.members { members[name] = value }
            guard let id = try members.removeValue(forKey: "id")?.string else { throw MalformedLine("id is missing") }
            let part = try payload.personalPart(
                members.removeValue(forKey: "personal"), base64: members.removeValue(forKey: "personalBase64"))
            if let reason = members.removeValue(forKey: "withheld") {
                // Nothing is made of it, but a line with something else in it is not one that was written here.
                _ = try reason.string
            }
            if let unknown = members.keys.min() { throw MalformedLine("\(unknown) is not a field of a subject") }
            return Subject(id: id, part: part)
        }
    }

    private func provenance() throws -> Provenance {
        Provenance(
            actor: try text("actor"), source: try text("source"), correlationID: try text("correlationId"),
            causationID: try parsed("causationId", "a UUID") { EventID($0) }, timeZone: try text("timeZone"),
            purpose: try text("purpose"))
    }
}

// MARK: - Fields

extension EventLine {
    private func text(_ name: String) throws -> String? {
        try at(name) { try fields[name]?.string }
    }

    private func parsed<Value>(_ name: String, _ expected: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = parse(text) else { throw MalformedLine("\(name): expected \(expected), found \(text)") }
        return value
    }

    /// Says in which field it was.
    private func at<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw MalformedLine("\(name): \(error)")
        }
    }
}
