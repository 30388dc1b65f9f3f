import LMDB
import Testing
import Transparency

/// Texts and their signatures.
@Suite struct SignedNoteTests {
    @Test(
        "notes of other programs are read, verified, and written the same",
        arguments: [
            (SampleNotes.example, SampleNotes.exampleKey, "This is an example message.\n"),
            (
                SampleNotes.goExample, SampleNotes.goKey,
                "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
            ),
        ])
    func knownNotes(encoded: String, key: String, text: String) throws {
        let note = try SignedNote(parsing: encoded)
        let verifier = try VerifierKey(key)
        #expect(note.text == text)
        #expect(note.signatures.map(\.name) == [verifier.name])
        #expect(note.signatures.map(\.id) == [verifier.id])
        #expect(try note.verify(with: [verifier]) == [verifier])
        #expect(note.encoded == encoded)
    }

    @Test("a text may hold empty lines and lines that look like signatures")
    func oddTexts() throws {
        let key = try SigningKey(name: "log")
        let line = "\u{2014} log AAAAAAE=\n"
        for text in ["\n", "a\n\n", "\n\n\n", "a\n\nb\n", "a\n\n\(line)", line, "Zoë, 漢字 and 🙂\n", "e\n\u{301}\n"] {
            var note = try SignedNote(text: text)
            try note.sign(with: key)
            let read = try SignedNote(parsing: note.encoded)
            #expect(read == note, "\(text.debugDescription)")
            #expect(read.text.sameBytes(as: text))
            #expect(try read.verify(with: [key.verifier]) == [key.verifier])
        }
    }

    @Test("who has signed is answered in the order of the keys, whoever else has signed")
    func severalSigners() throws {
        let (log, witness, stranger) = (
            try SigningKey(name: "log"), try SigningKey(name: "witness"), try SigningKey(name: "stranger")
        )
        var note = try SignedNote(text: "text\n")
        for key in [stranger, witness, log] { try note.sign(with: key) }
        #expect(note.signatures.map(\.name) == ["stranger", "witness", "log"])
        #expect(try note.verify(with: [log.verifier, witness.verifier]) == [log.verifier, witness.verifier])
        #expect(try note.verify(with: [witness.verifier]) == [witness.verifier])
        let absent = try SigningKey(name: "absent").verifier
        #expect(try note.verify(with: [absent, log.verifier]) == [log.verifier])
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: [absent]) }
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: []) }
    }

    @Test("another key of the same name is a stranger")
    func sameName() throws {
        let (key, other) = (try SigningKey(name: "log"), try SigningKey(name: "log"))
        var note = try SignedNote(text: "text\n")
        try note.sign(with: key)
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: [other.verifier]) }
        #expect(throws: NoteError.noKnownSignature) { try note.verify(with: [key.verifier.cosigner]) }
    }

    @Test("a line of a known key that is not its signature spoils the note")
    func spoiledNotes() throws {
        let (log, witness) = (try SigningKey(name: "log"), try SigningKey(name: "witness"))
        var note = try SignedNote(text: "text\n")
        try note.sign(with: log)
        try note.sign(with: witness)
        let keys = [log.verifier, witness.verifier]
        #expect(try note.verify(with: keys) == keys)
        let spoiled = NoteError.invalidSignature(name: "witness", id: witness.verifier.id)
        let good = note.signatures[1]
        var flipped = good.signature
        flipped[0] ^= 1
        let shorter = Array(good.signature.dropLast())
        for bytes in [flipped, shorter, good.signature + [0], [7], note.signatures[0].signature] {
            let forged = SignedNote.Signature(name: good.name, id: good.id, signature: bytes)
            let forgedNote = try SignedNote(text: note.text, signatures: [note.signatures[0], forged])
            #expect(throws: spoiled) { try forgedNote.verify(with: keys) }
            #expect(try forgedNote.verify(with: [log.verifier]) == [log.verifier])
            // A good line beside it does not help.
            let both = try SignedNote(parsing: SignedNote(text: note.text, signatures: [good, forged]).encoded)
            #expect(both.signatures.count == 2)
            #expect(throws: spoiled) { try both.verify(with: keys) }
        }
        let otherText = try SignedNote(text: "text!\n", signatures: note.signatures)
        #expect(throws: NoteError.invalidSignature(name: "log", id: log.verifier.id)) {
            try otherText.verify(with: keys)
        }
    }

    @Test("signing again replaces the signature, and a line may be there twice in a note that was read")
    func signingAgain() throws {
        let (log, witness) = (try SigningKey(name: "log"), try SigningKey(name: "witness"))
        var note = try SignedNote(text: "text\n")
        try note.sign(with: log)
        try note.sign(with: witness)
        try note.sign(with: log)
        #expect(note.signatures.map(\.name) == ["witness", "log"])
        let twice = try SignedNote(text: note.text, signatures: note.signatures + note.signatures)
        let read = try SignedNote(parsing: twice.encoded)
        #expect(read.signatures == twice.signatures)
        #expect(read.encoded == twice.encoded)
        #expect(try read.verify(with: [log.verifier]) == [log.verifier])
    }

    @Test("a hundred signatures fit, and one more does not")
    func manySignatures() throws {
        let signatures = (0..<100).map { SignedNote.Signature(name: "n\($0)", id: 1, signature: [1]) }
        var note = try SignedNote(text: "text\n", signatures: signatures)
        #expect(try SignedNote(parsing: note.encoded) == note)
        let error = NoteError.tooManySignatures(limit: 100)
        let more = SignedNote.Signature(name: "n100", id: 1, signature: [1])
        #expect(throws: error) { try note.add(more) }
        #expect(note.signatures.count == 100)
        try note.add(SignedNote.Signature(name: "n7", id: 1, signature: [2]))
        #expect(note.signatures.count == 100)
        #expect(note.signatures[99].signature == [2])
        #expect(throws: error) { try SignedNote(text: "text\n", signatures: signatures + [more]) }
        let encoded = note.encoded + "\u{2014} n100 AAAAAQE=\n"
        #expect(throws: error) { try SignedNote(parsing: encoded) }
    }

    @Test("a text has at most a million bytes")
    func longTexts() throws {
        let text = String(repeating: "a", count: 999_999) + "\n"
        let signature = SignedNote.Signature(name: "n", id: 1, signature: [1])
        let note = try SignedNote(text: text, signatures: [signature])
        #expect(try SignedNote(parsing: note.encoded) == note)
        #expect(throws: NoteError.textTooLong(limit: 1_000_000)) { try SignedNote(text: "a" + text) }
        let encoded = "a" + note.encoded
        #expect(throws: NoteError.textTooLong(limit: 1_000_000)) { try SignedNote(parsing: encoded) }
    }

    @Test("notes are compared by their bytes, not by how they look")
    func sameLook() throws {
        let (composed, decomposed) = (try SignedNote(text: "caf\u{E9}\n"), try SignedNote(text: "cafe\u{301}\n"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
    }
}
