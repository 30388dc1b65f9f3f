@testable import EventLog
import Testing

/// Whoever waits for a position is woken by it, by the end, and after a while; nobody is forgotten.
@Suite struct HeadSignalTests {
    private let signal = HeadSignal()

    @Test("a wait ends when the head is beyond the position, and not before")
    func advance() async {
        signal.advance(to: 3)
        await signal.wait(beyond: 2)
        let waiting = Task {
            await signal.wait(beyond: 4, atMost: 3600)
            return signal.head
        }
        signal.advance(to: 4)
        signal.advance(to: 5)
        #expect(await waiting.value == 5)
    }

    @Test("without anything happening a wait ends after the time given, for all who wait", arguments: [1, 20])
    func atMost(waiters: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<waiters { group.addTask { await signal.wait(beyond: 7, atMost: 0.02) } }
        }
        // And again: the timer is started anew.
        await signal.wait(beyond: 7, atMost: 0.02)
        #expect(signal.head == 0)
    }

    @Test("a cancelled task, and a closed log, keep nobody waiting")
    func endings() async {
        let cancelled = Task { await signal.wait(beyond: 7, atMost: 3600) }
        cancelled.cancel()
        await cancelled.value
        let waiting = Task { await signal.wait(beyond: 7) }
        signal.close()
        await waiting.value
        await signal.wait(beyond: 7, atMost: 3600)
        #expect(signal.isClosed)
    }
}
