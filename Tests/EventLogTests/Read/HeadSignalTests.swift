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
            await signal.wait(beyond: 4)
            return signal.head
        }
        signal.advance(to: 4)
        signal.advance(to: 5)
        #expect(await waiting.value == 5)
    }

    @Test("who waits for a while goes on without anything happening, and nobody else does", arguments: [1, 20])
    func aWhile(waiters: Int) async {
        let patient = Task {
            await signal.wait(beyond: 7)
            return signal.head
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<waiters { group.addTask { await signal.waitAWhile(beyond: 7) } }
        }
        // And again: the timer is started anew.
        await signal.waitAWhile(beyond: 7)
        #expect(signal.head == 0)
        signal.advance(to: 8)
        #expect(await patient.value == 8)
    }

    @Test("a cancelled task, and a closed log, keep nobody waiting")
    func endings() async {
        let cancelled = Task { await signal.waitAWhile(beyond: 7) }
        cancelled.cancel()
        await cancelled.value
        let waiting = Task { await signal.wait(beyond: 7) }
        signal.close()
        await waiting.value
        await signal.waitAWhile(beyond: 7)
        #expect(signal.isClosed)
    }
}
