@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// What is stored of checkpoints, and what is read of those that were kept elsewhere.
@Suite struct CheckpointTests {
    private let directory: TemporaryDirectory
    private let store: CheckpointStore

    init() throws {
        directory = try TemporaryDirectory()
        store = CheckpointStore(at: directory.path + "/checkpoints")
    }

    private let key: SigningKey = {
        do {
            return try SigningKey(name: SignedFixture.origin)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private static func root(_ number: UInt64) -> Hash256 {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return Hash256.sha256(of: bytes.rawSpan)
    }

    private func note(_ size: UInt64, by keys: [SigningKey]? = nil) throws -> SignedNote {
        let checkpoint = TreeCheckpoint(origin: SignedFixture.origin, size: size, root: Self.root(size))
        var note = try SignedNote(text: checkpoint.body)
        for key in keys ?? [key] { try note.sign(with: key) }
        return note
    }

    private func witnessed(_ note: SignedNote, by witness: SigningKey, at time: UInt64) throws -> SignedNote {
        var note = note
        try note.add(try Cosignature.line(for: note, time: time, key: witness))
        return note
    }

    private func bytes(_ name: String) throws -> [UInt8] { try #require(try DurableFile.read(store.path + "/" + name)) }

    // MARK: The store

    @Test("a store without files is empty, and reading makes none")
    func emptyStore() throws {
        #expect(try store.signed() == [])
        #expect(try store.seen() == [])
        #expect(try store.keys() == [])
        #expect(try store.newest() == nil)
        #expect(!FileManager.default.fileExists(atPath: store.path))
    }

    @Test("notes are read back in the order they were stored; the files only grow")
    func orderOfNotes() throws {
        let notes = try [3, 5, 5, 9, 2_000_000].map { try note($0) }
        var before: [UInt8] = []
        for note in notes {
            try store.append(signed: note)
            let now = try bytes("signed.notes")
            #expect(now.starts(with: before))
            before = now
        }
        #expect(try store.signed() == notes)
        #expect(try store.newest() == notes.last)
        #expect(String(decoding: before, as: UTF8.self) == notes.map { $0.encoded + "\n" }.joined())
    }

    @Test("the newest checkpoint has the signatures of all notes of its text, the last one of each key")
    func newestWithCosignatures() throws {
        let (first, second) = (try SigningKey(name: "witness/1"), try SigningKey(name: "witness/2"))
        let signed = try note(7)
        try store.append(signed: try note(6))
        try store.append(signed: signed)
        try store.append(signed: try witnessed(signed, by: first, at: 100))
        try store.append(signed: try witnessed(try note(6), by: first, at: 101))
        try store.append(signed: try witnessed(signed, by: second, at: 102))
        try store.append(signed: try witnessed(signed, by: first, at: 103))
        let newest = try #require(try store.newest())
        #expect(newest.text == signed.text)
        #expect(newest.signatures.count == 3)
        let keys = [key.verifier, first.verifier.cosigner, second.verifier.cosigner]
        #expect(try newest.verify(with: keys) == keys)
        let line = try #require(newest.signatures.first { $0.name == "witness/1" })
        #expect(try Cosignature.verify(line, on: newest, with: first.verifier.cosigner) == 103)
    }

    @Test("of two texts of one size the newest checkpoint is the one stored first, without the other's signatures")
    func twoTextsOfOneSize() throws {
        let other = try SigningKey(name: "somebody.else")
        let signed = try note(7)
        var contradiction = try SignedNote(
            text: TreeCheckpoint(origin: SignedFixture.origin, size: 7, root: Self.root(8)).body)
        try contradiction.sign(with: other)
        try store.append(signed: signed)
        try store.append(signed: contradiction)
        #expect(try store.newest() == signed)
        #expect(try store.signed() == [signed, contradiction])
    }

    @Test("what was seen elsewhere is remembered once")
    func rememberedOnce() throws {
        let (first, second) = (try note(4), try note(5))
        for note in [first, second, first, second] { try store.remember(note) }
        #expect(try store.seen() == [first, second])
        #expect(try store.signed() == [])
        #expect(try store.newest() == nil)
    }

    @Test("keys are listed once, in the order of first use")
    func listedKeys() throws {
        let keys = [key.verifier, try SigningKey(name: "b").verifier, try SigningKey(name: "b").verifier]
        for key in keys + keys { try store.add(key: key) }
        #expect(try store.keys() == keys)
        #expect(try bytes("keys") == Array(keys.map { "\($0)\n" }.joined().utf8))
    }

    @Test("a note that was being written when the machine went down is passed over, and replaced by the next one")
    func tornNote() throws {
        let notes = try [1, 2].map { try note($0) }
        for note in notes { try store.append(signed: note) }
        let whole = try bytes("signed.notes")
        let (third, fourth) = (try note(3), try note(4))
        let next = Array((third.encoded + "\n").utf8)
        for length in stride(from: 0, to: next.count, by: 3) {
            try DurableFile.replace(store.path + "/signed.notes", with: whole + next[..<length])
            #expect(try store.signed() == notes, "\(length) bytes")
            #expect(try store.newest() == notes[1])
            try store.append(signed: fourth)
            #expect(try store.signed() == notes + [fourth])
        }
    }

    @Test("a note that is no checkpoint, or that nobody has signed, is not stored")
    func unstorable() throws {
        var poem = try SignedNote(text: "roses are red\n\nviolets are blue\n")
        try poem.sign(with: key)
        #expect(throws: NoteError.self) { try store.append(signed: poem) }
        #expect(throws: NoteError.self) { try store.remember(try note(3, by: [])) }
        #expect(try store.signed() == [])
        #expect(try store.seen() == [])
    }

    @Test("a damaged file is named with the line where the note begins")
    func damagedFiles() throws {
        for size in [1, 2, 3] as [UInt64] { try store.append(signed: try note(size)) }
        let path = store.path + "/signed.notes"
        let lines = String(decoding: try bytes("signed.notes"), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // The second note: origin, size, root, an empty line, the signature, an empty line.
        for (line, text) in [(8, "two"), (9, "no root"), (11, "no signature")] {
            var damaged = lines
            damaged[line - 1] = text
            try DurableFile.replace(path, with: Array(damaged.joined(separator: "\n").utf8))
            let error = #expect(throws: DamagedCheckpoints.self) { try store.signed() }
            #expect(error?.path == path)
            #expect(error?.line == 7)
        }
        try store.add(key: key.verifier)
        try DurableFile.replace(store.path + "/keys", with: Array("\(key.verifier)\nno key\n".utf8))
        let error = #expect(throws: DamagedCheckpoints.self) { try store.keys() }
        #expect(error?.line == 2)
    }

    @Test("reading a file of notes never ends the process, whatever bytes are in it")
    func arbitraryBytes() throws {
        let sound = Array(try [1, 2].map { try note($0).encoded + "\n" }.joined().utf8)
        try DurableFile.createDirectory(store.path)
        var random = SeededGenerator(seed: 21)
        for _ in 0..<300 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: "\n"), at: place)
                }
            }
            try DurableFile.replace(store.path + "/signed.notes", with: bytes)
            do {
                let read = try store.signed()
                #expect(read.count <= 3)
                _ = try store.newest()
            } catch is DamagedCheckpoints {
                continue
            }
        }
    }

    // MARK: Remembered

    @Test("a checkpoint kept elsewhere is read from a note, its text, a proof, a bundle and the short form")
    func rememberedForms() throws {
        let note = try note(7)
        let expected = RememberedCheckpoint(size: 7, root: Self.root(7), source: "paper")
        let proof = TransparencyLogProof(index: 3, hashes: [Self.root(1)], checkpoint: note)
        let short = "7:" + Data(Self.root(7).bytes).base64EncodedString()
        #expect(expected.shortForm == short)
        let bundle = "rapport.bundle/v1\nselection a\nevents 1\n\nindex 0\nevent AA==\n\ncheckpoint\n" + note.encoded
        for text in [note.encoded, note.text, proof.encoded, bundle, short, short + "\n"] {
            #expect(try RememberedCheckpoint(text, source: "paper") == expected)
        }
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "", "\n", "7", "7:", ":", "x:abc", "07:", "7:AAAA", "-7:", "crm.example\n7\n", "crm.example\n7\nAAAA\n",
            "rapport.bundle/v1\n", "rapport.bundle/v1\n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\n",
            "c2sp.org/tlog-proof@v1\nindex 0\n\n", "a\n\nb\n",
        ])
    func noCheckpoint(text: String) {
        #expect(throws: NoteError.self) { try RememberedCheckpoint(text, source: "paper") }
    }

    // MARK: As the log grows

    @Test("a policy has room for at least one event, and for a tenth of a second up to some years")
    func policyBounds() {
        #expect(CheckpointPolicy(events: 0, seconds: 0) == CheckpointPolicy(events: 1, seconds: 0.1))
        #expect(CheckpointPolicy(events: 5, seconds: -.infinity).seconds == 0.1)
        #expect(CheckpointPolicy(events: 5, seconds: .nan).seconds == 0.1)
        #expect(CheckpointPolicy(events: 5, seconds: .infinity).seconds == 1e9)
    }
}
