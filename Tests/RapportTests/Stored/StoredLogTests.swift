@testable import EventLog
import Foundation
import Projection
import Testing
import TestSupport

@testable import Rapport

/// Logs that earlier programs have left, in the folders `log-<format>` of the fixtures: a data file, and a list of what
/// stands in it.
///
/// With RAPPORT_STORE_FIXTURES=1 in the environment the one of the format of today is made where it is missing.
@Suite(.timeLimit(.minutes(10))) struct StoredLogTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")
    private static let prefix = "log-"
    private static let dataFile = "data.mdb"
    private static let listFile = "events.txt"

    /// The formats of which there is a log.
    private static let formats = Result { try loadFormats() }

    private static func loadFormats() throws -> [UInt32] {
        if StoredEventTests.storesFixtures { try store() }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.compactMap { UInt32($0.dropFirst(prefix.count)) }.sorted()
    }

    private static func folder(of format: UInt32) -> URL { fixtures.appending(path: "\(prefix)\(format)") }

    private static func store() throws {
        let folder = folder(of: LogStore.format)
        if FileManager.default.fileExists(atPath: folder.path) { return }
        let directory = try TemporaryDirectory()
        var options = EventLogOptions()
        options.mapSize = 4 << 20
        let log = try EventLog(at: directory.path, options: options)
        try log.appendBlocking(try StoredSample.events())
        log.close()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(list(try log.events()).utf8).write(to: folder.appending(path: listFile))
        try FileManager.default.copyItem(
            at: URL(filePath: directory.path + "/log/" + dataFile), to: folder.appending(path: dataFile))
    }

    /// All that the log says of its events, one a line.
    private static func list(_ events: [RecordedEvent]) -> String {
        events.map { recorded in
            let event = recorded.event
            let provenance = event.provenance
            let parts = event.subjects.map { "\($0.id)=\(StoredEvent.hex($0.part?.bytes ?? []))" }
            let cells = [
                "\(recorded.position)", "\(recorded.recordedAt)", "\(event.id)", event.type.name,
                "\(event.schemaRevision)", "\(event.occurredAt)", event.tags.map(\.text).joined(separator: " "),
                provenance.actor ?? "", provenance.source ?? "", provenance.correlationID ?? "",
                provenance.causationID?.description ?? "", provenance.timeZone ?? "", provenance.purpose ?? "",
                StoredEvent.hex(event.data), parts.joined(separator: " "),
            ]
            return cells.joined(separator: "\t") + "\n"
        }.joined()
    }

    /// A data directory with a copy of the log.
    private static func directory(with format: UInt32) throws -> TemporaryDirectory {
        _ = try formats.get()
        let directory = try TemporaryDirectory()
        let log = directory.path + "/log"
        try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: folder(of: format).appending(path: dataFile), to: URL(filePath: log + "/" + dataFile))
        return directory
    }

    @Test("the log of the format of today is read, those of others are refused with both numbers")
    func everyFormat() throws {
        let formats = try Self.formats.get()
        #expect(formats.contains(LogStore.format), "RAPPORT_STORE_FIXTURES=1 makes it")
        for format in formats {
            let directory = try Self.directory(with: format)
            do {
                let log = try EventLog(at: directory.path)
                #expect(format == LogStore.format && log.head > .zero)
                log.close()
            } catch let error as UnreadableLog {
                #expect(format != LogStore.format)
                #expect(error.reason == "its format is \(format), this program reads \(LogStore.format)")
            }
        }
    }

    @Test("a log of the format of today opens, holds what was stored, is sound, and goes on")
    func opens() async throws {
        let directory = try Self.directory(with: LogStore.format)
        let file = Self.folder(of: LogStore.format).appending(path: Self.listFile)
        let listed = try String(contentsOf: file, encoding: .utf8)
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        let events = try log.events()
        #expect(Self.list(events) == listed)
        let count = UInt64(listed.split(separator: "\n").count)
        try #require(count > 10)
        #expect(try log.verify().head == Position(count))
        #expect(try SchemaGate.check(log).undecodable == 0)
        #expect(try log.events(Query(tag: .customer("C-1"))).count > 10)
        let next = try await log.append([NewEvent(type: try EventType("shop.Opened"))])
        #expect(next.last == Position(count + 1))
    }

    @Test("its events are folded into every read model, live and built anew with the same content")
    func folds() async throws {
        let directory = try Self.directory(with: LogStore.format)
        let empty = try CRMFolder([NewEvent(type: try EventType("shop.Opened"))])
        let crm = try Rapport(at: directory.path)
        defer { crm.close() }
        let names = crm.projections.readModels.filter(\.hasDigest).map(\.name)
        try await crm.projections.wait(for: crm.log.head, of: names, seconds: 60)
        try await empty.crm.projections.wait(for: empty.head, of: names, seconds: 60)
        let digests = try names.map { try crm.projections.digest(of: $0).digest }
        for (name, digest) in zip(names, digests) {
            let nothing = try empty.crm.projections.digest(of: name).digest
            // The program that has left the log knew nothing of privacy.
            #expect(digest != nothing || name == PrivacyModel.name, "\(name) has rows")
        }
        try crm.projections.rebuild()
        let rebuilt = try names.map { try crm.projections.digest(of: $0).digest }
        #expect(rebuilt == digests)
    }
}
