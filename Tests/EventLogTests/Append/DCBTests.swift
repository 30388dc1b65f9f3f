import Foundation
@testable import EventLog
import LMDB
import Testing
import TestSupport

/// The requirements of a Dynamic Consistency Boundary (dcb.events), one test for each, under its number.
@Suite struct DCBTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    // MARK: Reading

    @Test("R1: events can be filtered by type, by tag, and by both")
    func filters() async throws {
        try await log.append([event("A", "x"), event("B", "x"), event("A", "y"), event("B")])
        #expect(try log.positions(.of(types: ["A"])) == [1, 3])
        #expect(try log.positions(.of(tags: ["x"])) == [1, 2])
        #expect(try log.positions(.of(types: ["A"], tags: ["x"])) == [1])
        #expect(try log.positions() == [1, 2, 3, 4])
    }

    @Test("R2: reading starts at a given position, forwards or backwards, with or without a limit")
    func startsAnywhere() async throws {
        try await log.append((1...9).map { event("A", $0 % 2 == 0 ? "even" : "odd") })
        for query in [Query.all, try .of(types: ["A"])] {
            #expect(try log.positions(query, from: 7) == [7, 8, 9])
            #expect(try log.positions(query, to: 3, backwards: true) == [3, 2, 1])
            #expect(try log.positions(query, from: 4, limit: 2) == [4, 5])
            #expect(try log.positions(query, limit: 2, backwards: true) == [9, 8])
            #expect(try log.positions(query, from: 10) == [])
        }
        #expect(try log.positions(.of(tags: ["even"]), from: 3, to: 7) == [4, 6])
        #expect(try log.positions(.of(tags: ["even"]), from: 3, to: 7, backwards: true) == [6, 4])
    }

    // MARK: Writing

    @Test("W1: several events are stored together, or none of them")
    func storesTogether() async throws {
        #expect(try await log.append([event(), event(), event()]).numbers == [1, 2, 3])
        let taken = try #require(try log.event(at: Position(2))).event.id
        await #expect(throws: AppendError.idTaken(taken, at: Position(2))) {
            try await log.append([event("X"), event("Y"), event("Other", id: taken)])
        }
        #expect(try log.positions() == [1, 2, 3])
    }

    @Test("W2: an append fails when an event matches its condition, and names the condition and that event")
    func conditionFails() async throws {
        try await log.append([event("A"), event("B", "x"), event("B", "x")])
        let condition = AppendCondition(try .of(types: ["B"], tags: ["x"]))
        let conflict = AppendConflict(condition: condition, conflicting: Position(2))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
        #expect(log.head == Position(3))
    }

    // MARK: Queries

    @Test("Q1: a query has an item with a type or a tag, or asks for everything")
    func queryNeedsAnItem() {
        #expect(throws: InvalidEvent.self) { try Query([]) }
        #expect(throws: InvalidEvent.self) { try Query.Item() }
        #expect(throws: InvalidEvent.self) { try Query(types: [], tags: []) }
        #expect(Query.all.matchesEverything)
    }

    @Test("Q2: an event matches when it matches any item")
    func itemsAreAlternatives() async throws {
        try await log.append([event("A", "x"), event("B", "y"), event("C", "z"), event("A", "y")])
        let items = [try Query.Item(tags: [Tag("x")]), try Query.Item(types: [EventType("B")], tags: [Tag("y")])]
        #expect(try log.positions(Query(items)) == [1, 2])
        #expect(try log.positions(Query(items.reversed()), backwards: true) == [2, 1])
    }

    @Test("Q2: an event that matches several items is delivered once")
    func itemsDoNotRepeat() async throws {
        try await log.append([event("A", "x", "y"), event("A", "y"), event("B")])
        let items = [
            try Query.Item(tags: [Tag("x")]), try Query.Item(tags: [Tag("y")]), try Query.Item(types: [EventType("A")]),
        ]
        #expect(try log.positions(Query(items)) == [1, 2])
    }

    @Test("Q3: the types of an item are alternatives, its tags must all be there")
    func typesOrTagsAnd() async throws {
        try await log.append([
            event("A", "x", "y"), event("B", "y", "x", "z"), event("A", "x"), event("C", "x", "y"), event("B", "y"),
        ])
        #expect(try log.positions(.of(types: ["A", "B"])) == [1, 2, 3, 5])
        #expect(try log.positions(.of(tags: ["x", "y"])) == [1, 2, 4])
        #expect(try log.positions(.of(types: ["A", "B"], tags: ["x", "y"])) == [1, 2])
    }

    @Test("Q4: an item of types only takes any tags, one of tags only any type")
    func oneSideIsFree() async throws {
        try await log.append([event("A"), event("A", "x"), event("B", "x"), event("B")])
        #expect(try log.positions(.of(types: ["A"])) == [1, 2])
        #expect(try log.positions(.of(tags: ["x"])) == [2, 3])
        #expect(try log.positions(.of(types: ["A", "Never"])) == [1, 2])
        #expect(try log.positions(.of(types: ["Never"], tags: ["x"])) == [])
    }

    // MARK: Recorded events and positions

    @Test("S1-S3: a recorded event has its position, the event as it was given, and what the log adds")
    func recordedEventIsWhole() async throws {
        let given = NewEvent(
            type: try EventType("A"), schemaRevision: 7, tags: [try Tag("x")], subjects: [Subject(id: "person:1")],
            occurredAt: Timestamp(microseconds: -5), provenance: Provenance(actor: "user:1"), data: [1, 2, 3])
        let before = Timestamp.now()
        try await log.append([event(), given])
        let recorded = try #require(try log.event(at: Position(2)))
        #expect(recorded.position == Position(2))
        #expect(recorded.event == given)
        #expect(recorded.recordedAt >= before && recorded.recordedAt <= Timestamp.now())
        #expect(try log.event(at: Position(3)) == nil)
    }

    @Test("P1-P3: positions are 1, 2, 3 ... in the order of appending, without gaps, whatever was refused in between")
    func positionsHaveNoGaps() async throws {
        var expected: UInt64 = 0
        for round in 1...20 {
            let events = (0..<round % 4 + 1).map { _ in event("A", "round:\(round)") }
            let result = try await log.append(events)
            #expect(result.numbers == Array(expected + 1...expected + UInt64(events.count)))
            expected += UInt64(events.count)
            await #expect(throws: AppendError.self) {
                try await log.append([event()], condition: AppendCondition(.of(tags: ["round:\(round)"])))
            }
        }
        #expect(try log.positions() == Array(1...expected))
        let times = try log.events().map(\.recordedAt)
        #expect(times == times.sorted())
    }

    @Test("E1: an append of no events is refused")
    func appendNeedsAnEvent() async {
        await #expect(throws: AppendError.invalid(InvalidEvent("an append needs at least one event"))) {
            try await log.append([])
        }
    }

    @Test("V1-V4: an event has a type, opaque data, all its tags in their order, and its own metadata")
    func eventIsOpaque() async throws {
        let data = (0...255).map { UInt8($0) }
        let provenance = Provenance(source: "import", correlationID: "c", purpose: "p")
        let tags = [try Tag("z"), try Tag("a"), try Tag("no kind"), try Tag("kind:id:more")]
        try await log.append([NewEvent(type: EventType("any/name"), tags: tags, provenance: provenance, data: data)])
        let stored = try #require(try log.event(at: Position(1))).event
        #expect(stored.type.name == "any/name")
        #expect(stored.data == data)
        #expect(stored.tags == tags)
        #expect(stored.provenance == provenance)
        #expect(stored.tags.map { "\($0.kind)|\($0.id)" } == ["z|", "a|", "no kind|", "kind|id:more"])
        #expect(try tags.allSatisfy { try log.positions(Query(tag: $0)) == [1] })
    }

    @Test("T1: no tag stands twice on one event")
    func tagsAreDistinct() async throws {
        let error = await #expect(throws: AppendError.self) { try await log.append([event("A", "x", "y", "x")]) }
        guard case .invalid(let reason) = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        #expect(reason.reason.contains("tag x twice"))
        #expect(log.head == .zero)
    }

    // MARK: Conditions

    @Test("C1: a condition takes every query that a read takes")
    func conditionTakesAnyQuery() async throws {
        try await log.append([event("A", "x"), event("B", "y")])
        let items = [
            try Query.Item(types: [EventType("C")]), try Query.Item(types: [EventType("B")], tags: [Tag("y")]),
        ]
        for (query, conflicting) in [
            (Query.all, 1), (try .of(types: ["B"]), 2), (try .of(tags: ["x"]), 1), (try Query(items), 2),
        ] as [(Query, UInt64)] {
            let condition = AppendCondition(query)
            let conflict = AppendConflict(condition: condition, conflicting: Position(conflicting))
            await #expect(throws: AppendError.conflict(conflict)) {
                try await log.append([event()], condition: condition)
            }
        }
        try await log.append([event()], condition: AppendCondition(.of(types: ["A"], tags: ["y"])))
    }

    @Test("C2, C3: positions up to and including `after` are ignored", arguments: 0...4 as ClosedRange<UInt64>)
    func conditionLooksAfter(after: UInt64) async throws {
        try await log.append([event("A", "x"), event("A"), event("A", "x"), event("A")])
        let condition = AppendCondition(try .of(tags: ["x"]), after: after)
        let conflicting: UInt64? = after < 1 ? 1 : after < 3 ? 3 : nil
        guard let conflicting else {
            #expect(try await log.append([event()], condition: condition).numbers == [5])
            return
        }
        let conflict = AppendConflict(condition: condition, conflicting: Position(conflicting))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
    }

    @Test("C4: without a position any match in the whole log fails the append")
    func conditionOverTheWholeLog() async throws {
        let condition = AppendCondition(try .of(tags: ["name:taken"]))
        try await log.append([event("Registered", "name:taken")], condition: condition)
        try await log.append((0..<50).map { _ in event() })
        let conflict = AppendConflict(condition: condition, conflicting: Position(1))
        await #expect(throws: AppendError.conflict(conflict)) {
            try await log.append([event("Registered", "name:taken")], condition: condition)
        }
    }
}
