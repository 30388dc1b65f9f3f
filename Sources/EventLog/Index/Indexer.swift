internal import Foundation
internal import LMDB
internal import Logging

/// The background thread that moves the tail to disk: full tables become runs; and beside it the one that makes one run
/// of eight of a size, which may take long and must not keep tables waiting.
///
/// One process at a time writes to the index folder (a lock file); others keep their tail, and drop what the manifest
/// covers. A run is synced before the manifest names it, and the manifest is replaced atomically, so after any crash
/// the old list or the new one stands.
final class Indexer: @unchecked Sendable {
    // Unchecked: fields below `condition` are touched with it locked.

    let store: LogStore
    let index: EventIndex
    let isWritable: Bool
    private let pacing: Double
    let logger: Logger
    private let condition = NSCondition()
    private var isRequested = false
    private var isClosing = false
    private var isStopped = false
    private var failure: (any Error)?
    /// The lock on the folder, while one of the threads holds it.
    private weak var folderLock: FileLock?
    private var isMerging = false
    /// After a merge that failed: when the next one may begin.
    private var noMergeBefore = Date.distantPast
    private static let pauseAfterFailure = 30.0
    /// Whether a run has turned out to be damaged: then nothing is published any more.
    private var isGivenUp = false
    /// The runs that are being written, by name.
    private var unpublished: Set<String> = []
    /// Held while the manifest is replaced, and the runs in memory by those it names.
    let publishing = NSLock()

    /// Full tables that may wait before appends are held back; each takes 10 to 30 MB.
    private static let maximumFullTables = 4
    /// A clean close writes the tail out only from this size on; below, the next open scans it in a few milliseconds.
    private static let flushAtClose = 16_384
    private static let runsPerMerge = 8

    /// - Parameters:
    ///   - isWritable: whether the index may be written, or only be used as it is.
    ///   - pacing: seconds to wait at every step; for tests of what happens in between.
    init(_ store: LogStore, _ index: EventIndex, isWritable: Bool = true, pacing: Double, logger: Logger) {
        self.store = store
        self.index = index
        self.isWritable = isWritable
        self.pacing = pacing
        self.logger = logger
        index.onFullTable = { [weak self] in self?.request() }
        index.waitForRoom = { [weak self] in self?.waitForRoom() }
        let thread = Thread { [self] in run() }
        thread.name = "indexer"
        thread.start()
    }

    private func request() {
        condition.withLock {
            isRequested = true
            condition.broadcast()
        }
    }

