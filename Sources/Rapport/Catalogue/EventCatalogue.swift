internal import EventLog
public import Foundation
internal import SwiftProtobuf

/// The event types that Rapport knows, by name; and their JSON form, which is protobuf's JSON mapping.
public enum EventCatalogue {
    private static let byName: [String: any CatalogueEvent.Type] = Dictionary(
        uniqueKeysWithValues: generatedCatalogue.map { ($0.eventType.name, $0) })

    /// The names of all types, sorted.
    public static var names: [String] { byName.keys.sorted() }

    /// The prefix that JSON lines and mappings may leave out.
    public static let package = "rapport.crm.v1."

    /// The type of this name, with or without ``package``; nil for an integrator's own.
    public static func type(named name: String) -> (any CatalogueEvent.Type)? { byName[name] ?? byName[package + name] }

    /// The payload of a catalogue event from its JSON form.
    ///
    /// - Throws: what SwiftProtobuf says of JSON that does not fit the message.
    public static func data(of type: any CatalogueEvent.Type, json: Data) throws -> [UInt8] {
        try encode(type, json)
    }

    /// Refuses bytes that are no event of the type, or none that a read model could make sense of.
    ///
    /// - Throws: ``UnfitEvent``, or what SwiftProtobuf says of bytes that are no message.
    public static func check(_ type: any CatalogueEvent.Type, data: [UInt8]) throws {
        try checkData(type, data)
    }

    private static func checkData<Event: CatalogueEvent>(_ type: Event.Type, _ data: [UInt8]) throws {
        try Event(serializedBytes: data).check()
    }

    /// The payload of a message that is not complete yet: its content is not checked.
    static func uncheckedData(of type: any CatalogueEvent.Type, json: Data) throws -> [UInt8] {
        try encodeUnchecked(type, json)
    }

    private static func encodeUnchecked<Event: CatalogueEvent>(_ type: Event.Type, _ json: Data) throws -> [UInt8] {
        try Event(jsonUTF8Data: json).serializedBytes()
    }

    /// The personal part of a catalogue event from its JSON form.
    public static func personalData(of type: any CatalogueEvent.Type, json: Data) throws -> [UInt8] {
        try encodePersonal(type, json)
    }

    /// The JSON form of a payload; keys in the order of the schema.
    public static func json(of type: any CatalogueEvent.Type, data: [UInt8]) throws -> Data {
        try decode(type, data)
    }

    /// The JSON form of a personal part.
    public static func personalJSON(of type: any CatalogueEvent.Type, data: [UInt8]) throws -> Data {
        try decodePersonal(type, data)
    }

    private static func encode<Event: CatalogueEvent>(_ type: Event.Type, _ json: Data) throws -> [UInt8] {
        let event = try Event(jsonUTF8Data: json)
        try event.check()
        return try event.serializedBytes()
    }

    private static func encodePersonal<Event: CatalogueEvent>(_ type: Event.Type, _ json: Data) throws -> [UInt8] {
        try Event.Personal(jsonUTF8Data: json).serializedBytes()
    }

    private static func decode<Event: CatalogueEvent>(_ type: Event.Type, _ data: [UInt8]) throws -> Data {
        try Event(serializedBytes: data).jsonUTF8Data()
    }

    private static func decodePersonal<Event: CatalogueEvent>(_ type: Event.Type, _ data: [UInt8]) throws -> Data {
        try Event.Personal(serializedBytes: data).jsonUTF8Data()
    }
}
