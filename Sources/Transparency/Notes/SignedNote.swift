internal import LMDB

/// A text and the signatures of those who stand for it: a note of C2SP signed-note v1.0.0.
///
/// The text counts for nothing before ``verify(with:)`` has answered. Written, a note is its text, an empty line and a
/// line for each signature.
public struct SignedNote: Sendable {
    /// A signature line: who is said to have signed, and the signature.
    public struct Signature: Sendable {
        /// The name of the key.
        public let name: String
        /// The id of the key, see ``VerifierKey/id``.
        public let id: UInt32
        /// The bytes behind the id: 64 of an Ed25519 signature, 72 of a cosignature, any number of another algorithm's.
        public let signature: [UInt8]

        /// A signature as it stands in a note; nothing is checked.
        public init(name: String, id: UInt32, signature: [UInt8]) {
            self.name = name
            self.id = id
            self.signature = signature
        }
    }

    /// The most bytes a text has.
    public static let textBytes = 1_000_000
    /// The most signatures a note has; C2SP signed-note asks for room for 16.
    public static let signatureCount = 100

    /// What is signed: one line or more, each with its line end, the last one included.
    public let text: String
    /// The signatures, in the order of their lines.
    public private(set) var signatures: [Signature]

    /// A note with the signatures it has so far.
    ///
    /// - Parameters:
    ///   - text: what is signed; it ends with a line end and has no other control characters below U+0020.
    ///   - signatures: taken as they are; ``verify(with:)`` checks them.
    /// - Throws: ``NoteError`` when the text or a signature cannot stand in a note.
    public init(text: String, signatures: [Signature] = []) throws(NoteError) {
        try Self.check(text)
        guard signatures.count <= Self.signatureCount else { throw .tooManySignatures(limit: Self.signatureCount) }
        for signature in signatures { try Self.check(signature) }
        self.text = text
        self.signatures = signatures
    }

    /// Adds a signature, for example a witness's cosignature, in place of those that name the same key.
    ///
    /// - Throws: ``NoteError`` when it cannot stand in a note, or the note has as many as fit.
    public mutating func add(_ signature: Signature) throws(NoteError) {
        try Self.check(signature)
        var others = signatures.filter { $0.id != signature.id || !$0.name.sameBytes(as: signature.name) }
        guard others.count < Self.signatureCount else { throw .tooManySignatures(limit: Self.signatureCount) }
        others.append(signature)
        signatures = others
    }

    /// Signs the text, in place of an earlier signature of the same key.
    ///
    /// - Throws: ``NoteError/tooManySignatures(limit:)``; an error of the cryptography.
    public mutating func sign(with key: SigningKey) throws {
        let signature = try key.signature(over: Array(text.utf8))
        try add(Signature(name: key.verifier.name, id: key.verifier.id, signature: signature))
    }

    /// Checks the signatures of those whom the reader knows; lines of others are ignored.
    ///
    /// - Parameter keys: those of Ed25519 have signed the text, those for cosignatures as ``Cosignature`` says.
    /// - Returns: the keys that have signed, at least one, in their order here.
    /// - Throws: ``NoteError/invalidSignature(name:id:)`` when a line of a known key, by name and id, is not its
    ///   signature; ``NoteError/noKnownSignature`` when there is no line of a known key.
    public func verify(with keys: [VerifierKey]) throws(NoteError) -> [VerifierKey] {
        let message = Array(text.utf8)
        var haveSigned: Set<Int> = []
        for signature in signatures {
            let named = keys.indices.filter { signature.names(keys[$0]) }
            // Two keys may share a name and an id, made so by somebody with time to spare.
            let signers = named.filter { isValid(signature, by: keys[$0], over: message) }
            guard named.isEmpty || !signers.isEmpty else {
                throw .invalidSignature(name: signature.name, id: signature.id)
            }
            haveSigned.formUnion(signers)
        }
        guard !haveSigned.isEmpty else { throw .noKnownSignature }
        return haveSigned.sorted().map { keys[$0] }
    }

    private func isValid(_ signature: Signature, by key: VerifierKey, over message: [UInt8]) -> Bool {
        switch key.algorithm {
        case .ed25519: key.hasSigned(message, signature.signature)
        case .cosignature: Cosignature.validTime(of: signature, on: self, with: key) != nil
        }
    }

    private static func check(_ text: String) throws(NoteError) {
        guard text.utf8.count <= textBytes else { throw .textTooLong(limit: textBytes) }
        var line = 1
        for byte in text.utf8 {
            guard byte >= 0x20 || byte == UInt8(ascii: "\n") else {
                throw .malformed(.note, line: line, expected: "no control character")
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
        guard text.utf8.last == UInt8(ascii: "\n") else {
            throw .malformed(.note, line: line, expected: "a line end at the end of the text")
        }
    }

    private static func check(_ signature: Signature) throws(NoteError) {
        try KeyText.checkName(signature.name)
        guard !signature.signature.isEmpty else {
            throw .invalidSignature(name: signature.name, id: signature.id)
        }
    }
}

extension SignedNote: Hashable {
    /// Byte for byte: texts that only look the same are not.
    public static func == (left: SignedNote, right: SignedNote) -> Bool {
        left.text.sameBytes(as: right.text) && left.signatures == right.signatures
    }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension SignedNote.Signature: Hashable {
    /// Whether the line says that `key` has made the signature.
    func names(_ key: VerifierKey) -> Bool { id == key.id && name.sameBytes(as: key.name) }

    /// Byte for byte: names that only look the same are not.
    public static func == (left: Self, right: Self) -> Bool {
        left.id == right.id && left.signature == right.signature && left.name.sameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(signature)
    }
}
