public import EventLog
internal import Foundation
public import Logging
internal import Synchronization

/// Keeps the tree near the log's head, on a thread of its own, while this process has the lease.
///
/// It works in large batches: when some thousand events are there, or about a second has gone by. In between it sleeps.
/// Whoever needs the tree at the head asks ``LogTree/extend(to:isCancelled:progress:)``.
public final class TreeFollower: Sendable {
    private let round: FollowingRounds

    /// Starts the thread; none where the tree may not be written.
    public init(_ log: EventLog, _ tree: LogTree, logger: Logger = Logger(label: "rapport.tree")) {
        round = FollowingRounds(log, tree, logger: logger)
        if tree.isWritable { round.start() }
    }

    deinit {
        close()
    }

    /// Ends the thread, makes durable what was hashed, and lets the lease go; returns when that is done.
    public func close() { round.close() }
}

/// What the follower's thread does, round by round.
private final class FollowingRounds: Sendable {
    private struct Fields {
        /// Both let go of when the thread has ended: the log's files must be free then.
        var log: EventLog?
        var tree: LogTree?
        var isClosing = false
        var isRunning = false
    }

    /// So many events are hashed without waiting for more.
    private static let eagerEvents: UInt64 = 4096
    /// Fewer are hashed so long after the last round.
    private static let longestWait = Duration.seconds(1)
    /// How often the state of the files is replaced at most.
    private static let commitInterval = Duration.seconds(1)
    /// Seconds between two looks at the log.
    private static let pause = 0.1
    /// Seconds until a round that has failed is tried again: at first, and at most.
    private static let retries = (first: 0.5, longest: 30.0)

    private let fields = Mutex(Fields())
    /// Signalled to end a pause.
    private let wake = DispatchSemaphore(value: 0)
    private let logger: Logger

    init(_ log: EventLog, _ tree: LogTree, logger: Logger) {
        self.logger = logger
        fields.withLock { fields in
            fields.log = log
            fields.tree = tree
        }
    }

    func start() {
        fields.withLock { $0.isRunning = true }
        let thread = Thread { [self] in
            run()
            fields.withLock { $0.isRunning = false }
        }
        thread.name = "tree follower"
        thread.start()
    }

    func close() {
        fields.withLock { $0.isClosing = true }
        wake.signal()
        while fields.withLock({ $0.isRunning }) { Thread.sleep(forTimeInterval: 0.0005) }
        fields.withLock { fields in
            fields.log = nil
            fields.tree = nil
        }
    }

    private var isClosing: Bool { fields.withLock { $0.isClosing } }

    // MARK: The thread

    private func run() {
        guard let log = fields.withLock({ $0.log }), let tree = fields.withLock({ $0.tree }) else { return }
        var lastRound: ContinuousClock.Instant?
        var retry = Self.retries.first
        var told: String?
        while !isClosing {
            do {
                if try hasLease(tree) { try follow(log, tree, &lastRound) }
                retry = Self.retries.first
                told = nil
                sleep(Self.pause)
            } catch {
                // The same reason is told once.
                let reason = "\(error)"
                if told != reason {
                    logger.warning(
                        "the tree does not follow the log; it is tried again", metadata: ["error": "\(reason)"])
                }
                told = reason
                sleep(retry)
                retry = min(retry * 2, Self.retries.longest)
            }
        }
        do {
            try tree.letGo()
        } catch {
            logger.warning(
                "the end of the tree is not durable; it is hashed again", metadata: ["error": "\(error)"])
        }
    }

    /// Returns at once when it is closed.
    private func sleep(_ seconds: Double) { _ = wake.wait(timeout: .now() + seconds) }

    private func hasLease(_ tree: LogTree) throws -> Bool {
        switch try tree.keepLease() {
        case .kept: return true
        case .elsewhere: return false
        case .taken(let discarding):
            if discarding {
                logger.warning(
                    """
                    the tree was not of this log as it is now, or not readable: made again from the log. \
                    After a restore that is to be expected; otherwise verify the log against a checkpoint
                    """)
            }
            return true
        }
    }

    private func follow(
        _ log: EventLog, _ tree: LogTree, _ lastRound: inout ContinuousClock.Instant?
    ) throws {
        let head = log.head.rawValue
        let missing = head - min(head, tree.size)
        let isDue = lastRound.map { $0.duration(to: .now) >= Self.longestWait } ?? true
        if missing >= Self.eagerEvents || (missing > 0 && isDue) {
            var reached = tree.size
            while reached < head, !isClosing {
                guard let now = try tree.advance(towards: head, threads: 1) else { return }
                reached = now
                try tree.commit(ifOlderThan: Self.commitInterval)
            }
            lastRound = .now
        }
        try tree.commit(ifOlderThan: Self.commitInterval)
    }
}
