@testable import EventLog
import Foundation
@testable import Projection
import Synchronization
import Testing
import TestSupport

/// A host that is closed while another thread rebuilds.
@Suite(.timeLimit(.minutes(5))) struct ClosingTests {
    @Test("closing ends a rebuild and waits for it; what it has built is removed")
    func endsARebuild() async throws {
        let hosted = try HostedLog([Ledger.model, Brittle.mended], after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        try await hosted.settle()
        try await hosted.follow()
        let host = hosted.host
        let pause = Pause()
        defer { pause.end() }
        let rebuilding = Task {
            try await onThread { try host.rebuild(["ledger"], progress: { _ in pause.wait() }) }
        }
        let isBuilding = try await eventually { pause.isReached }
        #expect(isBuilding)
        let closing = Task { try await onThread { host.close() } }
        // The thread has ended then, and the rebuild is waited for.
        let hasThreadEnded = try await eventually { try host.status()[1].state == .waiting }
        #expect(hasThreadEnded)
        pause.end()
        await #expect(throws: CancellationError.self) { try await rebuilding.value }
        try await closing.value
        let current = try hosted.currentGeneration()
        #expect(try hosted.generations() == [current])
    }

    @Test("a host that is closed does not rebuild")
    func closed() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1, "account:a")])
        try await hosted.settle()
        let host = hosted.host
        hosted.close()
        #expect(throws: CancellationError.self) { try host.rebuild() }
    }

    @Test(
        "closing and a rebuild both end, whatever the rebuild is at, and the rows are sound",
        arguments: [0, 1, 3, 6, 12, 25, 50, 100])
    func atAnyMoment(milliseconds: Int) async throws {
        var ledger = RandomLedger(seed: UInt64(milliseconds) + 1)
        let hosted = try HostedLog(after: ledger.events(2_000))
        defer { hosted.close() }
        try await hosted.settle()
        let digest = try hosted.host.digest(of: "ledger").digest
        try await close(hosted, whileRebuildingFor: milliseconds)
        try hosted.open()
        try await hosted.settle()
        let reopened = try hosted.host.digest(of: "ledger").digest
        #expect(reopened == digest)
    }

    private func close(_ hosted: HostedLog, whileRebuildingFor milliseconds: Int) async throws {
        let host = hosted.host
        let rebuilding = Task { try await onThread { try host.rebuild() } }
        try await Task.sleep(for: .milliseconds(milliseconds))
        hosted.close()
        do {
            try await rebuilding.value
        } catch is CancellationError {
            // It had not come to its end.
        }
    }
}

/// Where a rebuild stands still until the test lets it go on.
private final class Pause: Sendable {
    private let reached = Mutex(false)
    private let gate = DispatchSemaphore(value: 0)

    var isReached: Bool { reached.withLock { $0 } }

    func wait() {
        reached.withLock { $0 = true }
        gate.wait()
        gate.signal()
    }

    func end() { gate.signal() }
}
