import Audit
import EventLog
import LMDB
import Transparency

extension AuditTrail {
    /// The newest signed checkpoint, with its cosignatures.
    ///
    /// - Throws: ``CommandFailure`` when none was signed yet.
    func newestCheckpoint() throws -> SignedNote {
        guard let note = try checkpoints.newest() else {
            throw CommandFailure(.notFound, "no checkpoint was signed yet; rapport checkpoint --key FILE signs one")
        }
        do {
            _ = try note.verify(with: try checkpoints.keys())
        } catch {
            throw CommandFailure(.damaged, "\(checkpoints.path): the newest checkpoint: \(error)")
        }
        return note
    }

    /// Size and root of the tree over all events that are in `log` now.
    ///
    /// Where the tree cannot be brought so far, every event is hashed.
    func currentRoot(of log: EventLog) throws -> (size: UInt64, root: Hash256) {
        let head = log.head
        do {
            try bringTree(to: head)
            return (head.rawValue, try tree.root(size: head.rawValue))
        } catch let error as TreeUnavailable where error.reason == .readOnly {
            let verified = try AuditVerification.run(log, against: [])
            return (verified.size, verified.root)
        }
    }

    /// The hashes that prove that the first `old` of `new` events have not changed since there were no more.
    ///
    /// - Throws: ``CommandFailure`` when the tree on disk is not that of the checkpoints that were signed.
    func consistencyHashes(from old: UInt64, to new: UInt64) throws -> [Hash256] {
        try bringTree(to: Position(new))
        let proof = try tree.consistencyProof(from: old, to: new)
        do {
            try MerkleProof.verifyConsistency(
                oldSize: old, oldRoot: knownRoot(old), newSize: new, newRoot: knownRoot(new), proof: proof)
        } catch let error as ProofError {
            throw CommandFailure(
                .damaged,
                "the hash tree is not that of the checkpoints: \(error); rapport verify tells what is wrong, and "
                    + "rapport rebuild tree makes the tree again")
        }
        return proof
    }

    /// The root that was signed for `size` events; where nobody has signed, that of the tree.
    private func knownRoot(_ size: UInt64) throws -> Hash256 {
        for note in try checkpoints.signed() {
            let checkpoint = try TreeCheckpoint(parsing: note.text)
            if checkpoint.size == size { return checkpoint.root }
        }
        return try tree.root(size: size)
    }

    private func bringTree(to position: Position) throws {
        let progress = ProgressLine(label: "Hashing")
        defer { progress.finish() }
        try tree.extend(to: position, progress: { progress.update(done: Int(clamping: $0), of: Int(clamping: $1)) })
    }
}
