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
        /// That following fails.
        var trouble: Trouble?
        /// The read models that cannot be folded at the moment.
        var rests: [String: Rest] = [:]
        /// Since when another process holds the lease, as far as this one has tried to get it; nil while it has it.
        var followedElsewhereSince: ContinuousClock.Instant?
    }

    /// That a read model cannot be folded at the moment.
    private struct Rest {
        var trouble = Trouble()
        /// When it is to be tried again; nil while that is being done.
        var until: ContinuousClock.Instant?
    }

    /// For so long a read model rests, or for as long as the attempt took: others have half of the time at least.
    private static let shortestRest = Duration.seconds(1)

    /// What this process could not do is forgotten when another one has followed for so long: that one can.
    private static let elsewhere = Duration.seconds(5)

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
        fields.withLock { fields in
            fields.lease = lease
            fields.followedElsewhereSince = nil
        }
    }

    /// Lets the lease go; whoever tries next has it.
    func giveUpLease() {
        fields.withLock { $0.lease = nil }
    }

    /// Another process holds the lease. What kept this one from following says nothing then.
    func noteFollowedElsewhere() {
        fields.withLock { fields in
            let since = fields.followedElsewhereSince ?? .now
            fields.followedElsewhereSince = since
            guard since.duration(to: .now) >= Self.elsewhere else { return }
            fields.trouble = nil
            fields.rests = [:]
        }
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
    /// - Throws: `CancellationError` when it is closed, and what `body` throws; of what may pass the reason itself.
    func whileRebuilding(_ body: (EventLog) throws -> Void) throws {
        let log = try fields.withLock { fields throws -> EventLog in
            guard !fields.isClosing, let log = fields.log else { throw CancellationError() }
            fields.rebuilds += 1
            return log
        }
        defer { fields.withLock { $0.rebuilds -= 1 } }
        try tellingReason { try body(log) }
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
            var trouble = fields.trouble ?? Trouble()
            defer { fields.trouble = trouble }
            return trouble.happens(error)
        }
    }

    /// Following goes well.
    func succeed() { fields.withLock { $0.trouble = nil } }

    /// Why a read model does not move any more, once that has lasted; nil as long as it may be a matter of a moment,
    /// and where another process follows.
    func trouble(of name: String) -> (any Error)? {
        fields.withLock { fields in
            if fields.followedElsewhereSince != nil { return nil }
            return fields.rests[name]?.trouble.lasting ?? fields.trouble?.lasting
        }
    }

    // MARK: Read models that cannot be folded at the moment

    /// A read model rests for a while, and is tried again then.
    ///
    /// - Parameter took: how long the attempt took.
    /// - Returns: how that is to be logged; nil when it has been.
    func rest(_ name: String, for reason: any Error, after took: Duration) -> Logger.Level? {
        fields.withLock { fields in
            var rest = fields.rests[name] ?? Rest()
            defer { fields.rests[name] = rest }
            rest.until = ContinuousClock.now.advanced(by: max(took, Self.shortestRest))
            return rest.trouble.happens(reason)
        }
    }

    /// Whether it is not to be tried just now.
    func isResting(_ name: String) -> Bool { fields.withLock { $0.rests[name]?.until != nil } }

    /// Whether one has rested for long enough.
    var hasRested: Bool {
        fields.withLock { fields in
            fields.rests.values.contains { rest in rest.until.map { $0 <= .now } ?? false }
        }
    }

    /// Those that have rested are tried again.
    func tryAgain() {
        fields.withLock { fields in
            for (name, rest) in fields.rests {
                if let until = rest.until, until <= .now { fields.rests[name]?.until = nil }
            }
        }
    }

    /// It has been folded.
    func goesWell(_ name: String) { fields.withLock { $0.rests[name] = nil } }

    /// What keeps it from being folded at the moment, for how short a time ever; nil where nothing does.
    func unavailability(of name: String) -> (any Error)? {
        fields.withLock { $0.followedElsewhereSince == nil ? $0.rests[name]?.trouble.error : nil }
    }

    /// A read model that has stopped goes on in another generation: it may have come past the event.
    func goOn(_ name: String, in generation: String?) {
        fields.withLock { fields in
            if let stop = fields.stops[name], stop.generation != generation { fields.stops[name] = nil }
        }
    }
}
