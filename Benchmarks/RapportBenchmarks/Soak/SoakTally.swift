import Synchronization

/// What the tasks of a soak have done; what is new of it is taken every second.
final class SoakTally: Sendable {
    /// Since it was last taken.
    struct Recent: Sendable {
        var events = 0
        /// Milliseconds of each append.
        var appends: [Double] = []
        /// Milliseconds of each question.
        var questions: [Double] = []
        /// Appends that were refused for their condition, and tried again.
        var conflicts = 0
    }

    private struct Sums {
        var recent = Recent()
        var acknowledged: UInt64 = 0
        var failures = 0
        var firstFailures: [String] = []
    }

    private let sums = Mutex(Sums())

    func appended(_ events: Int, took milliseconds: Double) {
        sums.withLock { sums in
            sums.recent.events += events
            sums.recent.appends.append(milliseconds)
            sums.acknowledged += UInt64(events)
        }
    }

    func asked(took milliseconds: Double) { sums.withLock { $0.recent.questions.append(milliseconds) } }

    func conflicted() { sums.withLock { $0.recent.conflicts += 1 } }

    /// - Parameter name: what has failed.
    func failed(_ name: String, _ error: any Error) {
        sums.withLock { sums in
            sums.failures += 1
            if sums.firstFailures.count < 10 { sums.firstFailures.append("\(name): \(error)") }
        }
    }

    /// What was done since the last time.
    func take() -> Recent {
        sums.withLock { sums in
            defer { sums.recent = Recent() }
            return sums.recent
        }
    }

    /// Events that were acknowledged.
    var acknowledged: UInt64 { sums.withLock { $0.acknowledged } }

    /// How often something has failed.
    var failures: Int { sums.withLock { $0.failures } }

    /// The first failures.
    var failureTexts: [String] { sums.withLock { $0.firstFailures } }
}
