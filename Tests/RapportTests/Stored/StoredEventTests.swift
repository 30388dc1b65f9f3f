import EventLog
import Foundation
import Testing
import TestSupport

@testable import Rapport

/// Events that earlier programs have stored, one of each type and schema revision that there ever was, against the
/// program at hand.
///
/// With RAPPORT_STORE_FIXTURES=1 in the environment those that are missing are added; what is there stays as it is.
@Suite struct StoredEventTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")
    private static let prefix = "events-"

    private static let heading = """
        # Stored events: type, schema revision, data in hex, its JSON form, personal part in hex, its JSON form; parted
        # by tabs. Lines are only ever added (RAPPORT_STORE_FIXTURES=1): they stand for what is in logs out there.

        """

    private static let stored = Result { try load(storing: storesFixtures) }

    static var storesFixtures: Bool { ProcessInfo.processInfo.environment["RAPPORT_STORE_FIXTURES"] == "1" }

    private static func load(storing: Bool) throws -> [StoredEvent] {
        let known = try readFiles()
        if !storing { return known }
        let file = folder.appending(path: prefix + "1.txt")
        var text = (try? String(contentsOf: file, encoding: .utf8)) ?? heading
        for event in try StoredSample.events() {
            let isThere = known.contains { $0.type == event.type.name && $0.schemaRevision == event.schemaRevision }
            if !isThere { text += try StoredEvent(event).line + "\n" }
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return try readFiles()
    }

    private static func readFiles() throws -> [StoredEvent] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return try names.sorted().filter { $0.hasPrefix(prefix) }.flatMap { name in
            try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
                .map { try StoredEvent(line: $0) }
        }
    }

    @Test("there is a stored event of every type, at the revision of today too")
    func everyType() throws {
        let stored = try Self.stored.get()
        let known = Set(stored.map { "\($0.type) \($0.schemaRevision)" })
        #expect(known.count == stored.count)
        for name in EventCatalogue.names {
            let revision = EventCatalogue.revision(of: try EventType(name))
            #expect(known.contains("\(name) \(revision)"), "RAPPORT_STORE_FIXTURES=1 stores it")
        }
    }

    @Test("every sample of what to store is of another type, and there is one for each")
    func everySample() throws {
        let events = try StoredSample.events()
        #expect(events.map(\.type.name).sorted() == EventCatalogue.names)
        for event in events { #expect(throws: Never.self) { try EventCatalogue.check(event) } }
    }

    @Test("what was stored reads as it did when it was stored, as messages and in place")
    func readsTheSame() throws {
        let stored = try Self.stored.get()
        let differences = try stored.compactMap { try $0.difference() }
        #expect(differences == [])
        for event in stored { try event.view() }
    }

    @Test("a log of all of them passes the check against the schemas of today")
    func passesTheGate() throws {
        let directory = try TemporaryDirectory()
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        let events = try Self.stored.get().map { try $0.event() }
        try #require(!events.isEmpty)
        try log.appendBlocking(events)
        let report = try SchemaGate.check(log)
        #expect(report.types.reduce(0) { $0 + $1.decoded } == events.count)
        #expect(report.undecodable == 0)
        #expect(report.types.allSatisfy { $0.newer == 0 })
    }
}
