import Foundation
@testable import EventLog
import Testing
import TestSupport

/// What this log settles where the specification of the Dynamic Consistency Boundary leaves room.
@Suite struct DCBSettledTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    @Test("a condition that looks after a position beyond the head belongs to another log")
    func afterBeyondHead() async throws {
        try await log.append([event(), event()])
        for query in [Query.all, try .of(tags: ["never"])] {
            await #expect(throws: AppendError.afterBeyondHead(after: Position(3), head: Position(2))) {
                try await log.append([event()], condition: AppendCondition(query, after: 3))
            }
        }
        #expect(log.head == Position(2))
    }

    @Test("everything after the head as a condition says that nothing at all was appended since")
    func nothingSince() async throws {
        try await log.append([event(), event()])
        let condition = AppendCondition(.all, after: 2)
        #expect(try await log.append([event()], condition: condition).numbers == [3])
        let conflict = AppendConflict(condition: condition, conflicting: Position(3))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
    }

    @Test("everything from the start as a condition says that the log is empty")
    func emptyLog() async throws {
        try await log.append([event()], condition: AppendCondition(.all))
        let conflict = AppendConflict(condition: AppendCondition(.all), conflicting: Position(1))
        await #expect(throws: AppendError.conflict(conflict)) {
            try await log.append([event()], condition: AppendCondition(.all))
        }
    }

    @Test("a read with a limit tells the last position it delivered and the head it saw")
    func limitedReadTellsTheHead() async throws {
        try await log.append((0..<6).map { event("A", $0 == 1 || $0 == 3 ? "x" : "y") })
        let query = try Query.of(tags: ["x"])
        let limited = try log.read(query, limit: 1) { _ in true }
        #expect(limited.last == Position(2) && limited.head == Position(6))
        let stopped = try log.read(query) { _ in false }
        #expect(stopped.last == Position(2) && stopped.head == Position(6))
        let backwards = try log.read(query, limit: 1, backwards: true) { _ in true }
        #expect(backwards.last == Position(4) && backwards.head == Position(6))
        let nothing = try log.read(.of(tags: ["never"])) { _ in true }
        #expect(nothing.last == nil && nothing.head == Position(6))
        // The head as the condition's position passes; the last match of a limited read would not.
        await #expect(throws: AppendError.self) {
            try await log.append([event()], condition: AppendCondition(failIfMatches: query, after: limited.last))
        }
        try await log.append([event()], condition: AppendCondition(failIfMatches: query, after: limited.head))
    }

    @Test("the events of one append do not conflict with each other, nor with themselves")
    func oneAppendDoesNotConflict() async throws {
        let condition = AppendCondition(try .of(tags: ["x"]))
        #expect(try await log.append([event("A", "x"), event("B", "x")], condition: condition).numbers == [1, 2])
        #expect(try await log.append([event("A", "y")], condition: AppendCondition(.all, after: 2)).numbers == [3])
    }

    @Test("of many appends that exclude each other exactly one succeeds", arguments: 1...5)
    func onlyOneSucceeds(round: Int) async throws {
        let condition = AppendCondition(try .of(tags: ["seat:1"]))
        let outcomes = await withTaskGroup(of: Result<AppendResult, any Error>.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        return .success(
                            try await log.append([event("Taken\(number)", "seat:1")], condition: condition))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var outcomes: [Result<AppendResult, any Error>] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.compactMap(\.positions) == [[1]])
        let conflict = AppendError.conflict(AppendConflict(condition: condition, conflicting: Position(1)))
        #expect(outcomes.compactMap(\.refusal) == Array(repeating: conflict, count: 59))
        #expect(try log.positions() == [1])
    }

    // MARK: Known events

    @Test("repeating an append answers with the first positions, even if its condition would fail now")
    func repeatingIgnoresTheCondition() async throws {
        let events = [event("A", "x"), event("B", "x")]
        let condition = AppendCondition(try .of(tags: ["x"]), after: 0)
        let first = try await log.append(events, condition: condition)
        try await log.append([event("C", "x")])
        for known in [KnownEvents.refuse, .skip] {
            let again = try await log.append(events, condition: condition, known: known)
            #expect(again == AppendResult(positions: first.positions, appended: 0))
            let reversed = try await log.append(events.reversed(), condition: condition, known: known)
            #expect(reversed.numbers == [2, 1])
        }
        // Not even a position beyond the head matters, as nothing is written.
        #expect(try await log.append(events, condition: AppendCondition(.all, after: 99)).appended == 0)
        #expect(log.head == Position(3))
    }

    @Test("when some ids are known and others new, nothing is written and the known ones are listed")
    func someKnown() async throws {
        let known = [event("A"), event("B")]
        try await log.append(known)
        await #expect(throws: AppendError.someKnown([known[0].id: Position(1), known[1].id: Position(2)])) {
            try await log.append([event("C"), known[1], event("D"), known[0]])
        }
        #expect(log.head == Position(2))
    }

    @Test("skipping the known ones appends the new ones together, and every event gets its position")
    func skipsKnown() async throws {
        let known = [event("A"), event("B")]
        try await log.append(known)
        let result = try await log.append([event("C"), known[1], event("D"), known[0]], known: .skip)
        #expect(result.numbers == [3, 2, 4, 1])
        #expect(result.appended == 2)
        #expect(result.last == Position(4))
        #expect(try log.events().map(\.event.type.name) == ["A", "B", "C", "D"])
    }

    @Test("the known events of a call are left out of its condition, others are not")
    func conditionLeavesOutTheKnown() async throws {
        let known = [event("A", "x"), event("B", "x")]
        try await log.append([known[0], event("Other", "y"), known[1]])
        let onlyKnown = AppendCondition(try .of(tags: ["x"]))
        #expect(try await log.append(known + [event("C", "z")], condition: onlyKnown, known: .skip).appended == 1)
        let everything = AppendCondition(.all)
        let conflict = AppendConflict(condition: everything, conflicting: Position(2))
        await #expect(throws: AppendError.conflict(conflict)) {
            try await log.append(known + [event("D")], condition: everything, known: .skip)
        }
        #expect(log.head == Position(4))
    }

    @Test("the same event twice in one call is one event")
    func sameEventTwice() async throws {
        let (once, other) = (event("A", "x", data: "same"), event("B"))
        let result = try await log.append([once, other, once, once])
        #expect(result.numbers == [1, 2, 1, 1])
        #expect(result.appended == 2)
        #expect(try log.positions() == [1, 2])
    }

    @Test("two different events with one id in one call are refused")
    func sameIDTwice() async throws {
        let id = EventID()
        await #expect(throws: AppendError.idTwice(id)) {
            try await log.append([event("A", data: "one", id: id), event("A", data: "two", id: id)])
        }
        await #expect(throws: AppendError.idTwice(id)) {
            try await log.append([event("A", id: id), event(), event("B", id: id)])
        }
        #expect(log.head == .zero)
    }
}
