public import EventLog

/// Why no proof is made. Nothing of it was handed out.
public enum ProofRefusal: Error, Equatable, Sendable {
    /// The checkpoint does not reach as far: only what was in the log then can be proved.
    case beyondCheckpoint(Position, size: UInt64)
    /// There is no event before position 1.
    case noSuchPosition
    /// The checkpoint is of more events than the log has.
    case beyondLog(size: UInt64, head: Position)
    /// The tree does not reach as far as the checkpoint, and may not be extended here.
    case behind(size: UInt64, tree: UInt64)
    /// The log does not begin with what the checkpoint says: it is of another log, or the log was changed.
    case disagrees(size: UInt64)
    /// A bundle is of one event or more.
    case nothingSelected
    /// A selection cannot be called so.
    case malformedSubject(String)
}

extension ProofRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .beyondCheckpoint(let position, let size):
            "position \(position) is not in the checkpoint, which is of \(size) events; expected a newer checkpoint, "
                + "as `rapport checkpoint` makes"
        case .noSuchPosition: "there is no position 0; the first event has position 1"
        case .beyondLog(let size, let head):
            "the checkpoint is of \(size) events, and the log ends at position \(head); expected a checkpoint of "
                + "this log"
        case .behind(let size, let tree):
            "the tree has \(tree) events, the checkpoint \(size), and the tree is not extended here; expected a data "
                + "directory that may be written"
        case .disagrees(let size):
            "the log does not begin with the \(size) events of the checkpoint; expected a checkpoint of this log. "
                + "`rapport verify` tells whether the log was changed"
        case .nothingSelected: "nothing is selected; expected one event or more"
        case .malformedSubject(let subject):
            "a selection cannot be called \(String(subject.prefix(40)).debugDescription); expected one line of 1 to "
                + "\(BundleFormat.subjectBytes) bytes"
        }
    }
}
