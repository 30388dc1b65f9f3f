/// Where something stands in a mapping.
struct MappingPlace: Hashable, Sendable {
    /// From 1; 0 stands for the mapping as a whole.
    var line = 0
    /// From 1.
    var column = 0

    func error(_ reason: String) -> ImportMappingError {
        ImportMappingError(line: line, column: column, reason: reason)
    }
}

/// A mapping that cannot be used: what is wrong, and where it stands.
public struct ImportMappingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The mapping's file, where it was read from one.
    public internal(set) var file: String?
    /// The line in the mapping, from 1; 0 when no single line is at fault.
    public let line: Int
    /// The column in that line, from 1.
    public let column: Int
    /// What is wrong, and what would be right.
    public let reason: String

    init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    public var description: String {
        let place = line == 0 ? "" : "\(line):\(column): "
        return (file.map { line == 0 ? "\($0): " : "\($0):" } ?? "") + place + reason
    }
}
