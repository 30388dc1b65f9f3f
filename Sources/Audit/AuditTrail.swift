public import EventLog
internal import LMDB
public import Logging
public import Transparency

/// The tree over a log, the checkpoints of it that were signed, and the proofs that are made from both.
///
/// Safe to use from any thread.
public final class AuditTrail: Sendable {
    let log: EventLog
    /// The tree over the log.
    public let tree: LogTree
    /// The checkpoints that were signed or seen.
    public let checkpoints: CheckpointStore
    private let follower: TreeFollower?

    /// Opens the tree of a log as far as it goes; nothing is hashed yet.
    ///
    /// - Parameters:
    ///   - follows: keeps the tree behind the log's head, on a thread of its own, where the log keeps what is derived
    ///     from it. Else the tree is brought up to date when a checkpoint or a proof needs it.
    ///   - logger: told what goes wrong on that thread.
    /// - Throws: errors of the storage layer.
    public init(_ log: EventLog, follows: Bool, logger: Logger = Logger(label: "rapport.audit")) throws {
        self.log = log
        tree = try LogTree(of: log, isWritable: log.keepsDerived)
        checkpoints = CheckpointStore(of: log)
        follower = follows && log.keepsDerived ? TreeFollower(log, tree, logger: logger) : nil
    }

    deinit { close() }

    /// Ends the thread that follows the log; returns when it has ended. Reading goes on working.
    public func close() { follower?.close() }

    /// Throws the tree away and makes it again from the log: where its hashes were damaged.
    ///
    /// - Parameters:
    ///   - isCancelled: asked again and again. What was hashed before stays.
    ///   - progress: told how many events are hashed, with how many there are.
    /// - Throws: ``TreeUnavailable``; `CancellationError`; `DamagedLog`; errors of the storage layer.
    public func rebuildTree(
        isCancelled: () -> Bool = { false }, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws {
        try tree.rebuild(to: log.head, isCancelled: isCancelled, progress: progress)
    }

    // MARK: Checkpoints

    /// Brings the tree to the log's head, signs it and stores the note. If nothing was appended since the last one, and
    /// the key has signed that, it is answered again.
    ///
    /// - Parameters:
    ///   - signer: holds the key.
    ///   - progress: told how many events are hashed, with how many there are.
    /// - Throws: ``SigningRefusal``, ``DamagedTree``, ``DamagedCheckpoints``, ``TreeUnavailable``; `DamagedLog`; errors
    ///   of the storage layer.
    public func checkpoint(
        signedBy signer: CheckpointSigner, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> SignedNote {
        try checkpoint(signedBy: [signer], progress: progress)
    }

    /// The same, signed by several keys of one name: to change from one key to the next, a checkpoint is signed by
    /// both.
    ///
    /// - Precondition: there is one at least.
    public func checkpoint(
        signedBy signers: [CheckpointSigner], progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> SignedNote {
        guard let first = signers.first else { preconditionFailure("a checkpoint is signed by somebody") }
        guard !log.isReadOnly else { throw SigningRefusal(first.keyFile, .readOnlyLog) }
        // What is in the log is durable; so nothing is signed that a crash could take back.
        let head = log.head
        try tree.extend(to: head, progress: progress)
        if let again = try newest(signedBy: signers, head: head.rawValue) {
            for signer in signers { try signer.agree(to: head.rawValue, of: tree) }
            return again
        }
        let note = try CheckpointSigner.sign(tree, size: head.rawValue, with: signers)
        for signer in signers { try checkpoints.add(key: signer.verifier) }
        try checkpoints.append(signed: note)
        return note
    }

    /// The newest stored checkpoint, if it is of the log as it is and signed by all of `signers`; else nil.
    ///
    /// - Throws: ``SigningRefusal`` when it is signed by this log's keys, and the log is not one that grew from it. The
    ///   files beside the keys say so, too, as long as nobody has deleted them.
    private func newest(signedBy signers: [CheckpointSigner], head: UInt64) throws -> SignedNote? {
        guard let note = try checkpoints.newest(), let first = signers.first else { return nil }
        let keys = signers.map(\.verifier)
        let known = try checkpoints.keys()
        guard let signed = try? note.verify(with: keys + known.filter { !keys.contains($0) }) else { return nil }
        let checkpoint = try TreeCheckpoint(parsing: note.text)
        guard checkpoint.origin.sameBytes(as: first.verifier.name) else { return nil }
        guard checkpoint.size <= head else {
            throw SigningRefusal(first.keyFile, .smallerThanLast(size: head, last: checkpoint.size))
        }
        guard try tree.root(size: checkpoint.size) == checkpoint.root else {
            throw SigningRefusal(first.keyFile, .disagrees(size: checkpoint.size))
        }
        return checkpoint.size == head && keys.allSatisfy({ signed.contains($0) }) ? note : nil
    }
}

extension CheckpointStore {
    /// The store in the data directory of a log.
    init(of log: EventLog) {
        self.init(at: log.path + "/checkpoints")
    }
}
