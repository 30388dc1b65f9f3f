internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// What the follower's thread shares with the threads that ask and those that rebuild.
final class FollowerState: Sendable {
    private struct Fields {
        /// Let go of when the thread and all rebuilds have ended: the log's files must be free then.
        var log: EventLog?
        var isClosing = false
        /// Whether the thread runs.
        var isRunning = false
        var lease: FileLock?
        /// Rebuilds under way on other threads.
        var rebuilds = 0
        /// Builds of each read model under way, on whichever thread.
        var building: [String: Int] = [:]
        var stops: [String: Stop] = [:]
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
        fields.withLock { $0.log = nil }
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

    /// A read model that has stopped goes on in another generation: it may have come past the event.
    func goOn(_ name: String, in generation: String?) {
        fields.withLock { fields in
            if let stop = fields.stops[name], stop.generation != generation { fields.stops[name] = nil }
        }
    }
}
