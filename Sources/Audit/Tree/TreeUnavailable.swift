public import EventLog

/// Why the tree does not become as large as it was asked to.
public struct TreeUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is in the way.
    public enum Reason: Equatable, Sendable {
        /// It may not be written: of a log that is only read, or opened to be read.
        case readOnly
        /// The log ends before.
        case beyondHead(Position)
        /// Another process extends it, and does not get on.
        case heldElsewhere
    }

    /// What is in the way.
    public let reason: Reason
    /// The folder of the tree.
    public let path: String
    /// How many leaves it has.
    public let size: UInt64
    /// How many leaves were wanted.
    public let wanted: UInt64

    /// One line: the folder, how far the tree goes, and why not further.
    public var description: String {
        let state = "\(path): the tree has \(size) leaves, \(wanted) are wanted"
        return switch reason {
        case .readOnly: "\(state), and it may not be written here"
        case .beyondHead(let head): "\(state), and the log ends at position \(head)"
        case .heldElsewhere: "\(state), and another process, which extends it, does not get on"
        }
    }
}
