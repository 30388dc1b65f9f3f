import EventLog
import LMDB
import Projection
import Testing
import TestSupport

@testable import Rapport

/// The check of what is stored against the schemas of today.
@Suite struct SchemaGateTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func report(
        on events: [NewEvent], by upcasters: Upcasters = EventCatalogue.upcasters
    ) throws -> SchemaReport {
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        if !events.isEmpty { try log.appendBlocking(events) }
        return try SchemaGate.check(log, by: upcasters)
    }

    private func stored(
        _ type: String, _ data: [UInt8], _ tags: String..., revision: UInt16 = 1, subjects: [Subject] = []
    ) throws -> NewEvent {
        NewEvent(
            type: try EventType(type), schemaRevision: revision, tags: try tags.map { try EntityTag($0) },
            subjects: subjects, data: data)
    }

    private func won(_ deal: String, unknown: [UInt8] = []) throws -> NewEvent {
        var event = try NewEvent(OpportunityWon.with { $0.opportunityID = deal }, about: [.opportunity(deal)])
        event.data += unknown
        return event
    }

    @Test("every type of the catalogue is read in place, too, and nothing else")
    func everyView() {
        #expect(CatalogueViews.ofData.keys.sorted() == EventCatalogue.names)
        #expect(Set(CatalogueViews.ofParts.keys).isSubset(of: EventCatalogue.names))
    }

    @Test("random events of every type decode, whatever unknown fields they have", arguments: WireSample.all)
    func randomEvents(sample: WireSample) throws {
        var random = RandomEvents(seed: 5)
        let events = try (0..<40).map { _ in try stored(sample.name, try sample.random(&random)) }
        let report = try report(on: events)
        let tally = try #require(report.types.first)
        #expect(report.types.count == 1)
        #expect(tally.events == 40 && tally.decoded == 40 && tally.undecodable == 0)
        #expect(tally.origin == .catalogue)
        let needs = EventCatalogue.needs(of: try EventType(sample.name))
        #expect(tally.untagged == (needs.isEmpty ? 0 : 40))
    }

    @Test("what is refused as a message or in place is counted, and the first ten are listed")
    func undecodable() throws {
        let bad = try (0..<12).map { _ in try stored("rapport.crm.v1.OpportunityWon", [0x0A, 0x05], "opportunity:O") }
        let report = try report(on: [try won("O-1")] + bad + [try won("O-2")])
        let tally = try #require(report.types.first)
        #expect(tally.events == 14 && tally.decoded == 2 && tally.undecodable == 12 && tally.untagged == 0)
        #expect(tally.problems.map(\.position.rawValue) == Array(2...11))
        #expect(tally.problems.allSatisfy { $0.reason.hasPrefix("its data: ") })
        #expect(report.undecodable == 12)
        #expect(report.firstProblem?.problem.position == Position(2))
    }

    @Test("unknown fields, of the event and of messages within, count as a newer schema's")
    func unknownFields() throws {
        let unknown: [UInt8] = [0xF8, 0x07, 0x05]
        // A message of field 2, the amount, with a field that money does not have.
        let within: [UInt8] = [0x12, 0x03] + unknown
        let report = try report(on: [try won("O-1"), try won("O-2", unknown: unknown), try won("O-3", unknown: within)])
        let tally = try #require(report.types.first)
        #expect(tally.decoded == 3)
        #expect(tally.newer == 2)
    }

    @Test("a later revision than the type has now counts as a newer schema's; each revision has its own line")
    func revisions() throws {
        var later = try won("O-2")
        later.schemaRevision = 2
        let types = try report(on: [try won("O-1"), later, try won("O-3")]).types
        #expect(types.map(\.schemaRevision) == [1, 2])
        #expect(types.map(\.events) == [2, 1])
        #expect(types.map(\.newer) == [0, 1])
        #expect(types.map(\.first) == [Position(1), Position(2)])
    }

    @Test("personal parts in clear are decoded, sealed ones are not")
    func personalParts() throws {
        let person = "customer:C-1"
        func registered(_ part: SealedPart) throws -> NewEvent {
            try stored(
                "rapport.crm.v1.CustomerRegistered", [0x0A, 0x01, 0x31], person,
                subjects: [Subject(id: person, part: part)])
        }
        let report = try report(on: [
            try registered(.unsealed([0x0A, 0x01, 0x41])), try registered(.unsealed([0x0A, 0x09])),
            try registered(SealedPart(algorithm: .init(rawValue: 1), bytes: [0x0A, 0x09])),
            try registered(.unsealed([0xF8, 0x07, 0x05])),
            // A type that has no personal part.
            try stored(
                "rapport.crm.v1.CaseClosed", [], "case:1",
                subjects: [Subject(id: person, part: .unsealed([0x08, 0x01]))]),
        ])
        let registrations = try #require(report.types.first { $0.type.hasSuffix("CustomerRegistered") })
        #expect(registrations.decoded == 3 && registrations.newer == 1)
        #expect(registrations.problems.map(\.position) == [Position(2)])
        #expect(registrations.problems.first?.reason.hasPrefix("its personal part about customer:C-1: ") == true)
        let closed = try #require(report.types.first { $0.type.hasSuffix("CaseClosed") })
        #expect(closed.decoded == 1 && closed.newer == 1)
    }

    @Test("types that are not in the catalogue are listed by whose they are, and never decoded")
    func otherTypes() throws {
        let report = try report(on: [
            try stored("shop.Opened", [0xFF]), try stored("rapport.crm.v1.MoonReached", [0xFF]),
            try stored("rapport.log.v1.LogForked", [0xFF]), try stored("OpportunityWon", [0xFF]),
            try stored("rapport.crm.v1.rapport.crm.v1.OpportunityWon", [0xFF]),
        ])
        let origins = Dictionary(uniqueKeysWithValues: report.types.map { ($0.type, $0.origin) })
        let expected: [String: SchemaTally.Origin] = [
            "shop.Opened": .own, "rapport.crm.v1.MoonReached": .newer, "rapport.log.v1.LogForked": .log,
            "OpportunityWon": .own, "rapport.crm.v1.rapport.crm.v1.OpportunityWon": .newer,
        ]
        #expect(origins == expected)
        #expect(report.types.allSatisfy { $0.events == 1 && $0.decoded == 0 && $0.problems.isEmpty })
        #expect(report.undecodable == 0 && report.firstProblem == nil)
    }

    @Test("events of an earlier revision are decoded as folds see them, and a step that fails is a problem")
    func upcast() throws {
        let type = OpportunityWon.eventType
        // What stood there before the id: a byte that no message begins with.
        let upcasters = try Upcasters([
            Upcaster(type, from: 1) { data in
                let bytes = data.copy()
                guard bytes.first == 0xFF else { throw UnfitEvent(reason: "expected a first byte of 255") }
                return Array(bytes.dropFirst())
            }
        ])
        var current = try won("O-1")
        current.schemaRevision = 2
        let old = try stored(type.name, [0xFF] + current.data, "opportunity:O-2")
        let report = try report(on: [old, try won("O-3"), current], by: upcasters)
        let first = try #require(report.types.first)
        #expect(first.schemaRevision == 1 && first.decoded == 1 && first.undecodable == 1)
        #expect(first.problems.first?.position == Position(2))
        #expect(first.problems.first?.reason.contains("expected a first byte of 255") == true)
        #expect(report.types.last?.decoded == 1)
        #expect(report.types.last?.newer == 0)
    }

    @Test("an empty log has nothing to check, and progress is told of a larger one")
    func progress() throws {
        #expect(try report(on: []).types.isEmpty)
        let log = try EventLog(at: directory.path)
        defer { log.close() }
        for _ in 0..<4 { try log.appendBlocking(try (0..<5_000).map { _ in try stored("shop.Opened", []) }) }
        var told: [UInt64] = []
        let report = try SchemaGate.check(log) { position, head in
            told.append(position.rawValue)
            #expect(head == Position(20_000))
        }
        #expect(told == [16_384])
        #expect(report.types.first?.events == 20_000)
    }
}
