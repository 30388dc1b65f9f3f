internal import Crypto
internal import Foundation

/// A master key that this process holds: 32 bytes from a file or from the environment.
///
/// It wraps with AES-256-GCM under a random nonce; the context is authenticated with it. A wrapped key is nonce (12),
/// ciphertext, tag (16).
public struct LocalMasterKey: MasterKey {
    /// Where it comes from.
    public let name: String
    private let key: SymmetricKey

    /// A key of exactly 32 bytes.
    ///
    /// - Throws: ``MasterKeyRefusal`` for any other number.
    public init(bytes: [UInt8], name: String) throws(MasterKeyRefusal) {
        guard bytes.count == SecretBytes.keyLength else { throw MasterKeyRefusal(name, .malformed) }
        self.name = name
        key = SymmetricKey(data: bytes)
    }

    /// A key as base64 text (RFC 4648, 4) in its one canonical form, and one line end at most.
    init(base64 text: [UInt8], name: String) throws(MasterKeyRefusal) {
        let line = text.last == UInt8(ascii: "\n") ? Array(text.dropLast()) : text
        guard let bytes = Data(base64Encoded: Data(line)), bytes.base64EncodedData() == Data(line) else {
            throw MasterKeyRefusal(name, .malformed)
        }
        try self.init(bytes: [UInt8](bytes), name: name)
    }

    /// Reads the key in a file, which nobody but its owner may do.
    ///
    /// - Parameter dataDirectory: where the key must not lie; nil when there is none yet.
    /// - Throws: ``MasterKeyRefusal``.
    public init(file path: String, dataDirectory: String?) throws(MasterKeyRefusal) {
        let file = SecretFile(path)
        if let dataDirectory, file.isWithin(dataDirectory) { throw MasterKeyRefusal(path, .inDataDirectory) }
        try self.init(base64: file.read(), name: path)
    }

    /// Makes a new random key in a file that only its owner may read; never in the place of another file.
    ///
    /// - Throws: ``MasterKeyRefusal`` when there is a file, and errors of the storage layer.
    public static func make(at path: String) throws {
        let text = Data(SecretBytes.random()).base64EncodedString() + "\n"
        try SecretFile(path).write(Array(text.utf8))
    }

    /// Wraps a key. Wrapping it again gives other bytes.
    public func wrap(_ key: [UInt8], for context: [UInt8]) throws -> [UInt8] {
        let box = try AES.GCM.seal(key, using: self.key, authenticating: context)
        var bytes = Array(box.nonce)
        bytes.append(contentsOf: box.ciphertext)
        bytes.append(contentsOf: box.tag)
        return bytes
    }

    /// Gives back what this key has wrapped for the same context.
    ///
    /// - Throws: ``MasterKeyRefusal`` with the reason `wrongKey`.
    public func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws -> [UInt8] {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let opened = try? AES.GCM.open(box, using: key, authenticating: context)
        else { throw MasterKeyRefusal(name, .wrongKey) }
        return [UInt8](opened)
    }
}

extension LocalMasterKey: CustomStringConvertible, CustomReflectable {
    /// Where it comes from, without the secret.
    public var description: String { "the master key of \(name)" }

    /// Shows the name alone: whatever prints the parts of a value prints no secret.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