    /// Blocks while too many full tables wait to be written.
    func waitForRoom() {
        if !isWritable { return }
        // The index is asked outside of `condition`: whoever fills it holds its lock and takes `condition` after it.
        while index.fullTables > Self.maximumFullTables {
            condition.lock()
            // When the index cannot be written, memory is the lesser evil: nobody would ever make room.
            let isClosing = self.isClosing || failure != nil
            isRequested = true
            condition.broadcast()
            if !isClosing { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.01)) }
            condition.unlock()
            if isClosing { return }
        }
    }

    /// Writes out what is worth it and ends the threads; a merge under way is given up.
    func close() {
        condition.lock()
        isClosing = true
        condition.broadcast()
        while !isStopped || isMerging { condition.wait() }
        condition.unlock()
    }

    private func run() {
        while true {
            condition.lock()
            if !isRequested, !isClosing { _ = condition.wait(until: Date(timeIntervalSinceNow: 1)) }
            isRequested = false
            let closing = isClosing
            condition.unlock()
            do {
                try work(closing: closing)
                condition.withLock { failure = nil }
            } catch {
                let isNew = condition.withLock {
                    defer { failure = error }
                    return failure.map { "\($0)" != "\(error)" } ?? true
                }
                if isNew { logger.error("indexing failed; it is tried again", metadata: ["error": "\(error)"]) }
            }
            condition.withLock {
                if closing { isStopped = true }
                condition.broadcast()
            }
            if closing { return }
        }
    }

    private func work(closing: Bool) throws {
        let hasWork = index.oldestTable(fullOnly: true) != nil
        let isWorthAtClose = closing && index.end - index.runsEnd >= UInt64(Self.flushAtClose)
        let hasMerge = isWritable && !closing && condition.withLock { mayMerge } && dueRuns() != nil
        guard hasWork || isWorthAtClose || hasMerge else { return }
        // Who only reads, or is not the one who writes now, goes on from what others have written.
        guard isWritable, let lock = try lockFolder() else { return try adoptManifest() }
        try publishing.withLock { try adoptManifest() }
        while let (table, floor) = index.oldestTable(fullOnly: !isWorthAtClose) {
            let name = RunWriter.name(first: max(table.base, floor) + 1, last: table.end)
            try whileUnpublished(name) {
                let run = try RunWriter(folder: index.folder).write(table, above: floor, name: name)
                pause()
                try publish { $0 + [run] }
            }
            startMerge(holding: lock)
        }
        if !closing { startMerge(holding: lock) }
    }

    /// Nil while another process is writing. The folder of a backup's index is made when it is first needed.
    func lockFolder() throws -> FileLock? {
        if let lock = condition.withLock({ folderLock }) { return lock }
        try DurableFile.createDirectory(index.folder)
        let lock = try FileLock.acquire(index.folder + "/lock")
        condition.withLock { folderLock = lock }
        return lock
    }

    /// Merges what is due on a thread of its own, unless one is at it. The folder stays locked until it is done.
    private func startMerge(holding lock: FileLock) {
        guard let due = dueRuns() else { return }
        let isMine = condition.withLock {
            guard mayMerge, !isClosing else { return false }
            isMerging = true
            return true
        }
        guard isMine else { return }
        let thread = Thread { [self] in
            var isDone = false
            do {
                try merge(due)
                isDone = true
            } catch is CancellationError {
            } catch let error as LMDBError where error.kind.isDamage {
                giveUp(error)
            } catch {
                logger.error("merging the index failed; it is tried later", metadata: ["error": "\(error)"])
            }
            withExtendedLifetime(lock) {}
            condition.withLock {
                isMerging = false
                if isDone {
                    isRequested = true
                } else {
                    noMergeBefore = Date(timeIntervalSinceNow: Self.pauseAfterFailure)
                }
                condition.broadcast()
            }
        }
        thread.name = "index merge"
        thread.start()
    }

    /// Call with `condition` locked.
    private var mayMerge: Bool { !isMerging && !isGivenUp && Date() >= noMergeBefore }

    /// A run is damaged: from the next opening on there is another index. Until then what needs it fails, and the tail
    /// stays in memory.
    func giveUp(_ error: LMDBError) {
        logger.error("the index is damaged; it is built anew at the next opening", metadata: ["error": "\(error)"])
        condition.withLock { isGivenUp = true }
        guard isWritable, let lock = try? lockFolder() else { return }
        publishing.withLock {
            // Only where the manifest still names the run that is damaged.
            let names = (try? readManifest())?.entries.map(\.name) ?? []
            guard names.contains(where: { error.path.hasSuffix("/" + $0) }) else { return }
            try? DurableFile.remove(index.folder + "/MANIFEST")
        }
        withExtendedLifetime(lock) {}
    }

    private func merge(_ due: [IndexRun]) throws {
        let names = Set(due.map(\.name))
        let writer = RunWriter(folder: index.folder, isCancelled: { [self] in condition.withLock { isClosing } })
        let name = RunWriter.name(first: due[0].first, last: due[due.count - 1].last)
        try whileUnpublished(name) {
            let merged = try writer.merge(due, name: name)
            pause()
            // None of them has been replaced meanwhile: this process alone writes.
            try publish { runs in
                (runs.filter { !names.contains($0.name) } + [merged]).sorted { $0.first < $1.first }
            }
        }
    }

    /// Keeps the other thread from sweeping away what `body` writes.
    private func whileUnpublished(_ name: String, _ body: () throws -> Void) throws {
        condition.withLock { _ = unpublished.insert(name) }
        defer { condition.withLock { _ = unpublished.remove(name) } }
        try body()
    }

    /// The newest runs of one size, or smaller, that are enough to be merged; the small ones first.
    private func dueRuns() -> [IndexRun]? {
        let runs = index.currentRuns
        for level in 0..<8 {
            let due = runs.reversed().prefix { self.level(of: $0) <= level }.count
            if due >= Self.runsPerMerge { return Array(runs.suffix(due)) }
        }
        return nil
    }

    /// 0 up to a full table's events, then one more for every factor of eight.
    private func level(of run: IndexRun) -> Int {
        var level = 0
        var size = run.count
        while size > UInt64(index.tableCapacity) {
            size /= UInt64(Self.runsPerMerge)
            level += 1
        }
        return level
    }

    private func publish(_ change: ([IndexRun]) -> [IndexRun]) throws {
        publishing.lock()
        defer { publishing.unlock() }
        guard !condition.withLock({ isGivenUp }) else {
            throw LMDBError(.corrupted, "publish a run of the index", path: index.folder)
        }
        let runs = change(index.currentRuns)
        try DurableFile.syncDirectory(of: index.folder + "/MANIFEST")
        let manifest = Manifest(logID: store.logID, entries: try runs.map { try entry(of: $0) })
        try manifest.write(to: index.folder + "/MANIFEST")
        pause()
        index.adopt(runs: runs)
        condition.withLock { condition.broadcast() }
        sweep(keeping: Set(runs.map(\.name)).union(condition.withLock { unpublished }))
    }

    private func entry(of run: IndexRun) throws -> Manifest.Entry {
        let transaction = try store.environment.beginRead()
        guard let record = try transaction.value(in: store.events, for: run.last) else {
            throw DamagedLog(position: Position(run.last), damage: .missing)
        }
        return Manifest.Entry(
            name: run.name, first: run.first, last: run.last, lastChecksum: EventView(record).checksum,
            fileHash: run.fileHash)
    }

    /// Removes runs that no manifest names: merged ones, and what a crash left behind.
    private func sweep(keeping names: Set<String>) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: index.folder)) ?? []
        where name.hasPrefix("run-") && !names.contains(name) {
            try? FileManager.default.removeItem(atPath: index.folder + "/" + name)
        }
    }

    private func pause() {
        if pacing > 0 { Thread.sleep(forTimeInterval: pacing) }
    }
}
