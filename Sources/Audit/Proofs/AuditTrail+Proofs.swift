public import EventLog
internal import LMDB
public import Transparency

extension AuditTrail {
    /// The proof that the event at `position` is in the log that `checkpoint` speaks of, for somebody who knows the
    /// log's key. ``EventOpening/encoded`` of the event goes with it, as what C2SP tlog-proof calls extra data.
    ///
    /// It is checked before it is handed out.
    ///
    /// - Parameters:
    ///   - checkpoint: a signed checkpoint of this log, of at least so many events.
    ///   - personalParts: whether the parts about persons are shown; else only their hash is.
    /// - Throws: ``ProofRefusal``; ``DamagedTree`` when a stored hash is wrong; ``TamperedLog`` when the event is;
    ///   `NoteError` when the note is no checkpoint; errors of the storage layer.
    public func prove(
        _ position: Position, in checkpoint: SignedNote, personalParts: Bool
    ) throws -> TransparencyLogProof {
        let target = try TreeCheckpoint(parsing: checkpoint.text)
        try requireCovered(position...position, by: target)
        let opening = try opening(of: position, personalParts: personalParts)
        return TransparencyLogProof(
            index: position.rawValue - 1, extra: opening.encoded, hashes: try path(from: opening, to: target),
            checkpoint: checkpoint)
    }

    // MARK: What a proof needs

    /// Checks that the positions are in the log and in the checkpoint, and that the tree has the checkpoint's root;
    /// extends the tree where it does not reach so far.
    func requireCovered(_ range: ClosedRange<Position>, by checkpoint: TreeCheckpoint) throws {
        guard range.lowerBound > .zero else { throw ProofRefusal.noSuchPosition }
        guard range.upperBound.rawValue <= checkpoint.size else {
            throw ProofRefusal.beyondCheckpoint(range.upperBound, size: checkpoint.size)
        }
        try requireRoot(of: checkpoint)
    }

    /// Checks that the tree has the checkpoint's root.
    func requireRoot(of checkpoint: TreeCheckpoint) throws {
        try extendTree(to: checkpoint.size)
        guard try tree.root(size: checkpoint.size) != checkpoint.root else { return }
        try StoredHashes(tree).requireSound(to: tree.size)
        throw ProofRefusal.disagrees(size: checkpoint.size)
    }

    private func extendTree(to size: UInt64) throws {
        if tree.size < size { try tree.refresh() }
        if tree.size >= size { return }
        let head = log.head
        guard size <= head.rawValue else { throw ProofRefusal.beyondLog(size: size, head: head) }
        guard tree.isWritable else { throw ProofRefusal.behind(size: size, tree: tree.size) }
        try tree.extend(to: Position(size))
    }

    /// The event at a position that the log has.
    func opening(of position: Position, personalParts: Bool) throws -> EventOpening {
        let opening = try log.withEvent(at: position) { event in
            EventOpening(of: event, type: log.type(of: event), withPersonalParts: personalParts)
        }
        guard let opening else { throw DamagedLog(position: position, damage: .missing) }
        return opening
    }

    /// The hashes from an event's leaf to the checkpoint's root, checked.
    func path(from opening: EventOpening, to checkpoint: TreeCheckpoint) throws -> [Hash256] {
        let hashes = try tree.inclusionProof(of: opening.position, size: checkpoint.size)
        do {
            try MerkleProof.verifyInclusion(
                leaf: opening.leafHash, index: opening.position.rawValue - 1, size: checkpoint.size, proof: hashes,
                root: checkpoint.root)
        } catch {
            throw try whyNotProved(opening)
        }
        return hashes
    }

    /// Why the hashes do not lead from an event to the root, which the tree has.
    func whyNotProved(_ opening: EventOpening) throws -> any Error {
        let index = opening.position.rawValue - 1
        guard try tree.hash(level: 0, index: index) != opening.leafHash else {
            return DamagedTree(tree.folder, .path(opening.position))
        }
        if try StoredHashes(tree).isDamaged(aroundLeaf: index) {
            return DamagedTree(tree.folder, .leaf(opening.position))
        }
        return TamperedLog(.edited(opening.position))
    }
}
