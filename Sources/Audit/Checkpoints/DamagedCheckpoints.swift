/// A file of stored checkpoints that holds something else: which file, from which line on, and what was expected.
public struct DamagedCheckpoints: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The line where the note or key begins that is none, from 1.
    public let line: Int
    /// What is wrong with it.
    public let reason: String

    init(_ path: String, line: Int, _ reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    public var description: String { "\(path), line \(line): \(reason)" }
}
