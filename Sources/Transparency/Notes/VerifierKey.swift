internal import Crypto
internal import LMDB

/// What a key of Ed25519 signs in notes; the number stands in the key's text and goes into its id.
public enum NoteAlgorithm: UInt8, Hashable, Sendable {
    /// The note's text itself, as C2SP signed-note defines it.
    case ed25519 = 1
    /// A checkpoint and the time it was seen, as C2SP tlog-cosignature v1 defines it for witnesses.
    case cosignature = 4
}

/// The public key of somebody who signs notes: what a reader of notes has to know beforehand.
///
/// Its text, often called a vkey, is `name+id+base64(algorithm || public key)`.
public struct VerifierKey: Sendable, CustomStringConvertible {
    /// Whose key it is: by convention a URL without its scheme, for a log the origin of its checkpoints.
    public let name: String
    /// What the key signs.
    public let algorithm: NoteAlgorithm
    /// The 32 bytes of the public key, as RFC 8032 encodes it.
    public let publicKey: [UInt8]
    /// The first four bytes, read as a big-endian number, of SHA-256(name || line end || algorithm || public key): with
    /// the name it tells which key has made a signature.
    public let id: UInt32

    /// Reads the text of a key.
    ///
    /// - Throws: ``NoteError`` when it is malformed, has a name that no key has, an algorithm that is not supported, or
    ///   an id that is not its own.
    public init(_ text: String) throws(NoteError) {
        let fields = try KeyText(text[...])
        guard let algorithm = NoteAlgorithm(rawValue: fields.algorithm) else {
            throw .unsupportedAlgorithm(fields.algorithm)
        }
        guard fields.key.count == 32 else { throw .malformedKey(expected: "a public key of 32 bytes") }
        self.init(name: fields.name, algorithm: algorithm, publicKey: fields.key)
        guard fields.id == id else { throw .wrongKeyID(name: name, expected: id, found: fields.id) }
    }

    /// The name was checked and the public key has 32 bytes.
    init(name: String, algorithm: NoteAlgorithm, publicKey: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        id = KeyText.id(name: name, algorithm: algorithm, key: publicKey)
    }

    /// The same public key as one for cosignatures; it has another id.
    public var cosigner: VerifierKey { VerifierKey(name: name, algorithm: .cosignature, publicKey: publicKey) }

    /// The key's text, `name+id+base64(algorithm || public key)`.
    public var description: String { KeyText.text(name: name, id: id, algorithm: algorithm, key: publicKey) }

    /// Whether `signature` is one of Ed25519 over `message`, made with this key.
    func hasSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

extension VerifierKey: Hashable {
    /// Byte for byte: names that only look the same are not.
    public static func == (left: VerifierKey, right: VerifierKey) -> Bool {
        left.id == right.id && left.algorithm == right.algorithm && left.publicKey == right.publicKey
            && left.name.sameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(publicKey)
    }
}
