internal import EventLog
internal import LMDB

/// Extends the tree on disk. Has the lease (`tree/LEASE`), so there is one among all processes.
///
/// When something has failed it is not used any more: what has been written since the last commit is not known then,
/// and the next one begins where the commit says.
struct TreeWriter: Sendable {
    /// Leaves of a step at most: some hundredths of a second.
    private static let greatestStep: UInt64 = 65_536
    private static let leastStep: UInt64 = 256

    private let log: EventLog
    private let folder: String
    private let lease: FileLock
    private let files: TreeFiles
    /// What is in the files.
    private var written: TreeState
    /// What is durable, and what other processes see.
    private var committed: TreeState
    private var committedAt = ContinuousClock.now
    /// Leaves of the next step: fewer where events are large.
    private var step = TreeWriter.greatestStep
    /// Whether there was a tree that did not fit the log, or could not be read.
    let hasDiscarded: Bool

    private init(
        _ log: EventLog, _ folder: String, _ lease: FileLock, _ files: TreeFiles, _ state: TreeState,
        hasDiscarded: Bool
    ) {
        self.log = log
        self.folder = folder
        self.lease = lease
        self.files = files
        self.hasDiscarded = hasDiscarded
        written = state
        committed = state
    }

    /// Takes the lease, if nobody has it, and goes on where the tree in `folder` ends; makes a new one where there is
    /// none that fits the log.
    ///
    /// One that does not fit is put aside: `verify` says by its hashes what was done to the log, until somebody makes
    /// the tree anew on purpose.
    ///
    /// - Parameter anew: makes a new one whatever is there, and forgets what was put aside.
    /// - Returns: nil while somebody else has the lease.
    static func take(in folder: String, of log: EventLog, anew: Bool = false) throws -> TreeWriter? {
        guard let lease = try FileLock.acquire(folder + "/LEASE") else { return nil }
        if !anew, let state = try TreeState.read(from: folder), try state.fits(log),
            let files = try TreeFiles(in: folder, generation: state.generation, isWritable: true),
            try files.hold(state.size)
        {
            try files.cut(to: state.size)
            files.removeOthers(in: folder, keeping: try TreeState.readDiscarded(from: folder)?.generation)
            return TreeWriter(log, folder, lease, files, state, hasDiscarded: false)
        }
        let wasThere = try TreeState.isThere(in: folder)
        if anew {
            try TreeState.forgetDiscarded(in: folder)
        } else if let state = try TreeState.read(from: folder), state.logID == log.logID, try !state.fits(log),
            let files = try TreeFiles(in: folder, generation: state.generation, isWritable: false),
            try files.hold(state.size)
        {
            // The log is not what it was: the hashes are kept for whoever verifies it.
            try state.putAside(in: folder)
        }
        let files = try TreeFiles(makingIn: folder)
        let state = TreeState(logID: log.logID, generation: files.generation, size: 0, recordChecksum: 0)
        try state.write(to: folder)
        files.removeOthers(in: folder, keeping: try TreeState.readDiscarded(from: folder)?.generation)
        return TreeWriter(log, folder, lease, files, state, hasDiscarded: wasThere)
    }

    /// How many leaves are hashed.
    var size: UInt64 { written.size }

    /// The tree as far as it is hashed.
    var snapshot: TreeSnapshot { TreeSnapshot(files: files, size: written.size) }

    /// Hashes some of the leaves that are missing for a tree of `target` leaves.
    mutating func extend(towards target: UInt64, threads: Int) throws {
        let start = written.size
        guard start < target else { return }
        let end = start + min(target - start, step)
        let begun = ContinuousClock.now
        let checksum = try TreeBatch.hash(start..<end, of: log, into: files, threads: threads)
        try files.addUpperLevels(from: start, to: end)
        written.size = end
        written.recordChecksum = checksum
        let took = begun.duration(to: .now)
        if took > .seconds(1) {
            step = max(step / 4, Self.leastStep)
        } else if took < .milliseconds(250) {
            step = min(step * 2, Self.greatestStep)
        }
    }

    /// Makes durable what is hashed and tells it other processes, unless that was done less than `age` ago.
    mutating func commit(ifOlderThan age: Duration = .zero) throws {
        guard written != committed, committedAt.duration(to: .now) >= age else { return }
        try files.sync(from: committed.size, to: written.size)
        try written.write(to: folder)
        committed = written
        committedAt = .now
    }
}
