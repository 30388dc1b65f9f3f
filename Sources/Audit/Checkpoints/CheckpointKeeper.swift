internal import EventLog
internal import Foundation
public import Logging
internal import Synchronization
public import Transparency

/// Signs a log as it grows, on a thread of its own.
///
/// A checkpoint is made when so many events were appended, or so much time has gone by, since the one before; none
/// when nothing was appended. At the start events are counted from the last one that was stored, and time from the
/// start. What goes wrong is logged, and tried again.
public final class CheckpointKeeper: Sendable {
    private let rounds: SigningRounds

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - trail: of the log that is signed.
    ///   - signer: holds the key, and is held until ``close()``.
    ///   - policy: when to sign.
    ///   - logger: told what goes wrong.
    ///   - onCheckpoint: called on the thread with each checkpoint, once it is stored.
    public init(
        _ trail: AuditTrail, _ signer: CheckpointSigner, policy: CheckpointPolicy = .init(),
        logger: Logger = Logger(label: "rapport.checkpoints"),
        onCheckpoint: @escaping @Sendable (SignedNote) -> Void = { _ in }
    ) {
        rounds = SigningRounds(trail, signer, policy, logger, onCheckpoint)
        rounds.start()
    }

    deinit { close() }

    /// Ends the thread; returns when it has ended. Nothing is signed any more: events that were appended since the last
    /// checkpoint come into the next one.
    public func close() { rounds.close() }

    /// Why nothing is signed at present; nil while all goes well.
    public var trouble: (any Error)? { rounds.trouble }
}

/// What the keeper's thread does, round by round.
private final class SigningRounds: Sendable {
    private struct Fields {
        /// Let go of when the thread has ended: the files of the log and the key must be free then.
        var work: (trail: AuditTrail, signer: CheckpointSigner)?
        var isClosing = false
        var isRunning = false
        var trouble: (any Error)?
    }

    /// Seconds between two looks at the log, at most.
    private static let pause = 0.1
    /// Seconds until a round that has failed is tried again.
    private static let retry = 2.0

    private let fields: Mutex<Fields>
    /// Signalled to end a pause.
    private let wake = DispatchSemaphore(value: 0)
    private let policy: CheckpointPolicy
    private let logger: Logger
    private let onCheckpoint: @Sendable (SignedNote) -> Void

    init(
        _ trail: AuditTrail, _ signer: CheckpointSigner, _ policy: CheckpointPolicy, _ logger: Logger,
        _ onCheckpoint: @escaping @Sendable (SignedNote) -> Void
    ) {
        fields = Mutex(Fields(work: (trail, signer)))
        self.policy = policy
        self.logger = logger
        self.onCheckpoint = onCheckpoint
    }

    func start() {
        fields.withLock { $0.isRunning = true }
        let thread = Thread { [self] in
            run()
            fields.withLock { $0.isRunning = false }
        }
        thread.name = "checkpoints"
        thread.start()
    }

    func close() {
        fields.withLock { $0.isClosing = true }
        wake.signal()
        while fields.withLock({ $0.isRunning }) { Thread.sleep(forTimeInterval: 0.0005) }
        fields.withLock { $0.work = nil }
    }

    var trouble: (any Error)? { fields.withLock { $0.trouble } }

    private var isClosing: Bool { fields.withLock { $0.isClosing } }

    // MARK: The thread

    private func run() {
        guard let (trail, signer) = fields.withLock({ $0.work }) else { return }
        var signed: UInt64?
        var signedAt = ContinuousClock.now
        while !isClosing {
            do {
                let known = try signed ?? Self.lastSize(of: trail)
                signed = known
                if isDue(head: trail.log.head.rawValue, known, signedAt) {
                    let note = try trail.checkpoint(signedBy: signer)
                    signed = try TreeCheckpoint(parsing: note.text).size
                    signedAt = .now
                    onCheckpoint(note)
                }
                fields.withLock { $0.trouble = nil }
                sleep(min(Self.pause, policy.seconds))
            } catch {
                tell(error)
                sleep(Self.retry)
            }
        }
    }

    private static func lastSize(of trail: AuditTrail) throws -> UInt64 {
        guard let newest = try trail.checkpoints.newest() else { return 0 }
        return try TreeCheckpoint(parsing: newest.text).size
    }

    private func isDue(head: UInt64, _ signed: UInt64, _ signedAt: ContinuousClock.Instant) -> Bool {
        // Fewer than were signed: the signer says what that means.
        guard head >= signed else { return true }
        if head == signed { return false }
        return head - signed >= policy.events || signedAt.duration(to: .now) >= .seconds(policy.seconds)
    }

    /// Returns at once when it is closed.
    private func sleep(_ seconds: Double) { _ = wake.wait(timeout: .now() + seconds) }

    /// The same reason is told once.
    private func tell(_ error: any Error) {
        let isNew = fields.withLock { fields in
            defer { fields.trouble = error }
            return fields.trouble.map { "\($0)" != "\(error)" } ?? true
        }
        if isNew {
            logger.error("the log was not signed; it is tried again", metadata: ["error": "\(error)"])
        }
    }
}
