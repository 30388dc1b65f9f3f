import EventLog
import Foundation
import Rapport

/// The data and personal parts of one type of event, between their bytes and their JSON form.
struct EventPayload {
    /// Nil for a type that is not in the catalogue.
    let type: (any CatalogueEvent.Type)?
    let name: String

    init(type: (any CatalogueEvent.Type)?, name: String) {
        self.type = type
        self.name = name
    }

    /// The payloads of a stored event: only the whole name stands for a type of the catalogue.
    init(stored type: EventType) {
        let isOfCatalogue = type.name.hasPrefix(EventCatalogue.package)
        self.init(type: isOfCatalogue ? EventCatalogue.type(named: type.name) : nil, name: type.name)
    }

    /// Whether the log itself has appended such an event; its data has a form of its own.
    private var isFork: Bool { name == LogForked.eventType.name }
}

// MARK: - From JSON

extension EventPayload {
    /// The data from its JSON form or from base64; empty without either.
    func data(_ json: JSONValue?, base64: JSONValue?) throws -> [UInt8] {
        if let json, base64 == nil, isFork { return try LogForked(json: json).data }
        return try bytes("data", json, base64) { type, json in try EventCatalogue.data(of: type, json: json) } ?? []
    }

    /// A personal part, likewise; nil without either.
    func personalPart(_ json: JSONValue?, base64: JSONValue?) throws -> SealedPart? {
        try bytes("personal", json, base64) { type, json in
            try EventCatalogue.personalData(of: type, json: json)
        }.map { .unsealed($0) }
    }

    private func bytes(
        _ field: String, _ json: JSONValue?, _ base64: JSONValue?,
        _ encode: (any CatalogueEvent.Type, Data) throws -> [UInt8]
    ) throws -> [UInt8]? {
        if let base64 {
            guard json == nil else { throw MalformedLine("expected \(field) or \(field)Base64, not both") }
            guard let data = Data(base64Encoded: try base64.string) else {
                throw MalformedLine("\(field)Base64: expected base64")
            }
            return Array(data)
        }
        guard let json else { return nil }
        guard json.isObject else { throw MalformedLine("\(field): expected an object, found \(json.text.prefix(40))") }
        guard let type else { return Array(json.bytes) }
        do {
            return try encode(type, Data(json.bytes))
        } catch {
            throw MalformedLine("\(field): does not fit \(type.eventType): \(error)")
        }
    }
}

// MARK: - To JSON

extension EventPayload {
    /// The data as a JSON object that gives the same bytes again; nil where there is none.
    func json(ofData data: [UInt8]) -> String? {
        if isFork { return LogForked(data: data)?.json }
        return json(
            of: data, decode: { try EventCatalogue.json(of: $0, data: data) },
            encode: { try EventCatalogue.data(of: $0, json: $1) })
    }

    /// A personal part, likewise.
    func json(ofPersonal part: [UInt8]) -> String? {
        json(
            of: part, decode: { try EventCatalogue.personalJSON(of: $0, data: part) },
            encode: { try EventCatalogue.personalData(of: $0, json: $1) })
    }

    private func json(
        of data: [UInt8], decode: (any CatalogueEvent.Type) throws -> Data,
        encode: (any CatalogueEvent.Type, Data) throws -> [UInt8]
    ) -> String? {
        guard let type else { return ownJSON(data) }
        // Fields of a newer schema have no place in the JSON form.
        guard let json = try? decode(type), let encoded = try? encode(type, json), encoded == data else { return nil }
        return String(decoding: json, as: UTF8.self)
    }

    private func ownJSON(_ data: [UInt8]) -> String? {
        guard let value = try? JSONValue(data[...]), value.isObject, value.bytes.count == data.count,
            !data.contains(UInt8(ascii: "\n")), !data.contains(UInt8(ascii: "\r"))
        else { return nil }
        return value.text
    }
}
