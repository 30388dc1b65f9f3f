import Foundation
@testable import EventLog
import Testing
import TestSupport

/// Each limit holds at its edge and refuses one beyond, in words that name it.
@Suite struct LimitsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Why the events would be refused before they reach the writer; nil when they would not.
    private func refusal(_ events: [NewEvent]) -> String? {
        do throws(AppendError) {
            _ = try AppendRequest(events, condition: nil, knownEvents: .refuse)
            return nil
        } catch {
            if case .invalid(let invalid) = error { return invalid.reason }
            return "refused for another reason: \(error)"
        }
    }

    private func tagged(_ count: Int) -> NewEvent {
        NewEvent(type: EventType(unchecked: "A"), tags: (0..<count).map { Tag(unchecked: "t:\($0)") })
    }

    private func sized(_ bytes: Int) -> NewEvent {
        NewEvent(type: EventType(unchecked: "A"), data: [UInt8](repeating: 7, count: bytes - EventView.headerLength))
    }

    // MARK: One event

    @Test("an event has at most 64 tags")
    func tagsOfAnEvent() throws {
        #expect(refusal([tagged(64)]) == nil)
        let reason = try #require(refusal([tagged(65)]))
        #expect(reason.contains("65 tags; at most 64"))
    }

    @Test(
        "a tag has at most 256 bytes of UTF-8, however many letters that are",
        arguments: [
            (String(repeating: "a", count: 256), String(repeating: "a", count: 257)),
            (String(repeating: "é", count: 128), String(repeating: "é", count: 128) + "a"),
            (String(repeating: "漢", count: 85) + "a", String(repeating: "漢", count: 86)),
            (String(repeating: "🙂", count: 64), String(repeating: "🙂", count: 64) + "a"),
        ])
    func bytesOfATag(longest: String, tooLong: String) throws {
        #expect(try Tag(longest).text == longest)
        let error = #expect(throws: InvalidEvent.self) { try Tag(tooLong) }
        #expect(error?.reason.contains("\(tooLong.utf8.count) bytes; at most 256") == true)
    }

    @Test(
        "a tag is not empty and holds no control characters",
        arguments: ["", "\0", "a\u{1}b", "line\nbreak", "tab\t", "\u{1F}", "rub\u{7F}out"])
    func malformedTags(text: String) throws {
        #expect(throws: InvalidEvent.self) { try Tag(text) }
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([EntityTag].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test(
        "a tag may hold anything else",
        arguments: [" ", "a b", ":", "::", "customer:", "漢字:🙂", "\u{A0}", "\u{301}"])
    func wellFormedTags(text: String) throws {
        let tag = try Tag(text)
        #expect(Array(tag.text.utf8) == Array(text.utf8))
        #expect(try JSONDecoder().decode([EntityTag].self, from: JSONEncoder().encode([tag])) == [tag])
    }

    @Test("tags that look the same but have other bytes are two tags")
    func canonicallyEquivalentTags() async throws {
        let (composed, decomposed) = (try Tag("caf\u{E9}"), try Tag("cafe\u{301}"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(TagKey(composed) != TagKey(decomposed))
        let log = try EventLog(at: directory.path, options: .small)
        try await log.append([
            NewEvent(type: EventType("A"), tags: [composed]), NewEvent(type: EventType("A"), tags: [decomposed]),
            NewEvent(type: EventType("A"), tags: [decomposed, composed]),
        ])
        #expect(try log.positions(Query(tag: composed)) == [1, 3])
        #expect(try log.positions(Query(tag: decomposed)) == [2, 3])
        let condition = AppendCondition(Query(tag: composed), after: 1)
        let conflict = AppendConflict(condition: condition, conflicting: Position(3))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
    }

    @Test("a type name has at most 128 bytes, and no white space or control characters")
    func typeNames() throws {
        #expect(try EventType(String(repeating: "a", count: 128)).name.count == 128)
        #expect(try EventType(String(repeating: "é", count: 64)).name.count == 64)
        for tooLong in [String(repeating: "a", count: 129), String(repeating: "é", count: 64) + "a"] {
            let error = #expect(throws: InvalidEvent.self) { try EventType(tooLong) }
            #expect(error?.reason.contains("129 bytes; at most 128") == true)
        }
        for malformed in ["", " ", "a b", "a\tb", "a\n", "\0", "a\u{7F}"] {
            #expect(throws: InvalidEvent.self, "\(malformed.debugDescription)") { try EventType(malformed) }
        }
    }

    @Test("an event takes at most 16 MiB, and one that does comes back whole")
    func bytesOfAnEvent() async throws {
        let largest = sized(16 << 20)
        #expect(refusal([largest]) == nil)
        let reason = try #require(refusal([sized(16 << 20 | 1)]))
        #expect(reason.contains("takes 16777217 bytes; at most 16777216"))
        let log = try EventLog(at: directory.path, options: .small)
        try await log.append([largest])
        let isWhole = try log.event(at: Position(1))?.event.data == largest.data
        #expect(isWhole)
    }

    @Test("tags, provenance and personal parts count in an event's size")
    func everythingCountsInTheSize() throws {
        var event = sized(16 << 20)
        event.tags = [try Tag("t")]
        #expect(refusal([event])?.contains("at most 16777216") == true)
        event = sized(16 << 20)
        event.provenance.actor = ""
        #expect(refusal([event])?.contains("at most 16777216") == true)
        event = sized(1000)
        event.subjects = [Subject(id: "p", part: .unsealed([UInt8](repeating: 1, count: 16 << 20)))]
        #expect(refusal([event])?.contains("at most 16777216") == true)
    }

    @Test("an event is about at most 16 persons, each with an id of 1 to 256 bytes")
    func subjects() throws {
        func about(_ ids: [String]) -> NewEvent {
            NewEvent(type: EventType(unchecked: "A"), subjects: ids.map { Subject(id: $0) })
        }
        #expect(refusal([about((0..<16).map { "p\($0)" })]) == nil)
        let tooMany = try #require(refusal([about((0..<17).map { "p\($0)" })]))
        #expect(tooMany.contains("17 subjects; at most 16"))
        #expect(refusal([about([String(repeating: "é", count: 128)])]) == nil)
        for id in ["", String(repeating: "é", count: 128) + "a"] {
            #expect(refusal([about([id])])?.contains("1 to 256 bytes") == true)
        }
    }

    @Test("a key commitment has at most 255 bytes")
    func keyCommitments() throws {
        func sealed(_ count: Int) -> NewEvent {
            let part = SealedPart(
                algorithm: .init(rawValue: 1), keyCommitment: [UInt8](repeating: 1, count: count), bytes: [])
            return NewEvent(type: EventType(unchecked: "A"), subjects: [Subject(id: "p", part: part)])
        }
        #expect(refusal([sealed(255)]) == nil)
        #expect(refusal([sealed(256)]) != nil)
    }

    @Test("each field of the provenance has at most 256 bytes")
    func provenance() throws {
        let fields: [(String, WritableKeyPath<Provenance, String?>)] = [
            ("actor", \.actor), ("source", \.source), ("correlationID", \.correlationID), ("timeZone", \.timeZone),
            ("purpose", \.purpose),
        ]
        var full = event()
        full.provenance.causationID = EventID()
        for (name, field) in fields {
            full.provenance[keyPath: field] = String(repeating: "é", count: 128)
            var tooLong = event()
            tooLong.provenance[keyPath: field] = String(repeating: "é", count: 128) + "a"
            let reason = try #require(refusal([tooLong]))
            #expect(reason.contains(name) && reason.contains("257 bytes; at most 256"))
        }
        #expect(refusal([full]) == nil)
    }

    // MARK: One call

    @Test("an append has at most 10,000 events")
    func eventsOfAnAppend() async throws {
        let most = (0..<10_000).map { _ in event() }
        let log = try EventLog(at: directory.path, options: .small)
        #expect(try await log.append(most).appended == 10_000)
        #expect(log.head == Position(10_000))
        let reason = try #require(refusal(most + [event()]))
        #expect(reason.contains("10001 events; at most 10000"))
    }

    @Test("an append takes at most 64 MiB")
    func bytesOfAnAppend() throws {
        let quarters = (0..<4).map { _ in sized(16 << 20) }
        #expect(refusal(quarters) == nil)
        let reason = try #require(refusal(quarters + [sized(100)]))
        #expect(reason.contains("takes 67108964 bytes; at most 67108864"))
    }

    @Test("a query has at most 64 items")
    func itemsOfAQuery() async throws {
        let items = try (0..<65).map { try Query.Item(tags: [Tag("t:\($0)")]) }
        let log = try EventLog(at: directory.path, options: .small)
        try await log.append([event("A", "t:0"), event("A", "t:64"), event("A", "t:63")])
        #expect(try log.positions(Query(Array(items[..<64]))) == [1, 3])
        let error = #expect(throws: InvalidEvent.self) { try Query(items) }
        #expect(error?.reason.contains("65 items; at most 64") == true)
    }
}
