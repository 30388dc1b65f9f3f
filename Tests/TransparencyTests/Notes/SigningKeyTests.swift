import Testing
import Transparency

/// Private keys as text.
@Suite struct SigningKeyTests {
    @Test(
        "keys of other programs are read, and written the same",
        arguments: [
            (SampleNotes.goSigningKey, SampleNotes.goKey), (SampleNotes.logSigningKey, SampleNotes.logKey),
        ])
    func knownKeys(text: String, verifier: String) throws {
        let key = try SigningKey(text)
        #expect(key.verifier.description == verifier)
        #expect(key.text == text)
    }

    @Test("a new key comes back from its text, and no two are the same")
    func newKeys() throws {
        let key = try SigningKey(name: "crm.example/acme")
        let read = try SigningKey(key.text)
        #expect(key.verifier.name == "crm.example/acme")
        #expect(key.verifier.algorithm == .ed25519)
        #expect(read.verifier == key.verifier)
        #expect(read.text == key.text)
        #expect(try SigningKey(name: "crm.example/acme").verifier != key.verifier)
        var note = try SignedNote(text: "text\n")
        try note.sign(with: read)
        #expect(try note.verify(with: [key.verifier]) == [key.verifier])
    }

    @Test("what a key says of itself does not hold its secret")
    func secrecy() throws {
        let key = try SigningKey(SampleNotes.logSigningKey)
        for text in ["\(key)", String(describing: key), String(reflecting: key)] {
            #expect(text == "the private key of " + SampleNotes.logKey)
        }
    }

    @Test(
        "names that would not stand in a line are refused",
        arguments: [
            "", " ", "a b", "a\tb", "a\nb", "a+b", "+", "a\u{A0}b", "a\u{2003}b", "a\u{3000}b", "a\u{2028}b",
            "a\u{85}b",
            "a\u{0}b", "a\u{7F}b", "a\u{9B}b", String(repeating: "a", count: 256), String(repeating: "é", count: 128),
        ])
    func names(name: String) {
        #expect(throws: NoteError.invalidKeyName(name)) { try SigningKey(name: name) }
    }

    @Test("other names come back", arguments: ["a", "Zoë", "漢字", "a/b.c:d", String(repeating: "a", count: 255)])
    func otherNames(name: String) throws {
        let key = try SigningKey(name: name)
        #expect(try SigningKey(key.text).verifier.name == name)
        var note = try SignedNote(text: "text\n")
        try note.sign(with: key)
        let read = try SignedNote(parsing: note.encoded)
        #expect(try read.verify(with: [key.verifier]) == [key.verifier])
    }

    @Test(
        "what is no key is refused",
        arguments: [
            ("", .malformedKey(expected: "a text that begins with PRIVATE+KEY+")),
            (SampleNotes.logKey, .malformedKey(expected: "a text that begins with PRIVATE+KEY+")),
            (
                "PRIVATE+KEY+crm.example/acme+30729f0e",
                .malformedKey(expected: "a name, 8 hexadecimal digits and base64 with + in between")
            ),
            (
                "PRIVATE+KEY+" + SampleNotes.keyText(name: "a", algorithm: 1, keyBytes: 31),
                .malformedKey(expected: "a secret of 32 bytes")
            ),
            ("PRIVATE+KEY+" + SampleNotes.witnessKey, .unsupportedAlgorithm(4)),
            (
                "PRIVATE+KEY+crm.example/acme+30729f0f+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
                .wrongKeyID(name: "crm.example/acme", expected: 0x3072_9f0e, found: 0x3072_9f0f)
            ),
        ] as [(String, NoteError)])
    func malformedKeys(text: String, error: NoteError) {
        #expect(throws: error) { try SigningKey(text) }
    }
}
