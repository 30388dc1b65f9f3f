/// What is wrong with a key, a note, or a text made of one: what is malformed and what was expected, or why its
/// signatures do not count.
public enum NoteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of text that are read line by line.
    public enum Document: String, Equatable, Sendable {
        /// A ``SignedNote``.
        case note
        /// The text of a ``TreeCheckpoint``.
        case checkpoint
        /// A ``TransparencyLogProof``.
        case proof
    }

    /// The name of a key is empty, longer than 255 bytes, or has white space, a control character or a plus in it.
    case invalidKeyName(String)
    /// The text of a key is not what was expected.
    case malformedKey(expected: String)
    /// The text of a key names an id that is not the id of the key in it.
    case wrongKeyID(name: String, expected: UInt32, found: UInt32)
    /// The key is of an algorithm, told by its number, that is not supported here.
    case unsupportedAlgorithm(UInt8)
    /// A line, counted from 1, is not what was expected.
    case malformed(Document, line: Int, expected: String)
    /// A note's text has more bytes than the limit allows.
    case textTooLong(limit: Int)
    /// A note has more signatures than the limit allows.
    case tooManySignatures(limit: Int)
    /// A known key is said to have signed the note, and has not.
    case invalidSignature(name: String, id: UInt32)
    /// No known key has signed the note.
    case noKnownSignature
    /// The time of a cosignature, in seconds since 1970, is not below 2^63.
    case invalidTime(UInt64)

    public var description: String {
        switch self {
        case .invalidKeyName(let name):
            "\(String(name.prefix(40)).debugDescription) cannot name a key; expected 1 to \(KeyText.nameBytes) bytes "
                + "without white space, control characters and +"
        case .malformedKey(let expected): "not a key; expected \(expected)"
        case .wrongKeyID(let name, let expected, let found):
            "the key of \(name) has the id \(KeyText.hex(expected)), its text says \(KeyText.hex(found))"
        case .unsupportedAlgorithm(let number):
            "a key of algorithm \(number); expected 1 (Ed25519) or, to verify cosignatures, 4"
        case .malformed(let document, let line, let expected): "\(document), line \(line): expected \(expected)"
        case .textTooLong(let limit): "the note's text has more than \(limit) bytes"
        case .tooManySignatures(let limit): "the note has more than \(limit) signatures"
        case .invalidSignature(let name, let id):
            "the signature of \(name) (key \(KeyText.hex(id))) is not one of this note"
        case .noKnownSignature: "no known key has signed the note"
        case .invalidTime(let time): "\(time) is no time of a cosignature; expected seconds since 1970 below 2^63"
        }
    }
}
