internal import Foundation
internal import Synchronization

/// The newest position known to this process, and everybody who waits for a newer one.
package final class HeadSignal: Sendable {
    private struct State {
        package var head: UInt64 = 0
        var isClosed = false
        var nextTicket = 0
        var waiters: [Int: (beyond: UInt64, wake: @Sendable () -> Void)] = [:]
        /// Whether a timer is running that will wake everybody.
        var isTimed = false
    }

    private let state = Mutex(State())

    package init() {}

    package var head: UInt64 { state.withLock { $0.head } }
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Announces a new head; older ones are ignored.
    package func advance(to head: UInt64) {
        let woken = state.withLock { state in
            guard head > state.head else { return [@Sendable () -> Void]() }
            state.head = head
            return take(from: &state) { $0 < head }
        }
        for wake in woken { wake() }
    }

    /// Wakes everybody for good.
    package func close() {
        let woken = state.withLock { state in
            state.isClosed = true
            return take(from: &state) { _ in true }
        }
        for wake in woken { wake() }
    }

    private func take(
        from state: inout State, where isDue: (UInt64) -> Bool
    ) -> [@Sendable () -> Void] {
        if state.waiters.isEmpty { return [] }
        let due = state.waiters.filter { isDue($0.value.beyond) }
        for ticket in due.keys { state.waiters[ticket] = nil }
        return due.values.map(\.wake)
    }

    /// Suspends until the head is beyond `position`, the log closes or the task is cancelled.
    ///
    /// - Parameter seconds: for no longer than that, and perhaps not as long: one timer serves all who wait meanwhile,
    ///   since one for each would cost more than most waits.
    package func wait(beyond position: UInt64, atMost seconds: Double? = nil) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                register(ticket, beyond: position, isCancelled: Task.isCancelled) { continuation.resume() }
                if let seconds { startTimer(seconds) }
                // Cancelled between the question and the registration: nobody would come to wake it.
                if Task.isCancelled { state.withLock { $0.waiters.removeValue(forKey: ticket)?.wake }?() }
            }
        } onCancel: {
            let wake = state.withLock { $0.waiters.removeValue(forKey: ticket)?.wake }
            wake?()
        }
    }

    /// Blocks the calling thread until the head is beyond `position`, the log closes or `seconds` have passed; says
    /// whether the head is beyond it.
    package func waitBlocking(beyond position: UInt64, seconds: Double) -> Bool {
        let semaphore = DispatchSemaphore(value: 0)
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        register(ticket, beyond: position, isCancelled: false) { semaphore.signal() }
        _ = semaphore.wait(timeout: .now() + seconds)
        state.withLock { _ = $0.waiters.removeValue(forKey: ticket) }
        return head > position
    }

    private func startTimer(_ seconds: Double) {
        let isMine = state.withLock { state in
            guard !state.isTimed, !state.waiters.isEmpty else { return false }
            state.isTimed = true
            return true
        }
        guard isMine else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
            let woken = self?.state.withLock { state in
                state.isTimed = false
                return self?.take(from: &state) { _ in true }
            }
            for wake in woken ?? [] { wake() }
        }
    }

    private func register(
        _ ticket: Int, beyond position: UInt64, isCancelled: Bool, _ wake: @escaping @Sendable () -> Void
    ) {
        let isDue = state.withLock { state in
            if state.isClosed || state.head > position || isCancelled { return true }
            state.waiters[ticket] = (position, wake)
            return false
        }
        if isDue { wake() }
    }
}
