internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// What the follower's thread shares with the threads that ask and those that rebuild.
final class FollowerState: Sendable {
    private struct Fields {
        /// Let go of when the thread and all rebuilds have ended: the log's files must be free then.
        var log: EventLog?
        /// Rows of the past of the same host; let go of with the log, which they hold.
        var past: PastGenerations?
        var isClosing = false
        /// Whether the thread runs.
        var isRunning = false
        var lease: FileLock?
        /// Rebuilds under way on other threads.
        var rebuilds = 0
        /// Builds of each read model under way, on whichever thread.
        var building: [String: Int] = [:]
        var stops: [String: Stop] = [:]
        var trouble: Trouble?
    }

    /// That following fails, again and again, for a reason that is not an event's.
    private struct Trouble {
        var error: any Error
        let since = ContinuousClock.now
        var rounds = 0

        var text: String { "\(error)" }

        /// Following that has failed for so long, so often, does not come back in a moment.
        var isLasting: Bool { rounds >= 5 && since.duration(to: .now) >= .seconds(3) }
    }

    /// That a read model has stopped.
    private struct Stop {
        let failure: ProjectionFailure
        /// The generation that it has stopped in; nil when none served.
        let generation: String?
    }

    private let fields = Mutex(Fields())

    init(_ log: EventLog) {
        fields.withLock { $0.log = log }
    }

    // MARK: From start to close

    /// The log, for the thread: it has ended before the log is let go of.
    var log: EventLog {
        guard let log = fields.withLock({ $0.log }) else { preconditionFailure("used after it was closed") }
        return log
    }

    var isClosing: Bool { fields.withLock { $0.isClosing } }
    var holdsLease: Bool { fields.withLock { $0.lease != nil } }

    func begin() {
        fields.withLock { $0.isRunning = true }
    }

    func take(_ lease: FileLock) {
        fields.withLock { $0.lease = lease }
    }

    /// The thread has ended.
    func end() {
        fields.withLock { fields in
            fields.lease = nil
            fields.isRunning = false
        }
    }

    /// Has the thread and all rebuilds end, and returns when they have.
    func close() {
        fields.withLock { $0.isClosing = true }
        while fields.withLock({ $0.isRunning || $0.rebuilds > 0 }) { Thread.sleep(forTimeInterval: 0.0005) }
        fields.withLock { fields in
            fields.log = nil
            fields.past = nil
        }
    }

    /// Rows of the past that are kept; nil after it was closed.
    var past: PastGenerations? { fields.withLock { $0.past } }

    func know(_ past: PastGenerations) {
        fields.withLock { $0.past = past }
    }

    /// Lends the log to a rebuild; closing waits for its end.
    ///
    /// - Throws: `CancellationError` when it is closed, and what `body` throws.
    func whileRebuilding(_ body: (EventLog) throws -> Void) throws {
        let log = try fields.withLock { fields throws -> EventLog in
            guard !fields.isClosing, let log = fields.log else { throw CancellationError() }
            fields.rebuilds += 1
            return log
        }
        defer { fields.withLock { $0.rebuilds -= 1 } }
        try body(log)
    }

    // MARK: Read models

    func isBuilding(_ name: String) -> Bool { fields.withLock { $0.building[name, default: 0] > 0 } }

    func whileBuilding<Result>(_ names: [String], _ body: () throws -> Result) rethrows -> Result {
        count(1, names)
        defer { count(-1, names) }
        return try body()
    }

    private func count(_ change: Int, _ names: [String]) {
        fields.withLock { fields in
            for name in names { fields.building[name, default: 0] += change }
        }
    }

    /// Why a read model has stopped; nil when it has not.
    func failure(of name: String) -> ProjectionFailure? { fields.withLock { $0.stops[name]?.failure } }

    func stop(_ failure: ProjectionFailure, in generation: String?) {
        fields.withLock { $0.stops[failure.model] = Stop(failure: failure, generation: generation) }
    }

    /// Following has failed, and is tried again.
    ///
    /// - Returns: how that is to be logged; nil when it has been.
    func fail(_ error: any Error) -> Logger.Level? {
        fields.withLock { fields in
            var trouble = fields.trouble ?? Trouble(error: error)
            let before = trouble
            trouble.error = error
            trouble.rounds += 1
            fields.trouble = trouble
            if trouble.isLasting { return before.isLasting && before.text == trouble.text ? nil : .error }
            return before.rounds > 0 && before.text == trouble.text ? nil : .warning
        }
    }

    /// Following goes well.
    func succeed() { fields.withLock { $0.trouble = nil } }

    /// Why nothing is folded any more, once that has lasted; nil as long as it may be a matter of a moment.
    var trouble: (any Error)? {
        fields.withLock { fields in fields.trouble.flatMap { $0.isLasting ? $0.error : nil } }
    }

    /// A read model that has stopped goes on in another generation: it may have come past the event.
    func goOn(_ name: String, in generation: String?) {
        fields.withLock { fields in
            if let stop = fields.stops[name], stop.generation != generation { fields.stops[name] = nil }
        }
    }
}
