/// A text that is not a bundle: the line, counted from 1, and what was expected there.
public struct MalformedBundle: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first line that is not as it should be; the one behind the last where something is missing.
    public let line: Int
    /// What was expected there.
    public let expected: String

    init(line: Int, expected: String) {
        self.line = line
        self.expected = expected
    }

    public var description: String { "the bundle, line \(line): expected \(expected)" }
}
