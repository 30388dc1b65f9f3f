internal import LMDB

/// What a backup has done, and what it holds now.
public struct BackupSummary: Hashable, Sendable {
    /// The log that it is of.
    public let logID: EventID
    /// Every event up to here is in the backup.
    public let position: Position
    /// Events that the backup before it did not have, those included that an interrupted one had left.
    public let added: UInt64
    /// Bytes of their records.
    public let bytes: UInt64
    /// When it ended.
    public let takenAt: Timestamp
}

extension EventLog {
    /// Brings the backup in `folder` to the head that the log has now; makes it where there is none.
    ///
    /// Only what is new is copied, while appends and reads go on, and each record is checked before it is. The backup
    /// is a log that is only read: ``init(at:options:logger:)`` opens it, ``Backup`` restores from it.
    ///
    /// Interrupted at any moment, it leaves the backup that was there, and the next one goes on from where it stopped.
    ///
    /// - Parameter progress: told at the start and after each step how far the backup is, with where it is going; what
    ///   it throws ends the backup there.
    /// - Throws: ``BackupRefusal`` when the folder holds something else; ``DamagedLog`` when a record of this log is
    ///   not sound, and ``DamagedBackup`` when it is one of the backup; errors of the storage layer.
    @discardableResult
    public func backUp(
        to folder: String, progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> BackupSummary {
        try backUp(to: folder, eventsAtOnce: RecordCopy.eventsAtOnce, progress: progress)
    }

    /// - Parameter eventsAtOnce: records of one step.
    @discardableResult
    func backUp(
        to folder: String, eventsAtOnce: Int, progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> BackupSummary {
        let head = try currentHead()
        let target = try BackupTarget(folder, of: logID, mapSize: mapUse.reserved)
        defer { target.close() }
        let start = try target.soundStretch()
        try requireBeginning(start, of: folder, upTo: head)
        try progress(Position(start.position), head)
        var copy = RecordCopy(from: store, to: target.store, behind: start, eventsAtOnce: eventsAtOnce)
        try copy.run(upTo: head.rawValue) { position in try progress(position, head) }
        return try target.end(with: copy.done)
    }

    /// The log begins with what the backup holds. Records are never changed, so it is enough that the last one is the
    /// same: its checksum covers its place and its time.
    private func requireBeginning(_ stretch: CheckedStretch, of folder: String, upTo head: Position) throws {
        let position = Position(stretch.position)
        guard position <= head else { throw BackupRefusal(folder, .ahead(backup: position, log: head)) }
        guard let backedUp = stretch.lastID else { return }
        guard let (checksum, id) = try withEvent(at: position, { event in (event.checksum, event.id) }) else {
            throw DamagedLog(position: position, damage: .missing)
        }
        guard checksum == stretch.checksum else {
            throw BackupRefusal(folder, .parted(at: position, backup: backedUp, log: id))
        }
    }
}
