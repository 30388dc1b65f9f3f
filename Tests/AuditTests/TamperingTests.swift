@testable import Audit
@testable import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// Whatever is done to the log is found, as far as anything is left that knows better.
@Suite struct TamperingTests {
    private let fixture: SignedFixture
    private let notes: [SignedNote]

    /// A log that was signed when it had 100, 200 and 300 events.
    init() throws {
        let fixture = try SignedFixture()
        try fixture.makeKey()
        notes = try (0..<3).map { _ in try fixture.sign(after: 100) }
        self.fixture = fixture
    }

    private var remembered: [RememberedCheckpoint] {
        get throws { try notes.map { try $0.remembered() } }
    }

    /// The tree made again, as whoever opens the log to write does.
    private func remakeTree() throws {
        try fixture.withTrail { log, trail throws in try trail.rebuildTree() }
    }

    private func tampered(_ finding: TamperedLog.Finding) -> TamperedLog { TamperedLog(finding) }

    // MARK: Honest logs

    @Test("an honest log passes, and tells what was looked at")
    func honest() throws {
        let root = try notes[2].checkpoint.root
        let stored = TreeVerification(
            size: 300, root: root, leavesCompared: 300, checkpointsChecked: 3, rememberedChecked: 0, coveredUpTo: 300,
            treeLeftOut: nil)
        #expect(try fixture.verify() == stored)
        try fixture.append(50)
        let verified = try fixture.verify(against: try remembered)
        #expect(verified.size == 350)
        #expect(verified.leavesCompared == 300)
        #expect(verified.checkpointsChecked == 3)
        #expect(verified.rememberedChecked == 3)
        #expect(verified.coveredUpTo == 300)
        let reference = try fixture.tree.withLog { try ReferenceTree(of: $0) }
        #expect(verified.root == reference.root(350))
        try fixture.remove("checkpoints")
        try fixture.remove("tree")
        let bare = try fixture.verify()
        #expect(bare.leavesCompared == 0)
        #expect(bare.coveredUpTo == 0)
        #expect(bare.root == verified.root)
    }

