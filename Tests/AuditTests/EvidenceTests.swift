@testable import Audit
@testable import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// What is left of a forgery is not lost by opening the log, by damage beside it, or by mending.
@Suite struct EvidenceTests {
    private let fixture: SignedFixture
    private let note: SignedNote

    /// A log that was signed when it had 600 events.
    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
        note = try fixture.sign(after: 600)
    }

    private func flip(_ byte: Int, ofLevel level: Int) throws {
        let file = try fixture.tree.levelFile(level)
        var bytes = try fixture.tree.bytes(of: file)
        bytes[byte] ^= 0x10
        try fixture.tree.overwrite(file, with: bytes)
    }

    private func edit(_ position: Int) throws {
        try Forger(path: fixture.data).change { records in
            records[position - 1][records[position - 1].count - 1] ^= 1
        }
    }

    @Test("a damaged hash of another tile does not hide what was edited")
    func damageBesideAForgery() throws {
        try flip(10 * 32, ofLevel: 0)
        try edit(300)
        #expect(throws: TamperedLog(.edited(Position(300)))) { try fixture.verify() }
    }

    @Test("where the hashes of a forgery are damaged, the checkpoint disagrees")
    func damageOverAForgery() throws {
        try flip(20 * 32, ofLevel: 0)
        try edit(41)
        #expect(throws: TamperedLog(.disagrees(size: 600, source: "checkpoints/signed.notes", agreesUpTo: 0))) {
            do {
                _ = try fixture.verify()
            } catch let found as TamperedLog {
                guard case .disagrees(let size, _, let upTo) = found.finding else { throw found }
                throw TamperedLog(.disagrees(size: size, source: "checkpoints/signed.notes", agreesUpTo: upTo))
            }
        }
    }

    @Test("a tree that does not fit the log any more is kept, until it is made anew on purpose")
    func keptTree() throws {
        try fixture.append(10)
        try fixture.withTrail { log, trail throws in try trail.tree.extend(to: log.head) }
        // The last event that the tree is of: no checkpoint covers it.
        try edit(610)
        #expect(throws: TamperedLog(.edited(Position(610)))) { try fixture.verify() }
        // Whoever opens the log to write makes a tree of what is there now.
        try fixture.withTrail { log, trail throws in try trail.tree.extend(to: log.head) }
        #expect(throws: TamperedLog(.edited(Position(610)))) { try fixture.verify() }
        try fixture.append(5)
        #expect(throws: TamperedLog(.edited(Position(610)))) { try fixture.verify() }
        try fixture.withTrail { _, trail throws in try trail.rebuildTree() }
        #expect(try fixture.verify().leavesCompared == 615)
    }

    @Test("an older copy of log and checkpoints is not signed again")
    func olderCopy() throws {
        let old = fixture.path("old")
        try FileManager.default.copyItem(atPath: fixture.data, toPath: old)
        try fixture.sign(after: 7)
        try FileManager.default.removeItem(atPath: fixture.data)
        try FileManager.default.copyItem(atPath: old, toPath: fixture.data)
        let signer = try fixture.signer()
        #expect(throws: SigningRefusal.self) {
            try fixture.withTrail { _, trail throws in _ = try trail.checkpoint(signedBy: signer) }
        }
        #expect(try fixture.last()?.size == 607)
    }

    @Test("the events of one log are not unpacked behind those of another")
    func anotherLog() throws {
        let bundles = try BundleFixture()
        let middle = try bundles.range(101...200)
        // A log of as many other events as come before.
        let other = try TreeFixture()
        try other.withLog { log throws in try other.append(100, to: log) }
        var options = EventLogOptions()
        options.mapSize = 1 << 30
        let refused = RefusedBundle(.otherLog)
        #expect(throws: refused) {
            try AuditTrail.unpack(
                try ProofBundle(parsing: middle), into: other.path, keys: [bundles.key], options: options)
        }
        #expect(try other.withLog { $0.head } == Position(100))
    }

    @Test("a record whose lengths do not fit, under a checksum that does, is told and not read")
    func misshapen() throws {
        try Forger(path: fixture.data).change { records in
            // The end of the last tag's text lies far behind the record.
            let tags = Int(records[40][29])
            records[40].store(littleEndian: UInt16.max, at: 64 + 2 * max(0, tags - 1))
        }
        try fixture.tree.withLog { log throws in
            #expect(throws: DamagedLog(position: Position(41), damage: .malformed)) { _ = try log.events() }
            #expect(throws: DamagedLog(position: Position(41), damage: .malformed)) {
                _ = try log.event(at: Position(41))
            }
        }
    }

    @Test("checkpoints are copied with what they speak of, once")
    func copiedCheckpoints() throws {
        try fixture.sign(after: 10)
        let copy = CheckpointStore(at: fixture.path("copy"))
        for _ in 0..<2 {
            try fixture.store.copy(into: copy, upTo: 600)
            #expect(try copy.signed() == [note])
            #expect(try copy.keys() == fixture.store.keys())
        }
        try fixture.store.copy(into: copy, upTo: 610)
        #expect(try copy.signed() == fixture.store.signed())
    }

    @Test("a checkpoint of no events has the root of none")
    func emptyCheckpoint() {
        let something: [UInt8] = [1]
        let other = Hash256.sha256(of: something.rawSpan)
        let body = TreeCheckpoint(origin: "crm.example/acme", size: 0, root: other).body
        #expect(throws: NoteError.self) { try TreeCheckpoint(parsing: body) }
    }
}
