/// A backup of a log, as far as its manifest tells. ``EventLog/EventLog/backUp(to:progress:)`` makes it.
public struct Backup: Sendable {
    /// Its folder.
    public let path: String
    let manifest: BackupManifest

    /// The log that it is of.
    public var logID: EventID { manifest.logID }

    /// How far the last backup that ended has come. One that was interrupted may have left more.
    public var position: Position { Position(manifest.position) }

    /// When the last backup ended; nil before the first one has.
    public var takenAt: Timestamp? { manifest.takenAt }

    /// The backup in the folder `path`.
    ///
    /// - Throws: ``RestoreRefusal`` when there is none, ``UnreadableLog`` when its manifest is damaged or of another
    ///   format.
    public init(at path: String) throws {
        guard let manifest = try BackupManifest.read(from: path) else { throw RestoreRefusal.noBackup(path) }
        self.path = path
        self.manifest = manifest
    }

    /// Whether the folder `path` is a backup, complete or not.
    public static func isThere(at path: String) -> Bool { BackupManifest.isThere(in: path) }
}
