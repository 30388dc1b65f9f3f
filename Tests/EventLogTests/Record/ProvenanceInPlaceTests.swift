@testable import EventLog
import LMDB
import Testing

/// Fields of the provenance, compared where they stand.
@Suite struct ProvenanceInPlaceTests {
    /// Asks the stored record of an event with this provenance.
    private func ask(_ provenance: Provenance, _ question: (borrowing EventView) -> Bool) throws -> Bool {
        let event = NewEvent(
            type: EventType(unchecked: "A"), tags: [Tag(unchecked: "customer:1")],
            subjects: [Subject(id: "user:1", part: .unsealed(Array("user:1".utf8)))], provenance: provenance,
            data: Array("user:1".utf8))
        let record = try storedRecord(event)
        return question(EventView(record.rawSpan))
    }

    private func hasActor(_ name: String, _ provenance: Provenance) throws -> Bool {
        let bytes = Array(name.utf8)
        return try ask(provenance) { $0.hasActor(bytes.rawSpan) }
    }

    private func hasSource(_ name: String, _ provenance: Provenance) throws -> Bool {
        let bytes = Array(name.utf8)
        return try ask(provenance) { $0.hasSource(bytes.rawSpan) }
    }

    private func hasCorrelationID(_ id: String, _ provenance: Provenance) throws -> Bool {
        let bytes = Array(id.utf8)
        return try ask(provenance) { $0.hasCorrelationID(bytes.rawSpan) }
    }

    private func isCaused(by id: EventID, _ provenance: Provenance) throws -> Bool {
        try ask(provenance) { $0.isCaused(by: id) }
    }

    @Test("a field is found by all of its bytes, and not by those of another field")
    func allBytes() throws {
        let full = Provenance(
            actor: "user:1", source: "till", correlationID: "K", causationID: EventID(high: 1, low: 2),
            timeZone: "zone", purpose: "sale")
        #expect(try hasActor("user:1", full))
        for other in ["user:", "user:12", "User:1", "till", "K", "zone", "sale", ""] {
            #expect(try !hasActor(other, full), "\(other)")
        }
        #expect(try hasSource("till", full))
        #expect(try !hasSource("user:1", full))
        #expect(try hasCorrelationID("K", full))
        #expect(try !hasCorrelationID("k", full))
        #expect(try isCaused(by: EventID(high: 1, low: 2), full))
        #expect(try !isCaused(by: EventID(high: 2, low: 1), full))
    }

    @Test("a field that is not there is none, and one of no bytes is one")
    func missing() throws {
        #expect(try !hasActor("", Provenance()))
        #expect(try !hasSource("sale", Provenance(purpose: "sale")))
        #expect(try !hasCorrelationID("", Provenance(actor: "", purpose: "")))
        #expect(try hasActor("", Provenance(actor: "", source: "x")))
        #expect(try !isCaused(by: EventID(high: 0, low: 0), Provenance(purpose: "x")))
    }

    @Test("texts are the same when their bytes are")
    func bytesNotLetters() throws {
        #expect(try hasActor("caf\u{E9}", Provenance(actor: "caf\u{E9}")))
        #expect(try !hasActor("cafe\u{301}", Provenance(actor: "caf\u{E9}")))
    }

    @Test("of random events each field says what the copy says", arguments: 1...3 as ClosedRange<UInt64>)
    func randomEvents(seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        func maybe() -> String? { world.chance(2) ? nil : String(repeating: "漢", count: world.count(in: 0...60)) }
        for _ in 0..<100 {
            let cause = EventID(high: UInt64(world.count(in: 0...1)), low: 7)
            let provenance = Provenance(
                actor: maybe(), source: maybe(), correlationID: maybe(), causationID: world.chance(2) ? nil : cause,
                timeZone: maybe(), purpose: maybe())
            let name = maybe() ?? provenance.actor ?? "漢"
            #expect(try hasActor(name, provenance) == (provenance.actor == name))
            #expect(try hasSource(name, provenance) == (provenance.source == name))
            #expect(try hasCorrelationID(name, provenance) == (provenance.correlationID == name))
            let other = EventID(high: 1, low: 7)
            #expect(try isCaused(by: other, provenance) == (provenance.causationID == other))
        }
    }
}
