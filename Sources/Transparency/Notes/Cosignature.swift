internal import LMDB

/// What a witness signs: that it has seen a checkpoint at a time, and nothing that contradicts it before. These are the
/// Ed25519 cosignatures of C2SP tlog-cosignature v1.
///
/// The witness's name is not part of what is signed, so no two witnesses may share a key.
public enum Cosignature {
    /// The witness's line for a checkpoint; ``SignedNote/add(_:)`` puts it there.
    ///
    /// Whoever signs must have checked before that the checkpoint is consistent with every one signed earlier.
    ///
    /// - Parameters:
    ///   - note: its text is a checkpoint.
    ///   - time: when the checkpoint was seen, in seconds since 1970, below 2^63.
    ///   - key: the witness's. The line carries the id of its ``VerifierKey/cosigner``.
    /// - Throws: ``NoteError`` when the note is no checkpoint or the time too large; an error of the cryptography.
    public static func line(
        for note: SignedNote, time: UInt64, key: SigningKey
    ) throws -> SignedNote.Signature {
        _ = try TreeCheckpoint(parsing: note.text)
        guard time <= UInt64(Int64.max) else { throw NoteError.invalidTime(time) }
        var signature: [UInt8] = []
        signature.append(bigEndian: time)
        signature.append(contentsOf: try key.signature(over: message(note.text, time: time)))
        let cosigner = key.verifier.cosigner
        return SignedNote.Signature(name: cosigner.name, id: cosigner.id, signature: signature)
    }

    /// Checks a witness's line.
    ///
    /// - Parameters:
    ///   - signature: the line.
    ///   - note: its text is a checkpoint.
    ///   - key: the witness's, of algorithm ``NoteAlgorithm/cosignature``.
    /// - Returns: when the witness saw the checkpoint, in seconds since 1970, as it says itself.
    /// - Throws: ``NoteError`` when the note is no checkpoint, the key is of another algorithm, or the line is not the
    ///   key's cosignature of it.
    public static func verify(
        _ signature: SignedNote.Signature, on note: SignedNote, with key: VerifierKey
    ) throws(NoteError) -> UInt64 {
        guard key.algorithm == .cosignature else {
            throw .malformedKey(expected: "a key for cosignatures, of algorithm \(NoteAlgorithm.cosignature.rawValue)")
        }
        _ = try TreeCheckpoint(parsing: note.text)
        guard let time = validTime(of: signature, on: note, with: key) else {
            throw .invalidSignature(name: signature.name, id: signature.id)
        }
        return time
    }

    /// The time in a line that is the cosignature of a checkpoint by `key`; nil when it is not.
    static func validTime(
        of signature: SignedNote.Signature, on note: SignedNote, with key: VerifierKey
    ) -> UInt64? {
        let payload = signature.signature
        guard signature.names(key), payload.count == 72, (try? TreeCheckpoint(parsing: note.text)) != nil else {
            return nil
        }
        let time = payload.rawSpan.u64BigEndian(at: 0)
        guard time <= UInt64(Int64.max), key.hasSigned(message(note.text, time: time), Array(payload[8...])) else {
            return nil
        }
        return time
    }

    private static func message(_ checkpoint: String, time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(checkpoint)".utf8)
    }
}
