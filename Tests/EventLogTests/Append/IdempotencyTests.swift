import Foundation
@testable import EventLog
import Testing
import TestSupport

/// An id belongs to one event for ever: its bytes again are a repetition, other bytes are an error.
@Suite struct IdempotencyTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    private func whole(_ id: EventID) -> NewEvent {
        NewEvent(
            id: id, type: EventType(unchecked: "Called"), schemaRevision: 2,
            tags: [Tag(unchecked: "customer:1"), Tag(unchecked: "call:9")],
            subjects: [
                Subject(id: "person:1", part: .unsealed([1, 2, 3])),
                Subject(id: "person:2"),
                Subject(
                    id: "person:3", part: SealedPart(algorithm: .init(rawValue: 1), keyCommitment: [9], bytes: [8])),
            ],
            occurredAt: Timestamp(microseconds: 1_500_000_000_000_123),
            provenance: Provenance(actor: "user:1", source: "phone"), data: Array("hello".utf8))
    }

    enum IDKind: CaseIterable, Sendable {
        case version4
        case version7

        func ids(_ count: Int) -> [EventID] {
            var random = SeededGenerator(seed: 4)
            return (0..<count).map { _ in self == .version7 ? EventID() : .version4(using: &random) }
        }
    }

    @Test(
        "the same id and bytes answer with the first position, now and after opening again", arguments: IDKind.allCases)
    func repetitionAnswersWithTheFirstPosition(kind: IDKind) async throws {
        let events = kind.ids(200).map { whole($0) }
        do {
            let log = try opened()
            defer { log.close() }
            let first = try await log.append(events)
            #expect(first == AppendResult(positions: (1...200).map { Position($0) }, appended: 200))
            #expect(try await log.append(events) == AppendResult(positions: first.positions, appended: 0))
            let some = Array(events[50..<60].reversed())
            #expect(try await log.append(some).numbers == Array((51...60).reversed()))
        }
        do {
            let log = try opened()
            defer { log.close() }
            #expect(
                try await log.append(events) == AppendResult(positions: (1...200).map { Position($0) }, appended: 0))
            #expect(try await log.append([event()]).numbers == [201])
            for (index, event) in events.enumerated() where index % 20 == 0 {
                #expect(try log.position(of: event.id) == Position(UInt64(index) + 1))
            }
        }
    }

    @Test("provenance does not count as bytes of the event, and the first one stays")
    func provenanceMayDiffer() async throws {
        let first = whole(EventID())
        var again = first
        again.provenance = Provenance(
            actor: "user:2", correlationID: "other", causationID: EventID(), timeZone: "Asia/Tokyo", purpose: "retry")
        do {
            let log = try opened()
            defer { log.close() }
            try await log.append([first])
            #expect(try await log.append([again]).appended == 0)
            #expect(try log.event(at: Position(1))?.event == first)
        }
        do {
            let log = try opened()
            defer { log.close() }
            #expect(try await log.append([again]).numbers == [1])
            #expect(try await log.append([again, first, again]).numbers == [1, 1, 1])
        }
    }

    /// Everything that counts as bytes of an event, each changed in one small way.
    enum Change: String, CaseIterable, Sendable {
        case data, dataLength, occurredAt, tag, tagOrder, tagSplit, fewerTags, type, schemaRevision
        case subject, fewerSubjects, partBytes, partAlgorithm, partCommitment, partMissing, partForAnother

        func apply(to event: inout NewEvent) {
            switch self {
            case .data: event.data[4] ^= 1
            case .dataLength: event.data.append(0)
            case .occurredAt: event.occurredAt = event.occurredAt.advanced(byMicroseconds: 1)
            case .tag: event.tags[1] = Tag(unchecked: "call:8")
            case .tagOrder: event.tags.swapAt(0, 1)
            case .tagSplit: event.tags = [Tag(unchecked: "customer:1c"), Tag(unchecked: "all:9")]
            case .fewerTags: event.tags.removeLast()
            case .type: event.type = EventType(unchecked: "Phoned")
            case .schemaRevision: event.schemaRevision = 3
            case .subject: event.subjects[1].id = "person:4"
            case .fewerSubjects: event.subjects.remove(at: 1)
            case .partBytes: event.subjects[0].part = .unsealed([1, 2, 4])
            case .partAlgorithm: event.subjects[0].part?.algorithm = .init(rawValue: 1)
            case .partCommitment: event.subjects[2].part?.keyCommitment = [10]
            case .partMissing: event.subjects[0].part = nil
            case .partForAnother:
                event.subjects[1].part = event.subjects[0].part
                event.subjects[0].part = nil
            }
        }
    }

    @Test("other bytes under a taken id are refused", arguments: Change.allCases)
    func otherBytesAreRefused(change: Change) async throws {
        let first = whole(EventID())
        var other = first
        change.apply(to: &other)
        do {
            let log = try opened()
            defer { log.close() }
            // The type that the change names must not be refused for being new.
            try await log.append([event("Phoned"), first])
            await #expect(throws: AppendError.idTaken(first.id, at: Position(2))) { try await log.append([other]) }
            await #expect(throws: AppendError.idTaken(first.id, at: Position(2))) {
                try await log.append([event(), other, event()], known: .skip)
            }
            await #expect(throws: AppendError.idTwice(first.id)) { try await log.append([first, other]) }
        }
        do {
            let log = try opened()
            defer { log.close() }
            await #expect(throws: AppendError.idTaken(first.id, at: Position(2))) { try await log.append([other]) }
            #expect(try await log.append([first]).numbers == [2])
            #expect(log.head == Position(2))
        }
    }

    @Test("an id under a type that the log has never seen is taken all the same")
    func unseenTypeIsRefused() async throws {
        let first = event("Seen")
        do {
            let log = try opened()
            defer { log.close() }
            try await log.append([first])
            var other = first
            other.type = EventType(unchecked: "Unseen")
            await #expect(throws: AppendError.idTaken(first.id, at: Position(1))) { try await log.append([other]) }
            #expect(try log.typeNumber(of: other.type) == nil)
        }
    }

    @Test("many callers repeating the same events at once write each once", arguments: IDKind.allCases)
    func concurrentRepetitions(kind: IDKind) async throws {
        let events = kind.ids(30).map { whole($0) }
        do {
            let log = try opened()
            defer { log.close() }
            let results = try await withThrowingTaskGroup(of: [EventID: Position].self) { group in
                for task in 0..<12 {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(task))
                        var found: [EventID: Position] = [:]
                        for event in events.shuffled(using: &random) {
                            found[event.id] = try await log.append([event]).positions[0]
                        }
                        return found
                    }
                }
                var results: [[EventID: Position]] = []
                for try await result in group { results.append(result) }
                return results
            }
            #expect(results.allSatisfy { $0 == results[0] })
            #expect(log.head == Position(30))
            #expect(try Set(log.events().map(\.event)) == Set(events))
        }
    }

    @Test("the position of an id nobody has used is unknown")
    func unknownID() async throws {
        do {
            let log = try opened()
            defer { log.close() }
            #expect(try log.position(of: EventID()) == nil)
            try await log.append([event(), event()])
            #expect(try log.position(of: EventID()) == nil)
            #expect(try log.position(of: EventID(high: 0, low: 0)) == nil)
        }
    }
}
