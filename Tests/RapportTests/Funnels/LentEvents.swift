import EventLog
import Foundation
import TestSupport

@testable import Rapport

/// Events as a log lends them: stored, and read in place.
enum LentEvents {
    /// Appends the events to a log of their own and lends `body` each of them, with its number from 0.
    static func forEach(
        _ events: [NewEvent], _ body: (borrowing EventView, _ number: Int) throws -> Void
    ) throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path)
        defer { withExtendedLifetime(directory) { log.close() } }
        var rest = events[...]
        while !rest.isEmpty {
            try log.appendBlocking(Array(rest.prefix(500)))
            rest = rest.dropFirst(500)
        }
        var number = 0
        try log.read { event in
            try body(event, number)
            number += 1
            return true
        }
    }
}

extension NewEvent {
    private struct UnknownType: Error {
        let type: String
    }

    /// An event of the catalogue with the data that `json` says; whether it is fit is not checked.
    static func lent(
        _ type: String, _ json: String = "{}", about tags: [String] = [], provenance: Provenance = Provenance()
    ) throws -> NewEvent {
        guard let known = EventCatalogue.type(named: type) else { throw UnknownType(type: type) }
        return NewEvent(
            type: known.eventType, tags: try tags.map { try EntityTag($0) },
            occurredAt: .at("2024-03-01T10:00:00Z"), provenance: provenance,
            data: try EventCatalogue.uncheckedData(of: known, json: Data(json.utf8)))
    }

    /// An event of the catalogue with these bytes of data.
    static func lent(_ type: String, bytes: [UInt8]) throws -> NewEvent {
        var event = try lent(type)
        event.data = bytes
        return event
    }
}

extension PropertyFinder {
    /// The values in an event, of numbers their digits.
    func texts(in event: borrowing EventView) throws -> [String] {
        var texts: [String] = []
        try forEachValue(in: event) { value in
            var bytes: [UInt8] = []
            value.append(to: &bytes)
            texts.append(String(decoding: bytes, as: UTF8.self))
            return true
        }
        return texts
    }
}

extension EventProperty {
    /// The values in each of the events.
    func texts(in events: [NewEvent]) throws -> [[String]] {
        var found: [[String]] = []
        try LentEvents.forEach(events) { event, number in
            found.append(try PropertyFinder(self, in: events[number].type).texts(in: event))
        }
        return found
    }
}
