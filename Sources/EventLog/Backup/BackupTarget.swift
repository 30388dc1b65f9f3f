internal import Foundation
internal import LMDB

/// The folder of a backup while it is written: nobody else writes it, and it was marked as a backup before anything
/// else came into it, so that whatever a crash leaves is never taken for a log to append to.
struct BackupTarget {
    let folder: String
    let store: LogStore
    private let manifest: BackupManifest
    /// Held until this value goes.
    private let lock: FileLock

    /// Files that a backup may have left before its manifest was there.
    private static let ownFiles: Set<String> = ["lock", "BACKUP.new"]

    /// Opens the backup of the log `logID` in `folder`; makes it where there is nothing yet.
    ///
    /// - Throws: ``BackupRefusal``, ``UnreadableLog``, and errors of the storage layer.
    init(_ folder: String, of logID: EventID, mapSize: Int) throws {
        self.folder = folder
        guard BackupManifest.isThere(in: folder) || Self.isFree(folder) else {
            throw BackupRefusal(folder, .occupied)
        }
        try DurableFile.createDirectory(folder)
        guard let lock = try FileLock.acquire(folder + "/lock") else { throw BackupRefusal(folder, .busy) }
        self.lock = lock
        if let manifest = try BackupManifest.read(from: folder) {
            guard manifest.logID == logID else {
                throw BackupRefusal(folder, .otherLog(backup: manifest.logID, log: logID))
            }
            self.manifest = manifest
        } else {
            manifest = BackupManifest(logID: logID)
            try manifest.write(to: folder)
        }
        store = try LogStore(folder: folder + "/log", mapSize: mapSize, readOnly: false, newID: logID)
        guard store.logID == logID else {
            throw BackupRefusal(folder, .otherLog(backup: store.logID, log: logID))
        }
        // Whoever made the log may have been interrupted before its name was durable.
        try DurableFile.syncDirectory(of: folder + "/log/data.mdb")
    }

    private static func isFree(_ folder: String) -> Bool {
        guard FileManager.default.fileExists(atPath: folder) else { return true }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
        return names.allSatisfy { ownFiles.contains($0) }
    }

    /// Lets go of the files.
    func close() { store.environment.close() }

    /// What the backup holds. The records behind its manifest, left by a backup that was interrupted, are checked.
    ///
    /// - Throws: ``DamagedBackup`` when it does not hold, soundly, what it should.
    func soundStretch() throws -> CheckedStretch {
        do {
            return try stretch()
        } catch let damage as DamagedLog {
            throw DamagedBackup(folder, damage)
        }
    }

    private func stretch() throws -> CheckedStretch {
        let end = try store.environment.read { transaction in try store.head(in: transaction).position }
        guard end >= manifest.position else { throw DamagedLog(position: Position(end + 1), damage: .missing) }
        var stretch = try stretchOfManifest()
        while stretch.position < end {
            let snapshot = try store.environment.beginRead()
            try stretch.advance(through: store, snapshot, upTo: end, by: RecordCopy.eventsAtOnce) { _, _ in }
        }
        return stretch
    }

    private func stretchOfManifest() throws -> CheckedStretch {
        let position = manifest.position
        if position == 0 { return CheckedStretch() }
        func require(_ holds: Bool, _ damage: DamagedLog.Damage) throws {
            if !holds { throw DamagedLog(position: Position(position), damage: damage) }
        }
        let snapshot = try store.environment.beginRead()
        guard let record = try snapshot.value(in: store.events, for: position) else {
            throw DamagedLog(position: Position(position), damage: .missing)
        }
        try require(record.byteCount >= EventView.headerLength, .malformed)
        try require(EventView(record).checksum == RecordEncoder.checksum(of: record), .checksum)
        try require(EventView(record).checksum == manifest.checksum, .manifest)
        return CheckedStretch(manifest, endingWith: EventView(record))
    }

    /// Says durably that the backup holds `stretch`.
    func end(with stretch: CheckedStretch) throws -> BackupSummary {
        let takenAt = Timestamp.now()
        let ended = BackupManifest(
            logID: manifest.logID, position: stretch.position, checksum: stretch.checksum, chain: stretch.chain,
            takenAt: takenAt)
        try ended.write(to: folder)
        return BackupSummary(
            logID: ended.logID, position: Position(ended.position), added: ended.position - manifest.position,
            bytes: stretch.bytes, takenAt: takenAt)
    }
}
