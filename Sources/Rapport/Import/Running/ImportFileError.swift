/// A data file, or a look-up table beside one, that cannot be imported at all.
public struct ImportFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path.
    public let path: String
    /// What is wrong.
    public let error: CSVError

    public var description: String { "\(path):\(error)" }
}
