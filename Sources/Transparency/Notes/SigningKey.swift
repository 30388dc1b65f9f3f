internal import Crypto
internal import Foundation

/// The private key of somebody who signs notes with Ed25519.
///
/// Its text is that of Go's package `sumdb/note`, `PRIVATE+KEY+name+id+base64(algorithm || seed)`, and as secret as the
/// key. Nothing else that this type tells holds the secret.
public struct SigningKey: Sendable, CustomStringConvertible {
    private static let mark = "PRIVATE+KEY+"

    private let key: Curve25519.Signing.PrivateKey
    /// The public key that belongs to it, under the same name.
    public let verifier: VerifierKey

    /// Makes a new key from random bytes of the system.
    ///
    /// - Throws: ``NoteError/invalidKeyName(_:)``.
    public init(name: String) throws(NoteError) {
        try KeyText.checkName(name)
        self.init(Curve25519.Signing.PrivateKey(), name: name)
    }

    /// Reads the text of a key.
    ///
    /// - Throws: ``NoteError`` when it is malformed, has a name that no key has, another algorithm than Ed25519, or an
    ///   id that is not its own. No error tells anything of the secret.
    public init(_ text: String) throws(NoteError) {
        guard let rest = text[...].dropping(Self.mark) else {
            throw .malformedKey(expected: "a text that begins with \(Self.mark)")
        }
        let fields = try KeyText(rest)
        guard fields.algorithm == NoteAlgorithm.ed25519.rawValue else {
            throw .unsupportedAlgorithm(fields.algorithm)
        }
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: fields.key) else {
            throw .malformedKey(expected: "a secret of 32 bytes")
        }
        self.init(key, name: fields.name)
        guard verifier.id == fields.id else {
            throw .wrongKeyID(name: fields.name, expected: verifier.id, found: fields.id)
        }
    }

    private init(_ key: Curve25519.Signing.PrivateKey, name: String) {
        self.key = key
        verifier = VerifierKey(
            name: name, algorithm: .ed25519, publicKey: [UInt8](key.publicKey.rawRepresentation))
    }

    /// The key's text. Whoever has it can sign as ``verifier``.
    public var text: String {
        let seed = [UInt8](key.rawRepresentation)
        return Self.mark + KeyText.text(name: verifier.name, id: verifier.id, algorithm: .ed25519, key: seed)
    }

    /// Whose key it is, without the secret.
    public var description: String { "the private key of \(verifier)" }

    /// The 64 bytes of an Ed25519 signature over `message`. It may differ from one call to the next.
    func signature(over message: [UInt8]) throws -> [UInt8] {
        [UInt8](try key.signature(for: message))
    }
}
