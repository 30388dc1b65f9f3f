internal import Foundation
internal import Synchronization

/// The newest position known to this process, and everybody who waits for a newer one.
package final class HeadSignal: Sendable {
    private struct State {
        package var head: UInt64 = 0
        var isClosed = false
        var nextTicket = 0
        var waiters: [Int: Waiter] = [:]
        /// Whether a timer is running that will wake those who wait for a while only.
        var isTimed = false
    }

    private struct Waiter {
        let beyond: UInt64
        let isForAWhile: Bool
        let wake: @Sendable () -> Void
    }

    private let state = Mutex(State())

    /// The longest that ``waitAWhile(beyond:)`` takes.
    private static let secondsOfAWhile = 0.1

    package init() {}

    package var head: UInt64 { state.withLock { $0.head } }
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Announces a new head; older ones are ignored.
    package func advance(to head: UInt64) {
        let woken = state.withLock { state in
            guard head > state.head else { return [@Sendable () -> Void]() }
            state.head = head
            return take(from: &state) { $0.beyond < head }
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
        from state: inout State, where isDue: (Waiter) -> Bool
    ) -> [@Sendable () -> Void] {
        if state.waiters.isEmpty { return [] }
        let due = state.waiters.filter { isDue($0.value) }
        for ticket in due.keys { state.waiters[ticket] = nil }
        return due.values.map(\.wake)
    }

    /// Suspends until the head is beyond `position`, the log closes or the task is cancelled.
    package func wait(beyond position: UInt64) async { await wait(beyond: position, isForAWhile: false) }

    /// As ``wait(beyond:)``, but for a tenth of a second at most, and perhaps not as long: one timer serves all who
    /// wait meanwhile, since one for each would cost more than most waits.
    package func waitAWhile(beyond position: UInt64) async { await wait(beyond: position, isForAWhile: true) }

    private func wait(beyond position: UInt64, isForAWhile: Bool) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(beyond: position, isForAWhile: isForAWhile) { continuation.resume() }
                register(ticket, waiter, isCancelled: Task.isCancelled)
                if isForAWhile { startTimer() }
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
        register(ticket, Waiter(beyond: position, isForAWhile: false) { semaphore.signal() }, isCancelled: false)
        _ = semaphore.wait(timeout: .now() + seconds)
        state.withLock { _ = $0.waiters.removeValue(forKey: ticket) }
        return head > position
    }

    private func startTimer() {
        let isMine = state.withLock { state in
            guard !state.isTimed, !state.waiters.isEmpty else { return false }
            state.isTimed = true
            return true
        }
        guard isMine else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.secondsOfAWhile) { [self] in
            let woken = state.withLock { state in
                state.isTimed = false
                return take(from: &state) { $0.isForAWhile }
            }
            for wake in woken { wake() }
        }
    }

    private func register(_ ticket: Int, _ waiter: Waiter, isCancelled: Bool) {
        let isDue = state.withLock { state in
            if state.isClosed || state.head > waiter.beyond || isCancelled { return true }
            state.waiters[ticket] = waiter
            return false
        }
        if isDue { waiter.wake() }
    }
}
