@testable import EventLog
import Testing
import TestSupport

/// Many tasks append under conditions over the same few tags; afterwards each condition is checked again.
@Suite struct DCBConcurrencyTests {
    private static let tasks = 40
    private static let appendsPerTask = 10

    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    /// One append and what came of it.
    private struct Attempt: Sendable {
        let events: [NewEvent]
        let condition: AppendCondition
        let outcome: Result<AppendResult, any Error>
    }

    /// Appends under a condition over the log as it was a moment ago.
    private func attemptAppends(seed: UInt64) async throws -> [Attempt] {
        var world = RandomWorld(seed: seed, types: 3, tags: 8)
        var attempts: [Attempt] = []
        for _ in 0..<Self.appendsPerTask {
            let condition = AppendCondition(try Query([world.item(), world.item()]), after: log.head.rawValue)
            await Task.yield()
            let events = (0..<world.count(in: 1...3)).map { _ in world.event() }
            let outcome: Result<AppendResult, any Error>
            do {
                outcome = .success(try await log.append(events, condition: condition))
            } catch {
                outcome = .failure(error)
            }
            attempts.append(Attempt(events: events, condition: condition, outcome: outcome))
        }
        return attempts
    }

    @Test("no committed append had a match between its condition's position and itself, and every conflict is one")
    func committedConditionsHold() async throws {
        let attempts = try await withThrowingTaskGroup(of: [Attempt].self) { group in
            for task in 0..<Self.tasks { group.addTask { try await attemptAppends(seed: UInt64(task)) } }
            var attempts: [Attempt] = []
            for try await some in group { attempts += some }
            return attempts
        }
        let stored = try log.events()
        #expect(stored.map(\.position.rawValue) == Array(1...UInt64(stored.count)))

        var committed = 0
        var conflicts = 0
        for attempt in attempts {
            let after = Int(attempt.condition.after?.rawValue ?? 0)
            switch attempt.outcome {
            case .success(let result):
                committed += 1
                let first = Int(result.positions[0].rawValue)
                #expect(result.numbers == (0..<UInt64(attempt.events.count)).map { UInt64(first) + $0 })
                #expect(stored[(first - 1)...].prefix(attempt.events.count).map(\.event) == attempt.events)
                let between = stored[after..<first - 1]
                #expect(!between.contains { attempt.condition.query.accepts($0.event) }, "append at \(first)")
            case .failure(let error):
                guard case .conflict(let conflict) = error as? AppendError else {
                    Issue.record(error)
                    continue
                }
                conflicts += 1
                #expect(conflict.condition == attempt.condition)
                let position = Int(conflict.conflicting.rawValue)
                #expect(position > after && position <= stored.count)
                #expect(attempt.condition.query.accepts(stored[position - 1].event))
                let earlier = stored[after..<position - 1]
                #expect(!earlier.contains { attempt.condition.query.accepts($0.event) }, "conflict at \(position)")
            }
        }
        #expect(committed + conflicts == Self.tasks * Self.appendsPerTask)
        #expect(committed > 0)
        #expect(conflicts > 0)
        let appended = attempts.reduce(0) { $0 + ((try? $1.outcome.get().appended) ?? 0) }
        #expect(appended == stored.count)
    }
}
