/// The log holds sealed parts, and the data directory no key: new keys would not open them.
public struct KeysElsewhere: Error, Equatable, Sendable, CustomStringConvertible {
    /// The data directory.
    public let path: String

    public var description: String {
        "\(path): the log holds sealed parts, and there is no key store; expected that of the log, which `rapport keys "
            + "restore` puts back"
    }
}
