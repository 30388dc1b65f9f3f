public import EventLog
public import LMDB
internal import Synchronization
public import Transparency

/// The Merkle tree (RFC 6962) over the events of a log, in `<data>/tree`: leaf n commits to the event at position n +
/// 1, as ``EventOpening`` says.
///
/// It is derived from the log, as an index is. What does not belong to the log is never used, and made anew; what a
/// crash leaves half-written is cut off. Several processes may read it while one of them extends it. Safe to use from
/// any thread.
///
/// A hash that was damaged on disk is not noticed when it is read: whoever makes a proof of what is read here checks it
/// against a root that is known otherwise.
public final class LogTree: SubtreeHashes, Sendable {
    private struct Shared {
        var snapshot = TreeSnapshot.empty
        /// Whether this process extends the tree, and so knows it better than the files say.
        var isExtending = false
    }

    struct Extending {
        var writer: TreeWriter?
        /// Whether the lease is kept from one extension to the next.
        var keepsLease = false
    }

    let log: EventLog
    let folder: String
    /// Whether the tree may be extended by this value.
    public let isWritable: Bool
    /// Whether a tree is used that does not fit the log.
    private let isAsStored: Bool
    private let shared = Mutex(Shared())
    /// Held while the files are asked how far they go.
    private let refreshing = Mutex(())
    let extending = Mutex(Extending())

    /// The tree of a log, as far as it is on disk; without leaves where there is none that belongs to the log: with the
    /// same log id, and the log's own record at the position where it ends.
    ///
    /// - Parameter isWritable: whether it may be extended, where the log keeps what is derived from it. Else it is used
    ///   as it is.
    /// - Throws: an error of the storage layer.
    public convenience init(of log: EventLog, isWritable: Bool) throws {
        self.init(log, isWritable: isWritable && log.keepsDerived, isAsStored: false)
        if self.isWritable { try DurableFile.createDirectory(folder) }
        try refresh()
    }

    /// The tree that is on disk for a log, even if the log has become shorter or ends with another record since: to
    /// find out what was done to the log. It cannot be extended.
    ///
    /// - Returns: nil when there is none, or none of a log with this id.
    /// - Throws: an error of the storage layer.
    public static func asStored(of log: EventLog) throws -> LogTree? {
        let tree = LogTree(log, isWritable: false, isAsStored: true)
        try tree.refresh()
        return tree.snapshot.files == nil ? nil : tree
    }

    private init(_ log: EventLog, isWritable: Bool, isAsStored: Bool) {
        self.log = log
        self.isWritable = isWritable
        self.isAsStored = isAsStored
        folder = log.derivedPath + "/tree"
    }

    // MARK: Size

    /// How many leaves it has, as far as this process knows: see ``refresh()``.
    public var size: UInt64 { snapshot.size }

    /// What is asked of it fits together.
    var snapshot: TreeSnapshot { shared.withLock { $0.snapshot } }

    /// Learns how far another process has extended the tree, or that it was made anew. Of what this process does itself
    /// it knows.
    ///
    /// - Throws: an error of the storage layer.
    public func refresh() throws {
        try refreshing.withLock { _ throws -> Void in
            if shared.withLock({ $0.isExtending }) { return }
            let found = try load()
            shared.withLock { shared in
                if !shared.isExtending { shared.snapshot = found }
            }
        }
    }

    /// The tree as the files say.
    private func load() throws -> TreeSnapshot {
        var failed: TreeState?
        // One that is made anew takes away the files of the one before, perhaps before they were opened here.
        while let state = try storedState(), state != failed, try isUsable(state) {
            let known = snapshot.files
            let files =
                try known?.generation == state.generation
                ? known : TreeFiles(in: folder, generation: state.generation, isWritable: false)
            if let files, try files.hold(state.size) { return TreeSnapshot(files: files, size: state.size) }
            failed = state
        }
        return .empty
    }

    /// As stored: what was put aside when the log was found to be another one, before the tree that was made since.
    private func storedState() throws -> TreeState? {
        if isAsStored, let aside = try TreeState.readDiscarded(from: folder), aside.logID == log.logID { return aside }
        return try TreeState.read(from: folder)
    }

    private func isUsable(_ state: TreeState) throws -> Bool {
        if isAsStored { return state.logID == log.logID }
        do {
            return try state.fits(log)
        } catch is DamagedLog {
            // Not thrown away for that: the log is to be looked at first.
            return false
        }
    }

    // MARK: What the writer tells

    /// This process has the lease, and the tree is as the writer says.
    func publish(_ writer: TreeWriter) {
        let snapshot = writer.snapshot
        shared.withLock { $0 = Shared(snapshot: snapshot, isExtending: true) }
    }

    /// This process has not the lease any more.
    ///
    /// - Parameter isSound: whether all that was hashed is durable; else the tree is as the files say.
    func retire(isSound: Bool) {
        let found = isSound ? snapshot : (try? load()) ?? .empty
        shared.withLock { $0 = Shared(snapshot: found, isExtending: false) }
    }
}

// MARK: - Hashes and proofs

extension LogTree {
    /// The hash of a complete subtree.
    ///
    /// - Throws: `ProofError.outOfRange` when the tree does not reach so far; an error of the storage layer.
    public func hash(level: Int, index: UInt64) throws -> Hash256 {
        try snapshot.hash(level: level, index: index)
    }

    /// The root over the first `size` leaves: over all events up to that position. Logarithmic in the size.
    ///
    /// - Throws: `ProofError.outOfRange` when the tree does not reach so far; an error of the storage layer.
    public func root(size: UInt64) throws -> Hash256 {
        try MerkleTree(snapshot).root(size: size)
    }

    /// The proof that the event at `position` is in the tree over the first `size` leaves: the leaf's sibling first.
    ///
    /// - Throws: as ``root(size:)``.
    public func inclusionProof(of position: Position, size: UInt64) throws -> [Hash256] {
        // Position 0 becomes a leaf that no tree has.
        try MerkleTree(snapshot).inclusionProof(of: position.rawValue &- 1, size: size)
    }

    /// The proof that the tree over the first `new` leaves begins with the tree over the first `old` ones.
    ///
    /// - Throws: as ``root(size:)``; `ProofError.shrunk` when `old` is the larger one.
    public func consistencyProof(from old: UInt64, to new: UInt64) throws -> [Hash256] {
        try MerkleTree(snapshot).consistencyProof(from: old, to: new)
    }

    /// The proof that the events of `range` follow each other in the tree over the first `size` leaves: from left to
    /// right, the hashes of the largest subtrees that hold none of them.
    ///
    /// - Throws: as ``root(size:)``.
    public func rangeProof(of range: ClosedRange<Position>, size: UInt64) throws -> [Hash256] {
        guard range.lowerBound > .zero else { throw ProofError.outOfRange(index: .max, size: size) }
        let leaves = range.lowerBound.rawValue - 1..<range.upperBound.rawValue
        return try MerkleTree(snapshot).rangeProof(of: leaves, size: size)
    }

    /// The hashes of a tile, one behind the other: what C2SP tlog-tiles publishes under this name.
    ///
    /// - Throws: as ``root(size:)``.
    public func tile(_ name: TileName) throws -> [UInt8] { try snapshot.tile(name) }
}