    @Test("an empty log passes, also against a checkpoint of nothing")
    func emptyLog() throws {
        let empty = try SignedFixture()
        try empty.makeKey()
        try empty.append(0)
        let nothing = RememberedCheckpoint(size: 0, root: MerkleHash.emptyRoot, source: "paper")
        #expect(try empty.verify(against: [nothing]).size == 0)
        try empty.sign(after: 0)
        #expect(try empty.verify().checkpointsChecked == 1)
        let wrong = RememberedCheckpoint(size: 0, root: try notes[0].checkpoint.root, source: "paper")
        #expect(throws: tampered(.disagrees(size: 0, source: "paper", agreesUpTo: 0))) {
            try empty.verify(against: [wrong])
        }
    }

    @Test("a log that goes on being appended to and signed passes")
    func goesOn() throws {
        for count in [1, 255, 256, 257] {
            try fixture.sign(after: count)
            let verified = try fixture.verify(against: try remembered)
            #expect(verified.leavesCompared == verified.size)
        }
    }

    @Test("who looks on while it goes is told how far it is, and may end it")
    func progress() throws {
        struct Enough: Error {}
        try fixture.append(17_000)
        try fixture.tree.withLog { log throws in
            var told: [UInt64] = []
            _ = try AuditTrail.verify(log) { done, head in
                #expect(head == Position(17_300))
                told.append(done.rawValue)
            }
            #expect(told == [16_384])
            #expect(throws: Enough.self) { try AuditTrail.verify(log) { _, _ in throw Enough() } }
        }
    }

    // MARK: Forged logs

    @Test("other checks pass; the stored hashes tell what was done, and where", arguments: Forgery.allCases)
    func foundByTheTree(forgery: Forgery) throws {
        try forgery.commit(in: fixture.data)
        try fixture.tree.withLog { log throws in _ = try log.verify() }
        #expect(throws: tampered(forgery.finding)) { try fixture.verify() }
        try fixture.remove("checkpoints")
        #expect(throws: tampered(forgery.finding)) { try fixture.verify() }
    }

    @Test("with the tree made again, the stored checkpoints tell in which stretch it was", arguments: Forgery.allCases)
    func foundByStoredCheckpoints(forgery: Forgery) throws {
        try forgery.commit(in: fixture.data)
        try remakeTree()
        let source = fixture.store.path + "/signed.notes"
        #expect(throws: tampered(forgery.finding(by: source))) { try fixture.verify() }
    }

    @Test("with tree and checkpoints made again, only a remembered checkpoint tells", arguments: Forgery.allCases)
    func foundByRememberedCheckpoints(forgery: Forgery) throws {
        try forgery.commit(in: fixture.data)
        try fixture.remove("checkpoints")
        try remakeTree()
        // The forger has a key, too.
        try fixture.makeKey("forged")
        try fixture.sign(after: 0, with: "forged")
        #expect(try fixture.verify().checkpointsChecked == 1)
        #expect(throws: tampered(forgery.finding(by: "paper"))) { try fixture.verify(against: try remembered) }
        let short = try notes.map { note in
            let checkpoint = try note.checkpoint
            return try RememberedCheckpoint(
                SizedRoot(size: checkpoint.size, root: checkpoint.root).description, source: "a text message")
        }
        #expect(throws: tampered(forgery.finding(by: "a text message"))) { try fixture.verify(against: short) }
    }

    @Test("a checkpoint brought back from elsewhere is stored, and found against from then on")
    func foundBySeenCheckpoint() throws {
        try fixture.store.remember(notes[1])
        try DurableFile.remove(fixture.store.path + "/signed.notes")
        try Forgery.edited.commit(in: fixture.data)
        try remakeTree()
        let source = fixture.store.path + "/seen.notes"
        #expect(throws: tampered(.disagrees(size: 200, source: source, agreesUpTo: 0))) { try fixture.verify() }
    }

    @Test("a note that no listed key has signed is found; so is one whose text was changed")
    func wrongSignature() throws {
        let source = fixture.store.path + "/signed.notes"
        var forged = try SignedNote(text: notes[2].text)
        try forged.sign(with: try SigningKey(name: SignedFixture.origin))
        try fixture.store.append(signed: forged)
        #expect(
            throws: tampered(
                .signature(size: 300, source: source, reason: "\(NoteError.noKnownSignature)"))
        ) { try fixture.verify() }
        try DurableFile.remove(source)
        let changed = try SignedNote(text: notes[0].text, signatures: notes[1].signatures)
        try fixture.store.append(signed: changed)
        let signature = notes[1].signatures[0]
        let reason = NoteError.invalidSignature(name: signature.name, id: signature.id)
        #expect(throws: tampered(.signature(size: 100, source: source, reason: "\(reason)"))) {
            try fixture.verify()
        }
    }

    @Test("without its list of keys no stored note is believed")
    func keysAreGone() throws {
        try DurableFile.remove(fixture.store.path + "/keys")
        let source = fixture.store.path + "/signed.notes"
        let finding = TamperedLog.Finding.signature(
            size: 100, source: source, reason: "\(NoteError.noKnownSignature)")
        #expect(throws: tampered(finding)) { try fixture.verify() }
    }

    @Test("a checkpoint of more events than there are tells how many are gone")
    func shorterThanRemembered() throws {
        try Forgery.droppedTail.commit(in: fixture.data)
        try fixture.remove("checkpoints")
        try fixture.remove("tree")
        let newest = try notes[2].remembered()
        #expect(throws: tampered(.dropped(from: Position(291), to: Position(300)))) {
            try fixture.verify(against: [newest])
        }
    }

    @Test("events that have changed places, each with the other's time, are found out")
    func swappedWithTimes() throws {
        try fixture.append(1)
        try fixture.append(1)
        try fixture.withTrail { log, trail throws in try trail.tree.extend(to: log.head) }
        try Forger(path: fixture.data).change { records in
            let times = (records[300][16..<24], records[301][16..<24])
            records.swapAt(300, 301)
            records[300].replaceSubrange(16..<24, with: times.0)
            records[301].replaceSubrange(16..<24, with: times.1)
        }
        try fixture.tree.withLog { log throws in _ = try log.verify() }
        #expect(throws: tampered(.swapped(Position(301), Position(302)))) { try fixture.verify() }
    }

    @Test("whatever byte of a record is changed, its position is found", arguments: [1, 135, 300] as [UInt64])
    func anyByte(position: UInt64) throws {
        let log = try fixture.tree.opened()
        defer { log.close() }
        func store(_ record: [UInt8]) throws {
            var key: [UInt8] = []
            key.append(littleEndian: position)
            let place = key
            try log.store.environment.write { transaction in
                try transaction.put(record.rawSpan, in: log.store.events, for: place.rawSpan)
            }
        }
        let sound = try #require(try log.withEvent(at: Position(position)) { $0.bytes.copy() })
        var random = SeededGenerator(seed: position)
        // The first eight are the checksum, which the forger makes fit.
        for byte in 8..<sound.count {
            var forged = sound
            forged[byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let checksum = RecordEncoder.checksum(of: forged.rawSpan)
            forged.store(littleEndian: checksum, at: 0)
            try store(forged)
            #expect(found { try AuditTrail.verify(log) } == Position(position), "byte \(byte)")
        }
        try store(sound)
        #expect(try AuditTrail.verify(log).size == 300)
    }

    /// The position that an error names; nil when there is none.
    private func found(_ body: () throws -> TreeVerification) -> Position? {
        do {
            _ = try body()
            return nil
        } catch let error as TamperedLog {
            return error.finding == .edited(error.position ?? .zero) ? error.position : nil
        } catch let error as DamagedLog {
            // Of a record at another place, or of a type without a name.
            return error.position
        } catch {
            return nil
        }
    }
}
