import Testing
import Transparency

/// What witnesses sign.
@Suite struct CosignatureTests {
    private func checkpoint() throws -> SignedNote { try SignedNote(parsing: SampleNotes.checkpoint) }

    @Test("a cosignature of another program is verified and tells its time")
    func known() throws {
        let note = try checkpoint()
        let witness = try VerifierKey(SampleNotes.witnessKey)
        let time = try Cosignature.verify(note.signatures[1], on: note, with: witness)
        #expect(time == SampleNotes.witnessTime)
        let log = try VerifierKey(SampleNotes.logKey)
        #expect(try note.verify(with: [witness, log]) == [witness, log])
        #expect(try note.verify(with: [witness]) == [witness])
        #expect(note.encoded == SampleNotes.checkpoint)
    }

    @Test("a witness's own line is verified", arguments: [0, 1, 1_679_315_147, UInt64(Int64.max)])
    func roundTrip(time: UInt64) throws {
        let key = try SigningKey(name: "witness.example/w2")
        let witness = key.verifier.cosigner
        var note = try checkpoint()
        let line = try Cosignature.line(for: note, time: time, key: key)
        #expect(line.name == witness.name)
        #expect(line.id == witness.id)
        #expect(line.signature.count == 72)
        #expect(try Cosignature.verify(line, on: note, with: witness) == time)
        try note.add(line)
        let read = try SignedNote(parsing: note.encoded)
        #expect(read.signatures.count == 3)
        #expect(try read.verify(with: [witness]) == [witness])
        #expect(throws: NoteError.noKnownSignature) { try read.verify(with: [key.verifier]) }
    }

    @Test("a line with another time, another signature or another length is refused")
    func tampered() throws {
        let note = try checkpoint()
        let witness = try VerifierKey(SampleNotes.witnessKey)
        let good = note.signatures[1]
        let refused = NoteError.invalidSignature(name: witness.name, id: witness.id)
        for place in 0..<72 {
            var bytes = good.signature
            bytes[place] ^= place == 0 ? 0x80 : 1
            let forged = SignedNote.Signature(name: good.name, id: good.id, signature: bytes)
            #expect(throws: refused, "byte \(place)") { try Cosignature.verify(forged, on: note, with: witness) }
            let forgedNote = try SignedNote(text: note.text, signatures: [note.signatures[0], forged])
            #expect(throws: refused, "byte \(place)") { try forgedNote.verify(with: [witness]) }
        }
        for bytes in [Array(good.signature.dropLast()), good.signature + [0], Array(good.signature.dropFirst(8)), [1]] {
            let forged = SignedNote.Signature(name: good.name, id: good.id, signature: bytes)
            #expect(throws: refused) { try Cosignature.verify(forged, on: note, with: witness) }
        }
    }

    @Test("a line is about one checkpoint, and of one key")
    func otherCheckpoint() throws {
        let note = try checkpoint()
        let witness = try VerifierKey(SampleNotes.witnessKey)
        let line = note.signatures[1]
        let seen = try TreeCheckpoint(parsing: note.text)
        let larger = TreeCheckpoint(origin: seen.origin, size: seen.size + 1, root: seen.root)
        let other = try SignedNote(text: larger.body, signatures: [line])
        let refused = NoteError.invalidSignature(name: witness.name, id: witness.id)
        #expect(throws: refused) { try Cosignature.verify(line, on: other, with: witness) }
        #expect(throws: refused) { try other.verify(with: [witness]) }
        let stranger = try SigningKey(name: witness.name).verifier.cosigner
        #expect(throws: refused) { try Cosignature.verify(line, on: note, with: stranger) }
        let log = note.signatures[0]
        #expect(throws: NoteError.invalidSignature(name: log.name, id: log.id)) {
            try Cosignature.verify(log, on: note, with: witness)
        }
    }

    @Test("a key for notes verifies no cosignature, and one for cosignatures no note")
    func otherAlgorithm() throws {
        let note = try checkpoint()
        let noteKey = try VerifierKey(SampleNotes.witnessNoteKey)
        #expect(throws: NoteError.malformedKey(expected: "a key for cosignatures, of algorithm 4")) {
            try Cosignature.verify(note.signatures[1], on: note, with: noteKey)
        }
        let log = try VerifierKey(SampleNotes.logKey)
        let (plain, cosigner) = (note.signatures[0].signature, log.cosigner)
        let posing = SignedNote.Signature(name: cosigner.name, id: cosigner.id, signature: plain)
        let posingNote = try SignedNote(text: note.text, signatures: [posing])
        #expect(throws: NoteError.invalidSignature(name: cosigner.name, id: cosigner.id)) {
            try posingNote.verify(with: [cosigner])
        }
    }

    @Test("nothing but a checkpoint is cosigned, at a time below 2^63")
    func refusedLines() throws {
        let key = try SigningKey(name: "witness")
        let text = try SignedNote(text: "not a checkpoint\n")
        let error = NoteError.malformed(.checkpoint, line: 2, expected: "the size of the tree and a line end")
        #expect(throws: error) { try Cosignature.line(for: text, time: 1, key: key) }
        let line = SignedNote.Signature(
            name: "witness", id: key.verifier.cosigner.id, signature: Array(repeating: 1, count: 72))
        #expect(throws: error) { try Cosignature.verify(line, on: text, with: key.verifier.cosigner) }
        let note = try checkpoint()
        #expect(throws: NoteError.invalidTime(1 << 63)) { try Cosignature.line(for: note, time: 1 << 63, key: key) }
    }
}
