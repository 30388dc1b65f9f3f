internal import Foundation
internal import LMDB

/// The file `RESTORING` in a data directory: what stands there is not whole, and no log is opened there. Whoever holds
/// the lock on it is at work; when nobody does, a restore was interrupted.
struct UnfinishedRestore {
    private let mark: String
    /// Held until this value goes.
    private let lock: FileLock

    private static func markPath(in folder: String) -> String { folder + "/RESTORING" }

    /// Whether a restore into `folder` has begun and not ended.
    static func isThere(in folder: String) -> Bool { FileManager.default.fileExists(atPath: markPath(in: folder)) }

    /// Marks `folder`, durably, before anything of the log is in it; makes it where it is missing. What an interrupted
    /// restore has left of a log is removed.
    ///
    /// - Throws: ``RestoreRefusal`` when there is a log, or somebody else at work.
    init(in folder: String) throws {
        mark = Self.markPath(in: folder)
        let markBefore = FileStamp(mark)
        guard markBefore != nil || !Self.hasLog(folder) else { throw RestoreRefusal.occupied(folder) }
        try DurableFile.createDirectory(folder)
        guard let lock = try FileLock.acquire(mark) else { throw RestoreRefusal.busy(folder) }
        self.lock = lock
        // Another one may have ended since; then this mark is new, or gone, and the log there is whole.
        let wasInterrupted = markBefore != nil && FileStamp(mark) == markBefore
        guard wasInterrupted || !Self.hasLog(folder) else {
            try DurableFile.remove(mark)
            throw RestoreRefusal.occupied(folder)
        }
        try DurableFile.syncDirectory(of: mark)
        try DurableFile.createDirectory(folder + "/log")
        if wasInterrupted {
            for name in ["data.mdb", "lock.mdb"] { try DurableFile.remove(folder + "/log/" + name) }
        }
    }

    /// Whether there is a backup, or anything at the place of a log.
    private static func hasLog(_ folder: String) -> Bool {
        if BackupManifest.isThere(in: folder) { return true }
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/log")
        return names?.contains { $0 != LogStore.draftName && !$0.hasPrefix(OpenMark.draftPrefix) } ?? false
    }

    /// Takes the mark away, durably: the log is whole.
    func end() throws { try DurableFile.remove(mark) }
}
