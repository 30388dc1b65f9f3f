public import EventLog
internal import LMDB
internal import Transparency

extension AuditTrail {
    /// Hashes every event again and compares: with the stored leaf hashes, as far as there is a tree; and the root, at
    /// the size of each, with every checkpoint that is stored in the data directory or remembered elsewhere. Stored
    /// checkpoints must be signed by listed keys, and the hashes above the leaves be those that the leaves give.
    ///
    /// One pass over the log, in memory that does not grow with it. It compares checksums, not the shape of records:
    /// `EventLog.verify(progress:)` is to be run before.
    ///
    /// What it finds is what somebody did who could not, or did not, change everything. Whoever changes the log and
    /// makes its tree and its checkpoints again is found by a checkpoint that was remembered elsewhere, and by
    /// nothing else.
    ///
    /// - Parameters:
    ///   - remembered: checkpoints that were kept outside of the data directory.
    ///   - progress: told now and then how far it is, with the head; what it throws ends the verification.
    /// - Throws: ``TamperedLog`` with the first finding; ``DamagedTree`` when the log is sound and its tree is not;
    ///   ``DamagedCheckpoints``; `DamagedLog` for a record that does not have its checksum; errors of the storage
    ///   layer.
    public static func verify(
        _ log: EventLog, against remembered: [RememberedCheckpoint] = [],
        progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> TreeVerification {
        // In this order: what is read first speaks of no more than what is read later.
        let known = try KnownCheckpoints(in: CheckpointStore(of: log), and: remembered)
        let tree = try LogTree.asStored(of: log)
        let treeLeftOut = try tree == nil ? whyLeftOut(log) : nil
        let head = log.head.rawValue
        var comparison = LogComparison(log, head: head, known.all, tree)
        try comparison.run(progress: progress)
        if let finding = try comparison.finding() ?? known.wrongSignature { throw TamperedLog(finding) }
        try comparison.requireSoundTree()
        return TreeVerification(
            size: head, root: comparison.root, leavesCompared: comparison.leavesCompared,
            checkpointsChecked: known.all.count, rememberedChecked: known.all.count { $0.isRemembered },
            coveredUpTo: known.all.last?.size ?? 0, treeLeftOut: treeLeftOut)
    }

    /// Why no stored tree was used; nil when there is none.
    private static func whyLeftOut(_ log: EventLog) throws -> String? {
        let folder = log.derivedPath + "/tree"
        guard try TreeState.isThere(in: folder) else { return nil }
        guard let state = try TreeState.read(from: folder) else { return "\(folder): the tree cannot be read" }
        guard state.logID == log.logID else { return "\(folder): the tree is of another log, \(state.logID)" }
        return "\(folder): hashes of the tree are missing"
    }
}
