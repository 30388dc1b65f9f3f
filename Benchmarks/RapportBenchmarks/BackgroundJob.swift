import Foundation
import Synchronization

/// Work that a thread of its own does again and again until it is stopped.
final class BackgroundJob: Sendable {
    /// Is handed a question: whether it should stop. May throw `CancellationError` then.
    typealias Work = @Sendable (_ isStopping: @escaping @Sendable () -> Bool) throws -> Void

    private struct Standing {
        var isStopping = false
        var hasEnded = false
        var isAtWork = false
        var runs = 0
        var failures = 0
        var firstFailure: String?
    }

    private let standing = Mutex(Standing())

    /// - Parameter interval: seconds from one start to the next, and until the first one. Work that takes longer begins
    ///   again at once.
    init(every interval: Double, _ work: @escaping Work) {
        let thread = Thread { [self] in run(interval, work) }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Whether the work is being done now.
    var isAtWork: Bool { standing.withLock { $0.isAtWork } }

    /// How often it was done to the end.
    var runs: Int { standing.withLock { $0.runs } }

    /// How often it has failed.
    var failures: Int { standing.withLock { $0.failures } }

    /// Why it failed the first time; nil when it never has.
    var firstFailure: String? { standing.withLock { $0.firstFailure } }

    /// Has it end, and returns when it has.
    func stop() {
        standing.withLock { $0.isStopping = true }
        while !standing.withLock({ $0.hasEnded }) { usleep(1000) }
    }

    private var isStopping: Bool { standing.withLock { $0.isStopping } }

    private func run(_ interval: Double, _ work: Work) {
        let distance = UInt64(interval * 1e9)
        var due = uptime()
        while true {
            due = max(due + distance, uptime())
            guard isDue(at: due) else { break }
            standing.withLock { $0.isAtWork = true }
            do {
                try work { [self] in isStopping }
                standing.withLock { $0.runs += 1 }
            } catch {
                note(error)
            }
            standing.withLock { $0.isAtWork = false }
        }
        standing.withLock { $0.hasEnded = true }
    }

    /// Waits until `moment`; false when it is stopped before.
    private func isDue(at moment: UInt64) -> Bool {
        while !isStopping {
            let now = uptime()
            if now >= moment { return true }
            usleep(UInt32(min((moment - now) / 1000 + 1, 20_000)))
        }
        return false
    }

    private func note(_ error: any Error) {
        if error is CancellationError, isStopping { return }
        standing.withLock { standing in
            standing.failures += 1
            standing.firstFailure = standing.firstFailure ?? "\(error)"
        }
    }
}
