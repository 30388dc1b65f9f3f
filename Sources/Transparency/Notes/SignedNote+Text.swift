internal import LMDB

extension SignedNote {
    private static let lineMark = "\u{2014} "

    /// The note as it is stored and sent: the text, an empty line, and a line `— name base64(id || signature)` for each
    /// signature. Without a signature it cannot be read back.
    public var encoded: String {
        var note = text
        note += "\n"
        for signature in signatures {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: signature.id)
            bytes.append(contentsOf: signature.signature)
            note += "\(Self.lineMark)\(signature.name) \(Base64.encode(bytes))\n"
        }
        return note
    }

    /// Reads a note. Its text ends at its last empty line; what comes behind must be signature lines, one or more.
    ///
    /// Linear in the note's length. Writing the result gives the same bytes.
    ///
    /// - Throws: ``NoteError`` with the line, counted from 1, and what was expected there.
    public init(parsing note: String) throws(NoteError) {
        let bytes = Array(note.utf8)
        let lineEnd = UInt8(ascii: "\n")
        guard let end = (0..<max(0, bytes.count - 1)).last(where: { bytes[$0] == lineEnd && bytes[$0 + 1] == lineEnd })
        else {
            throw .malformed(.note, line: 1, expected: "a text, an empty line and signatures")
        }
        let text = String(decoding: bytes[...end], as: UTF8.self)
        var lines = NoteLines(String(decoding: bytes[(end + 2)...], as: UTF8.self))
        let linesBefore = bytes[...(end + 1)].count { $0 == lineEnd }
        var signatures: [Signature] = []
        while let line = lines.next() {
            guard signatures.count < Self.signatureCount else { throw .tooManySignatures(limit: Self.signatureCount) }
            signatures.append(try Self.signature(line, number: linesBefore + lines.number))
        }
        guard lines.isAtEnd, !signatures.isEmpty else {
            throw .malformed(
                .note, line: linesBefore + lines.number + 1,
                expected: lines.isAtEnd ? "a signature" : "a line end at the end of the note")
        }
        try self.init(text: text, signatures: signatures)
    }

    private static func signature(_ line: Substring, number: Int) throws(NoteError) -> Signature {
        let rest = line.dropping(lineMark) ?? ""
        let fields = rest.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard fields.count == 2, let bytes = Base64.decode(Substring(fields[1])), bytes.count > 4
        else {
            throw .malformed(
                .note, line: number, expected: "\(lineMark)<key name> <base64 of a key id and a signature>")
        }
        return Signature(
            name: String(Substring(fields[0])), id: KeyText.number(bytes[..<4]), signature: Array(bytes[4...]))
    }
}
