import EventLog
import Foundation
import LMDB

@testable import Rapport

/// An event as an earlier program has stored it, kept in a fixture: a line of six columns, parted by tabs.
struct StoredEvent: Sendable {
    let type: String
    let schemaRevision: UInt16
    let data: [UInt8]
    /// The data as the program that stored it has shown it.
    let json: String
    let personal: [UInt8]?
    let personalJSON: String?

    private struct Malformed: Error {
        let line: String
    }

    private struct UnknownType: Error {
        let type: String
    }

    private static let nothing = "-"

    /// What the program at hand makes of an event.
    init(_ event: NewEvent) throws {
        guard let known = EventCatalogue.type(named: event.type.name) else { throw UnknownType(type: event.type.name) }
        type = event.type.name
        schemaRevision = event.schemaRevision
        data = event.data
        json = String(decoding: try EventCatalogue.json(of: known, data: event.data), as: UTF8.self)
        personal = event.subjects.first?.part?.bytes
        personalJSON = try personal.map {
            String(decoding: try EventCatalogue.personalJSON(of: known, data: $0), as: UTF8.self)
        }
    }

    /// Reads a line of a fixture.
    init(line: some StringProtocol) throws {
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
        guard cells.count == 6, let revision = UInt16(cells[1]), let data = Self.bytes(cells[2]) else {
            throw Malformed(line: String(line))
        }
        type = cells[0]
        schemaRevision = revision
        self.data = data
        json = cells[3]
        personal = cells[4] == Self.nothing ? nil : Self.bytes(cells[4])
        personalJSON = cells[5] == Self.nothing ? nil : cells[5]
    }

    /// The line of a fixture.
    var line: String {
        let cells = [
            type, String(schemaRevision), Self.hex(data), json, personal.map { Self.hex($0) } ?? Self.nothing,
            personalJSON ?? Self.nothing,
        ]
        return cells.joined(separator: "\t")
    }

    /// The event, without anything that the fixture does not tell.
    func event() throws -> NewEvent {
        NewEvent(
            type: try EventType(type), schemaRevision: schemaRevision,
            subjects: personal.map { [Subject(id: "customer:C-1", part: .unsealed($0))] } ?? [], data: data)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

// MARK: - Comparing

extension StoredEvent {
    /// What the program at hand reads otherwise than the one that has stored it; nil when it reads the same.
    func difference() throws -> String? {
        guard let known = EventCatalogue.type(named: type), known.eventType.name == type else {
            return "\(type): not in the catalogue any more"
        }
        let read = try StoredEvent(try event())
        if try Self.canonical(read.json) != Self.canonical(json) { return "\(type): \(read.json), not \(json)" }
        if try read.personalJSON.map({ try Self.canonical($0) }) != personalJSON.map({ try Self.canonical($0) }) {
            return "\(type), personal part: \(read.personalJSON ?? "none"), not \(personalJSON ?? "none")"
        }
        if schemaRevision == EventCatalogue.revision(of: known.eventType),
            try EventCatalogue.uncheckedData(of: known, json: Data(json.utf8)) != data
        {
            return "\(type): its JSON form gives other bytes"
        }
        return nil
    }

    /// Has folds' views read the data as they would see it.
    func view() throws {
        let recorded = RecordedEvent(position: Position(1), recordedAt: Timestamp(microseconds: 0), event: try event())
        let data = try recorded.upcast().event.data
        guard let view = CatalogueViews.ofData[type] else { throw UnknownType(type: type) }
        try view(data.rawSpan)
        if let personal, let view = CatalogueViews.ofParts[type] { try view(personal.rawSpan) }
    }

    /// JSON in one form, whatever its layout.
    private static func canonical(_ json: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }
}
