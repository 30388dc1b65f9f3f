internal import Foundation
internal import LMDB

/// The file by which a process that has the log open to append to it is known: `log/open-...`, which it holds a lock
/// on. A file that nobody holds was left by a process that ended without closing the log.
final class OpenMark: Sendable {
    private static let prefix = "open-"
    /// Of a mark that is being made.
    static let draftPrefix = "new-"
    private static let secondsOfDraft = 60.0

    private let path: String
    /// Held until this value goes.
    private let lock: FileLock
    /// Whether a process has ended without closing the log, since the last time that somebody looked.
    let hasFoundOthers: Bool

    /// Removes what others have left in `folder`, and makes the mark of this process.
    init(in folder: String) throws {
        hasFoundOthers = try Self.removeLeftOvers(in: folder)
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        // Made under another name: until it is locked it would look like a left-over.
        let draft = folder + "/" + Self.draftPrefix + name
        guard let lock = try FileLock.acquire(draft) else { throw LMDBError(.alreadyOpen, "mark", path: draft) }
        self.lock = lock
        path = folder + "/" + Self.prefix + name
        try FileManager.default.moveItem(atPath: draft, toPath: path)
    }

    private static func removeLeftOvers(in folder: String) throws -> Bool {
        var hasFound = false
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            if name.hasPrefix(draftPrefix) { removeLeftDraft(folder + "/" + name) }
            guard name.hasPrefix(prefix) else { continue }
            guard let lock = try FileLock.acquire(folder + "/" + name, creating: false) else { continue }
            // Its owner may have removed it, and let go of it, just now.
            guard FileStamp(folder + "/" + name) != nil else { continue }
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
            hasFound = true
            withExtendedLifetime(lock) {}
        }
        return hasFound
    }

    /// Removes the mark of a process that has died while it made it: one that is being made is only moments old.
    private static func removeLeftDraft(_ path: String) {
        let made = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        if let made, made.timeIntervalSinceNow < -secondsOfDraft { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The log is closed, or the process leaves by itself.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    deinit { remove() }
}
