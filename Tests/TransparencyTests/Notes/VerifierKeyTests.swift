import Testing
import Transparency

/// Public keys as text.
@Suite struct VerifierKeyTests {
    @Test(
        "keys of other programs are read, and written the same",
        arguments: [
            (SampleNotes.exampleKey, "example.com/foo", 0x530d_903a, .ed25519),
            (SampleNotes.goKey, "PeterNeumann", 0xc74f_20a3, .ed25519),
            (SampleNotes.logKey, "crm.example/acme", 0x3072_9f0e, .ed25519),
            (SampleNotes.witnessKey, "witness.example/w1", 0x2032_4abe, .cosignature),
        ] as [(String, String, UInt32, NoteAlgorithm)])
    func knownKeys(text: String, name: String, id: UInt32, algorithm: NoteAlgorithm) throws {
        let key = try VerifierKey(text)
        #expect(key.name == name)
        #expect(key.id == id)
        #expect(key.algorithm == algorithm)
        #expect(key.publicKey.count == 32)
        #expect(key.description == text)
    }

    @Test("a key for cosignatures is the same key under another id")
    func cosigner() throws {
        let key = try VerifierKey(SampleNotes.witnessNoteKey)
        #expect(key.cosigner.description == SampleNotes.witnessKey)
        #expect(key.cosigner.publicKey == key.publicKey)
        #expect(key.cosigner != key)
        #expect(key.cosigner.cosigner == key.cosigner)
    }

    @Test("an id may begin with zeros")
    func leadingZeros() throws {
        var found = 0
        for number in 0..<64 {
            let text = SampleNotes.keyText(name: "n\(number)", algorithm: 1, keyBytes: 32)
            let key = try VerifierKey(text)
            #expect(key.description == text)
            if key.id < 0x1000_0000 { found += 1 }
        }
        #expect(found > 0, "of 64 ids some begin with a zero")
    }

    @Test("names are compared by their bytes, not by how they look")
    func sameLook() throws {
        let bytes = [UInt8](repeating: 9, count: 32)
        let composed = try VerifierKey(SampleNotes.keyText(name: "caf\u{E9}", algorithm: 1, key: bytes))
        let decomposed = try VerifierKey(SampleNotes.keyText(name: "cafe\u{301}", algorithm: 1, key: bytes))
        #expect(composed.name == decomposed.name)
        #expect(composed != decomposed)
        #expect(try VerifierKey(composed.description) == composed)
    }

    private static let fields = NoteError.malformedKey(
        expected: "a name, 8 hexadecimal digits and base64 with + in between")
    private static let id = NoteError.malformedKey(
        expected: "an id of 8 hexadecimal digits, in small letters, behind the name")
    private static let base64 = NoteError.malformedKey(expected: "the base64 of an algorithm's number and a key")
    private static let length = NoteError.malformedKey(expected: "a public key of 32 bytes")

    @Test(
        "what is no key is refused",
        arguments: [
            ("", fields), ("name", fields), ("name+530d903a", fields),
            ("name+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("name+530d903aa+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("name+-30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("name+530d903g+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("name++530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", id),
            ("name+530d903a+", base64), ("name+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", base64),
            ("name+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", base64),
            ("name+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k AA==", base64),
            ("name+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2_", base64),
            (SampleNotes.keyText(name: "a", algorithm: 1, keyBytes: 31), length),
            (SampleNotes.keyText(name: "a", algorithm: 4, keyBytes: 33), length),
            (SampleNotes.keyText(name: "a", algorithm: 1, keyBytes: 0), length),
            (SampleNotes.keyText(name: "a", algorithm: 2, keyBytes: 0), .unsupportedAlgorithm(2)),
            (SampleNotes.keyText(name: "a", algorithm: 6, keyBytes: 0), .unsupportedAlgorithm(6)),
            (SampleNotes.keyText(name: "", algorithm: 1, keyBytes: 0), .invalidKeyName("")),
            (SampleNotes.keyText(name: "a b", algorithm: 1, keyBytes: 0), .invalidKeyName("a b")),
            (
                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                .wrongKeyID(name: "example.com/foo", expected: 0x530d_903a, found: 0x530d_903b)
            ),
            (
                "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                .wrongKeyID(name: "example.com/bar", expected: 0xc6fb_2e3e, found: 0x530d_903a)
            ),
        ] as [(String, NoteError)])
    func malformedKeys(text: String, error: NoteError) {
        #expect(throws: error) { try VerifierKey(text) }
    }

    @Test("a public key that is no point of the curve verifies nothing")
    func noPoint() throws {
        // A y for which the curve has no x.
        let bytes = [2] + [UInt8](repeating: 0, count: 31)
        let key = try VerifierKey(SampleNotes.keyText(name: "example.com/foo", algorithm: 1, key: bytes))
        var note = try SignedNote(text: "text\n")
        try note.add(SignedNote.Signature(name: key.name, id: key.id, signature: Array(repeating: 0, count: 64)))
        #expect(throws: NoteError.invalidSignature(name: key.name, id: key.id)) { try note.verify(with: [key]) }
    }
}
