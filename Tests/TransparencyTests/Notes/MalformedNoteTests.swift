import Testing
import Transparency

/// What is no note, and what the error says of it.
@Suite struct MalformedNoteTests {
    private static let parts = NoteError.malformed(
        .note, line: 1, expected: "a text, an empty line and signatures")
    private static let line = NoteError.malformed(
        .note, line: 3, expected: "\u{2014} <key name> <base64 of a key id and a signature>")

    @Test(
        "what is no note is refused",
        arguments: [
            ("", parts), ("\n", parts), ("text\n", parts), ("\n\u{2014} a AAAAAAE=\n", parts),
            ("text\n\u{2014} a AAAAAAE=\n", parts),
            ("text\n\n", .malformed(.note, line: 3, expected: "a signature")),
            ("text\n\n\u{2014} a AAAAAAE=\n\n", .malformed(.note, line: 5, expected: "a signature")),
            ("text\n\n\u{2014} a AAAAAAE=", .malformed(.note, line: 3, expected: "a line end at the end of the note")),
            (
                "text\n\n\u{2014} a AAAAAAE=\n\u{2014}",
                .malformed(.note, line: 4, expected: "a line end at the end of the note")
            ),
            ("text\n\nmore\n", line), ("text\n\n- a AAAAAAE=\n", line), ("text\n\n\u{2014}a AAAAAAE=\n", line),
            ("text\n\n\u{2014}  a AAAAAAE=\n", line), ("text\n\n\u{2014} a\n", line), ("text\n\n\u{2014} a \n", line),
            ("text\n\n\u{2014} a AAAA\n", line), ("text\n\n\u{2014} a AAAAAA==\n", line),
            ("text\n\n\u{2014} a AAAAAAE\n", line), ("text\n\n\u{2014} a AAAAAAF=\n", line),
            ("text\n\n\u{2014} a AAAAAAE= \n", line), ("text\n\n\u{2014} a b AAAAAAE=\n", line),
            ("text\n\n\u{2014} a AAAAAAE=\r\n", line), ("text\n\n\u{2014} a AAAA_AE=\n", line),
            ("text\n\n \u{2014} a AAAAAAE=\n", line),
            ("text\n\n\u{2014} \u{A0} AAAAAAE=\n", .invalidKeyName("\u{A0}")),
            ("text\n\n\u{2014}  AAAAAAE=\n", .invalidKeyName("")),
            ("text\n\n\u{2014} a+b AAAAAAE=\n", .invalidKeyName("a+b")),
            ("text\n\n\u{2014} a\tb AAAAAAE=\n", .invalidKeyName("a\tb")),
            ("a\nte\txt\n\n\u{2014} a AAAAAAE=\n", .malformed(.note, line: 2, expected: "no control character")),
            ("text\r\n\n\u{2014} a AAAAAAE=\n", .malformed(.note, line: 1, expected: "no control character")),
            ("te\u{0}xt\n\n\u{2014} a AAAAAAE=\n", .malformed(.note, line: 1, expected: "no control character")),
        ] as [(String, NoteError)])
    func malformedNotes(text: String, error: NoteError) {
        #expect(throws: error) { try SignedNote(parsing: text) }
    }

    @Test("an empty line within the signatures makes those before it text")
    func emptyLine() throws {
        let line = "\u{2014} a AAAAAAE=\n"
        let note = try SignedNote(parsing: "text\n\n\(line)\n\(line)")
        #expect(note.text == "text\n\n" + line)
        #expect(note.signatures.count == 1)
    }

    @Test(
        "a text that could not be read back is refused",
        arguments: [
            ("", .malformed(.note, line: 1, expected: "a line end at the end of the text")),
            ("text", .malformed(.note, line: 1, expected: "a line end at the end of the text")),
            ("a\nb", .malformed(.note, line: 2, expected: "a line end at the end of the text")),
            ("a\n\tb\n", .malformed(.note, line: 2, expected: "no control character")),
        ] as [(String, NoteError)])
    func malformedTexts(text: String, error: NoteError) {
        #expect(throws: error) { try SignedNote(text: text) }
    }

    @Test("a signature that could not be read back is refused")
    func malformedSignatures() throws {
        var note = try SignedNote(text: "text\n")
        let (nameless, empty) = (
            SignedNote.Signature(name: "a b", id: 1, signature: [1]),
            SignedNote.Signature(name: "a", id: 1, signature: [])
        )
        #expect(throws: NoteError.invalidKeyName("a b")) { try note.add(nameless) }
        #expect(throws: NoteError.invalidSignature(name: "a", id: 1)) { try note.add(empty) }
        #expect(throws: NoteError.invalidKeyName("a b")) { try SignedNote(text: "text\n", signatures: [nameless]) }
        #expect(note.signatures.isEmpty)
    }

    @Test(
        "an error says in one line what was expected",
        arguments: [
            (.malformed(.note, line: 3, expected: "a signature"), "note, line 3: expected a signature"),
            (.malformed(.checkpoint, line: 2, expected: "a size"), "checkpoint, line 2: expected a size"),
            (.malformed(.proof, line: 1, expected: "more"), "proof, line 1: expected more"),
            (.malformedKey(expected: "a name"), "not a key; expected a name"),
            (
                .wrongKeyID(name: "a", expected: 0xAB, found: 1),
                "the key of a has the id 000000ab, its text says 00000001"
            ),
            (.unsupportedAlgorithm(6), "a key of algorithm 6; expected 1 (Ed25519) or, to verify cosignatures, 4"),
            (
                .invalidKeyName("a\nb"),
                #""a\nb" cannot name a key; expected 1 to 255 bytes without white space, control characters and +"#
            ),
            (.textTooLong(limit: 9), "the note's text has more than 9 bytes"),
            (.tooManySignatures(limit: 9), "the note has more than 9 signatures"),
            (.invalidSignature(name: "a", id: 16), "the signature of a (key 00000010) is not one of this note"),
            (.noKnownSignature, "no known key has signed the note"),
            (
                .invalidTime(.max),
                "18446744073709551615 is no time of a cosignature; expected seconds since 1970 below 2^63"
            ),
        ] as [(NoteError, String)])
    func descriptions(error: NoteError, text: String) {
        #expect("\(error)" == text)
    }
}
