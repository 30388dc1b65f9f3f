@testable import EventLog
import Testing
import TestSupport

/// Cancelling stops the waiting; what was handed to the writer is decided all the same.
@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    @Test("a cancelled append ends at once, is written later, and its position can be asked for")
    func cancelledAppendIsWritten() async throws {
        let lock = HeldWriteLock(of: log)
        let appended = event("A", "x")
        let task = Task { try await log.append([appended]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try log.position(of: appended.id) == nil)
        lock.release()
        #expect(try await eventually(within: .seconds(60)) { try log.position(of: appended.id) != nil })
        #expect(try log.position(of: appended.id) == Position(1))
        #expect(try await log.append([appended]) == AppendResult(positions: [Position(1)], appended: 0))
    }

    @Test("cancelling some of the waiting appends takes nothing away from the others")
    func othersAreNotCancelled() async throws {
        let lock = HeldWriteLock(of: log)
        let events = (0..<30).map { event("A", "n:\($0)") }
        let tasks = events.map { event in Task { try await log.append([event]) } }
        for index in stride(from: 0, to: 30, by: 3) { tasks[index].cancel() }
        for index in stride(from: 0, to: 30, by: 3) {
            await #expect(throws: CancellationError.self) { try await tasks[index].value }
        }
        lock.release()
        for (index, task) in tasks.enumerated() where index % 3 != 0 {
            let position = try await task.value.positions[0]
            #expect(try log.event(at: position)?.event == events[index])
        }
        #expect(try await eventually(within: .seconds(60)) { log.head == Position(30) })
        #expect(try Set(log.events().map(\.event)) == Set(events))
    }

    @Test("a cancelled append that conflicts leaves nothing")
    func cancelledConflictIsRefused() async throws {
        try await log.append([event("A", "x")])
        let lock = HeldWriteLock(of: log)
        let refused = event("B", "x")
        let condition = AppendCondition(try .of(tags: ["x"]))
        let task = Task { try await log.append([refused], condition: condition) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        lock.release()
        // Appends are decided in their order, so with this one the cancelled one is decided.
        #expect(try await log.append([event("C")]).numbers == [2])
        #expect(try log.position(of: refused.id) == nil)
    }
}
