import EventLog
import Foundation
import Rapport

extension EventLine {
    /// The line for a stored event. Personal parts are in it only when `personal` says so.
    ///
    /// - Parameter withheld: why parts are not there, by subject.
    static func text(
        of recorded: RecordedEvent, personal: Bool, withheld: [String: Withheld] = [:]
    ) -> String {
        let event = recorded.event
        let payload = EventPayload(stored: event.type)
        var line = JSONObjectText()
        line.add("position", raw: recorded.position.description)
        line.add("recordedAt", recorded.recordedAt.description)
        line.add("id", event.id.description)
        line.add("type", event.type.name)
        if event.schemaRevision != 1 { line.add("schemaRevision", raw: String(event.schemaRevision)) }
        line.add("occurredAt", event.occurredAt.description)
        line.add("tags", raw: text(of: event.tags))
        if !event.subjects.isEmpty {
            line.add("subjects", raw: subjectsText(of: event, personal: personal, withheld: withheld))
        }
        line.add("data", json: payload.json(ofData: event.data), bytes: event.data)
        line.add(event.provenance)
        return line.text
    }

    /// The tags as an array.
    static func text(of tags: [Tag]) -> String {
        "[" + tags.map(\.text.quotedAsJSON).joined(separator: ",") + "]"
    }

    /// The subjects of an event as an array, with personal parts only when `personal` says so.
    static func subjectsText(of event: NewEvent, personal: Bool, withheld: [String: Withheld]) -> String {
        let payload = EventPayload(stored: event.type)
        let subjects = event.subjects.map {
            text(of: $0, payload, personal: personal, withheld: withheld[$0.id])
        }
        return "[" + subjects.joined(separator: ",") + "]"
    }

    private static func text(
        of subject: Subject, _ payload: EventPayload, personal: Bool, withheld: Withheld?
    ) -> String {
        var object = JSONObjectText()
        object.add("id", subject.id)
        if personal, let part = subject.part, part.algorithm == .unsealed {
            object.add("personal", json: payload.json(ofPersonal: part.bytes), bytes: part.bytes)
            // A part of no bytes is another event than one without a part.
            if part.bytes.isEmpty, payload.type == nil { object.add("personalBase64", "") }
        } else if personal {
            object.add("withheld", withheld?.rawValue)
        }
        return object.text
    }
}

/// A JSON object that is written member by member, on one line.
struct JSONObjectText {
    private var members = ""

    var text: String { "{" + members + "}" }

    mutating func add(_ name: String, raw value: String) {
        members += (members.isEmpty ? "\"" : ",\"") + name + "\":" + value
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { add(name, raw: value.quotedAsJSON) }
    }

    /// As an object where there is one, else in base64; nothing for no bytes.
    mutating func add(_ name: String, json: String?, bytes: [UInt8]) {
        if let json {
            add(name, raw: json)
        } else if !bytes.isEmpty {
            add(name + "Base64", Data(bytes).base64EncodedString())
        }
    }

    mutating func add(_ provenance: Provenance) {
        add("actor", provenance.actor)
        add("source", provenance.source)
        add("correlationId", provenance.correlationID)
        add("causationId", provenance.causationID?.description)
        add("timeZone", provenance.timeZone)
        add("purpose", provenance.purpose)
    }
}
