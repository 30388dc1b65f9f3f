public import Transparency

extension SigningKey {
    /// The key in a file, for a note that is no checkpoint. Neither its lock is taken nor anything written beside it.
    ///
    /// - Parameters:
    ///   - path: the key's file, as `rapport key` makes it.
    ///   - dataDirectory: where the key must not lie.
    /// - Throws: ``SigningRefusal`` when there is no key, when it lies in the data directory, when others than its
    ///   owner may read it, or when it is something else.
    public static func reading(file path: String, outside dataDirectory: String) throws(SigningRefusal) -> SigningKey {
        let file = KeyFile(path)
        guard !file.isWithin(dataDirectory) else {
            throw SigningRefusal(path, .keyInDataDirectory(dataDirectory))
        }
        return try file.key()
    }
}
