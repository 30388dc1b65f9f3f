/// Why a log is not backed up into a folder. What was there is as it was.
public struct BackupRefusal: Error, Equatable, Sendable {
    /// The reasons, with what stands against each other.
    public enum Reason: Equatable, Sendable {
        /// The folder holds something that is no backup.
        case occupied
        /// Somebody is writing this backup just now.
        case busy
        /// It is the backup of another log.
        case otherLog(backup: EventID, log: EventID)
        /// It reaches farther than the log does.
        case ahead(backup: Position, log: Position)
        /// Its last event is not the one that the log has at this position; the two, by their ids.
        case parted(at: Position, backup: EventID, log: EventID)
    }

    /// The folder of the backup.
    public let folder: String
    /// Why.
    public let reason: Reason

    init(_ folder: String, _ reason: Reason) {
        self.folder = folder
        self.reason = reason
    }
}

extension BackupRefusal: CustomStringConvertible {
    public var description: String { "\(folder): \(reason.text)" }
}

extension BackupRefusal.Reason {
    fileprivate var text: String {
        switch self {
        case .occupied: "holds something that is no backup; expected a new or empty folder, or a backup of this log"
        case .busy: "this backup is being written just now"
        case .otherLog(let backup, let log): "is a backup of the log \(backup); expected one of the log \(log)"
        case .ahead(let backup, let log):
            "reaches position \(backup), but the log ends at position \(log): it has lost events that the backup holds"
        case .parted(let position, let backup, let log):
            "at position \(position) it holds the event \(backup), the log another one, \(log): they have parted"
        }
    }
}

/// Damage found in a backup: in which one, where, and of what kind.
public struct DamagedBackup: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder of the backup.
    public let folder: String
    /// Where, and what.
    public let damage: DamagedLog

    init(_ folder: String, _ damage: DamagedLog) {
        self.folder = folder
        self.damage = damage
    }

    public var description: String { "\(folder): \(damage)" }
}
