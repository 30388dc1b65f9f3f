internal import LMDB
internal import Synchronization
public import Transparency

/// Holds a signing key and the right to use it: an exclusive lock beside the key's file, until this value goes.
///
/// It never signs two checkpoints of which one does not begin with the other. What it signs is written beside the key,
/// durably, before the signature is made: after a crash, or with an older copy of the data, it signs nothing that
/// contradicts what it may have handed out. So the key and the file `.last` belong together and outside of the data
/// directory, its copies and its backups.
public final class CheckpointSigner: Sendable {
    /// The key that others check the signatures with.
    public let verifier: VerifierKey
    private let file: KeyFile
    private let key: SigningKey
    /// Held until this value goes.
    private let lock: FileLock
    private let last: Mutex<SizedRoot?>

    /// One checkpoint at a time is signed in this process: it may be signed by several keys.
    private static let signing = Mutex(())

    /// Makes a new key in a file that only its owner may read.
    ///
    /// - Parameters:
    ///   - name: which log signs by it: by convention a URL without its scheme, `crm.example/acme`.
    ///   - path: where there is no file; outside of every data directory.
    /// - Returns: the key that others check the signatures with.
    /// - Throws: `NoteError` for a name that no key can have; ``SigningRefusal`` when a key is or was there; errors of
    ///   the storage layer.
    public static func makeKey(named name: String, at path: String) throws -> VerifierKey {
        let key = try SigningKey(name: name)
        try KeyFile(path).write(key)
        return key.verifier
    }

    /// Reads a key and takes the lock beside it.
    ///
    /// - Parameters:
    ///   - path: the key's file.
    ///   - dataDirectory: where the log is that is to be signed.
    /// - Throws: ``SigningRefusal`` when there is no key, when it lies in the data directory, when others than its
    ///   owner may read it, or when somebody else holds it.
    public init(keyFile path: String, dataDirectory: String) throws(SigningRefusal) {
        let file = KeyFile(path)
        guard !file.isWithin(dataDirectory) else {
            throw SigningRefusal(path, .keyInDataDirectory(dataDirectory))
        }
        let key = try file.key()
        lock = try file.lock()
        last = Mutex(try file.last())
        verifier = key.verifier
        self.file = file
        self.key = key
    }

    /// The key's file, whatever links led to it.
    public var keyFile: String { file.path }

    /// Signs the first `size` events of the log that `tree` is of.
    ///
    /// Before, the tree must give the root that was signed last and be shown to go on from there, and the hashes of the
    /// new stretch must fit together. Whatever the tree holds is durable in the log already.
    ///
    /// - Throws: ``SigningRefusal`` for fewer events than were signed last, for as many with another root, for more
    ///   than the tree has, and for another history; ``DamagedTree``; errors of the storage layer.
    public func sign(_ tree: LogTree, size: UInt64) throws -> SignedNote {
        try Self.sign(tree, size: size, with: [self])
    }

    /// One note with the signatures of all `signers`, each of which agrees: for the change from one key to the next.
    ///
    /// - Parameter afterPersisting: for tests, of a process that ends before the note leaves it.
    static func sign(
        _ tree: LogTree, size: UInt64, with signers: [CheckpointSigner], afterPersisting: () throws -> Void = {}
    ) throws -> SignedNote {
        guard let first = signers.first else { preconditionFailure("a checkpoint is signed by somebody") }
        return try signing.withLock { _ throws -> SignedNote in
            for signer in signers where !signer.verifier.name.sameBytes(as: first.verifier.name) {
                throw SigningRefusal(first.keyFile, .differentNames(signer.verifier.name))
            }
            guard size <= tree.size else {
                throw SigningRefusal(first.keyFile, .beyondTree(size: size, tree: tree.size))
            }
            let next = SizedRoot(size: size, root: try tree.root(size: size))
            for signer in signers { try signer.requireContinuation(by: next, in: tree) }
            let known = signers.map { signer in signer.last.withLock { $0?.size ?? 0 } }.min() ?? 0
            try StoredHashes(tree).requireSound(from: known, to: size)
            var note = try SignedNote(
                text: TreeCheckpoint(origin: first.verifier.name, size: size, root: next.root).body)
            for signer in signers { try signer.persist(next) }
            try afterPersisting()
            for signer in signers { try note.sign(with: signer.key) }
            return note
        }
    }

    /// Checks that what was signed last is the beginning of the first `size` events, and remembers these as signed: for
    /// a note that was made before.
    ///
    /// - Throws: as ``sign(_:size:)``.
    func agree(to size: UInt64, of tree: LogTree) throws {
        try Self.signing.withLock { _ throws -> Void in
            let next = SizedRoot(size: size, root: try tree.root(size: size))
            try requireContinuation(by: next, in: tree)
            try persist(next)
        }
    }

    /// The tree gives what was signed last, and `next` goes on from there.
    private func requireContinuation(by next: SizedRoot, in tree: LogTree) throws {
        guard let last = last.withLock({ $0 }) else { return }
        guard next.size >= last.size else {
            throw SigningRefusal(keyFile, .smallerThanLast(size: next.size, last: last.size))
        }
        guard try tree.root(size: last.size) == last.root else {
            throw SigningRefusal(keyFile, .disagrees(size: last.size))
        }
        do {
            try MerkleProof.verifyConsistency(
                oldSize: last.size, oldRoot: last.root, newSize: next.size, newRoot: next.root,
                proof: try tree.consistencyProof(from: last.size, to: next.size))
        } catch is ProofError {
            throw DamagedTree(tree.folder, .inconsistent(from: last.size, to: next.size))
        }
    }

    private func persist(_ next: SizedRoot) throws {
        if last.withLock({ $0 }) == next { return }
        try file.setLast(next)
        last.withLock { $0 = next }
    }
}
