@testable import EventLog
import Foundation
import Synchronization
import Testing
import TestSupport

/// Callers are held back before the writer's queue grows beyond its bound, and all of them are served in the end.
@Suite(.timeLimit(.minutes(5))) struct BackPressureTests {
    /// Bytes that may wait in the queue: room for about 20 of the appends.
    private static let bound = 20_000
    /// Their appends together take ten times the bound.
    private static let callers = 200

    private let directory: TemporaryDirectory
    private let fixture: WriterFixture
    private let served = Tally()

    init() throws {
        directory = try TemporaryDirectory()
        fixture = try WriterFixture(folder: directory.path, maximumPendingBytes: Self.bound)
    }

    private final class Tally: Sendable {
        private let state = Mutex(0)

        var count: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }

    private static func event() -> NewEvent {
        NewEvent(type: EventType(unchecked: "A"), data: [UInt8](repeating: 1, count: 1000))
    }

    /// Lets the writer go on, and watches the queue until everybody is served.
    private func expectBound(_ lock: HeldWriteLock) async throws {
        #expect(try await eventually(within: .seconds(60)) { fixture.backlog.bytes >= Self.bound })
        var most = fixture.backlog.bytes
        lock.release()
        while served.count < Self.callers {
            most = max(most, fixture.backlog.bytes)
            await Task.yield()
        }
        // Who finds room hands over at once: only appends that are being encoded at that moment come on top.
        #expect(most < Self.bound * 4)
        #expect(try fixture.events().count == Self.callers)
    }

    @Test("tasks wait while the queue is full")
    func tasks() async throws {
        let lock = HeldWriteLock(of: fixture.store)
        let (fixture, served) = (self.fixture, self.served)
        for _ in 0..<Self.callers {
            Task {
                _ = try? await fixture.append(Self.event())
                served.add()
            }
        }
        try await expectBound(lock)
    }

    @Test("threads wait while the queue is full")
    func threads() async throws {
        let lock = HeldWriteLock(of: fixture.store)
        let (fixture, served) = (self.fixture, self.served)
        for _ in 0..<Self.callers {
            Thread {
                _ = try? fixture.appendBlocking(Self.event())
                served.add()
            }.start()
        }
        try await expectBound(lock)
    }

    @Test("closing lets nobody wait for ever")
    func closing() async throws {
        let lock = HeldWriteLock(of: fixture.store)
        let (fixture, served) = (self.fixture, self.served)
        for _ in 0..<Self.callers {
            Task {
                _ = try? await fixture.append(Self.event())
                served.add()
            }
        }
        #expect(try await eventually(within: .seconds(60)) { fixture.backlog.bytes >= Self.bound })
        lock.release()
        fixture.closeWriter()
        #expect(try await eventually(within: .seconds(60)) { served.count == Self.callers })
    }
}
