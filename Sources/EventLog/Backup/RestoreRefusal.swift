/// Why a backup is not restored. Nothing was written.
public enum RestoreRefusal: Error, Equatable, Sendable {
    /// There is no backup in this folder.
    case noBackup(String)
    /// The folder to restore into holds a log already, or a backup, or something else where the log would be.
    case occupied(String)
    /// Somebody is restoring into the folder just now.
    case busy(String)
    /// The backup does not reach as far.
    case beyondEnd(Position, end: Position)
    /// Nothing was recorded by then.
    case beforeFirst
    /// A position before the end of the backup makes another log, and none was asked for.
    case needsFork(Position, end: Position)
}

extension RestoreRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noBackup(let path): "\(path): no backup here; expected a folder that a backup was made in"
        case .occupied(let path): "\(path): holds a log already; expected a folder without one"
        case .busy(let path): "\(path): is being restored into just now"
        case .beyondEnd(let position, let end):
            "position \(position) is not in the backup, which ends at position \(end)"
        case .beforeFirst: "the backup has no event that was recorded by then"
        case .needsFork(let position, let end):
            "position \(position) is before the end of the backup, position \(end): the restored log would go on with "
                + "other events than the log it comes from; expected a fork, which is a log of its own"
        }
    }
}
