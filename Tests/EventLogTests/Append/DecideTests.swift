@testable import EventLog
import Synchronization
import Testing
import TestSupport

@Suite struct DecideTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    private enum Refusal: Error, Equatable {
        case notOpen
        case alreadyWon
    }

    /// What decides about one opportunity.
    private struct Opportunity {
        var isOpen = false
        var isWon = false

        mutating func apply(_ recorded: RecordedEvent) {
            switch recorded.event.type.name {
            case "Opened": isOpen = true
            case "Won": isWon = true
            default: break
            }
        }
    }

    private let tag = "opportunity:7"

    private func win(by person: String) async throws -> AppendResult? {
        try await log.decide(.of(tags: [tag]), from: Opportunity(), attempts: 100) {
            $0.apply($1)
        } decision: { state in
            guard state.isOpen else { throw Refusal.notOpen }
            return state.isWon ? [] : [event("Won", tag, person)]
        }
    }

    @Test("an opportunity is won once, however many try at once")
    func wonOnce() async throws {
        try await log.append([event("Opened", tag)])
        let results = try await withThrowingTaskGroup(of: AppendResult?.self) { group in
            for number in 0..<20 { group.addTask { try await win(by: "person:\(number)") } }
            var results: [AppendResult?] = []
            for try await result in group { results.append(result) }
            return results
        }
        #expect(results.compactMap { $0?.numbers } == [[2]])
        #expect(results.count == 20)
        #expect(try log.positions(.of(types: ["Won"])) == [2])
    }

    @Test("every decision is made on all the events before it")
    func decisionsSeeEverything() async throws {
        // Each event holds how many there were before it; a decision on an old state would repeat a number.
        let counter = try Query.of(types: ["Counted"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5 {
                        try await log.decide(counter, from: 0, attempts: .max) { count, _ in
                            count += 1
                        } decision: { count in
                            [event("Counted", data: "\(count)")]
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counts = try log.events().map { String(decoding: $0.event.data, as: UTF8.self) }
        #expect(counts == (0..<40).map { "\($0)" })
    }

    @Test("a decision to append nothing answers nil and writes nothing")
    func nothingToAppend() async throws {
        try await log.append([event("Opened", tag), event("Won", tag)])
        #expect(try await win(by: "person:1") == nil)
        #expect(log.head == Position(2))
    }

    @Test("an error of the decision is passed on and nothing is written")
    func decisionErrorPassesThrough() async throws {
        await #expect(throws: Refusal.notOpen) { try await win(by: "person:1") }
        #expect(log.head == .zero)
    }

    @Test("an error of the fold is passed on")
    func foldErrorPassesThrough() async throws {
        try await log.append([event("Opened", tag)])
        await #expect(throws: Refusal.alreadyWon) {
            try await log.decide(.all, from: 0) { _, _ in
                throw Refusal.alreadyWon
            } decision: { _ in
                [event()]
            }
        }
        #expect(log.head == Position(1))
    }

    @Test("after the last attempt the conflict is the error", arguments: [1, 2, 5])
    func attemptsAreBounded(attempts: Int) async throws {
        let query = try Query.of(tags: [tag])
        var decisions = 0
        let error = await #expect(throws: AppendError.self) {
            try await log.decide(query, from: 0, attempts: attempts) { count, _ in
                count += 1
            } decision: { count in
                #expect(count == decisions)
                decisions += 1
                // Somebody is always faster.
                try log.appendBlocking([event("Faster", tag)])
                return [event("Mine", tag)]
            }
        }
        #expect(decisions == attempts)
        let condition = AppendCondition(query, after: UInt64(attempts) - 1)
        #expect(error == .conflict(AppendConflict(condition: condition, conflicting: Position(UInt64(attempts)))))
        #expect(try log.positions(.of(types: ["Mine"])) == [])
    }
}
