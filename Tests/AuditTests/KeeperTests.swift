@testable import Audit
import EventLog
import LMDB
import Synchronization
import TestSupport
import Testing
import Transparency

/// Signing as the log grows.
@Suite struct KeeperTests {
    private final class Notes: Sendable {
        private let notes = Mutex<[SignedNote]>([])

        func append(_ note: SignedNote) { notes.withLock { $0.append(note) } }

        var sizes: [UInt64] {
            get throws { try notes.withLock { $0 }.map { try $0.checkpoint.size } }
        }
    }

    @Test("a keeper signs after so many events, and not before; nothing when nothing is appended")
    func keeperByEvents() async throws {
        let fixture = try SignedFixture()
        try fixture.makeKey()
        let log = try fixture.tree.opened()
        let trail = try AuditTrail(log, follows: false)
        let notes = Notes()
        let keeper = CheckpointKeeper(
            trail, try fixture.signer(), policy: CheckpointPolicy(events: 10, seconds: 1e9),
            onCheckpoint: { notes.append($0) })
        try fixture.tree.append(9, to: log)
        try fixture.tree.append(1, to: log)
        #expect(try await eventually { try notes.sizes == [10] })
        try fixture.tree.append(25, to: log)
        #expect(try await eventually { try notes.sizes == [10, 35] })
        #expect(keeper.trouble == nil)
        keeper.close()
        try fixture.tree.append(100, to: log)
        #expect(try trail.checkpoints.newest()?.checkpoint.size == 35)
        trail.close()
        log.close()
    }

    @Test("a keeper signs after so much time when something was appended, and goes on from what was stored")
    func keeperByTime() async throws {
        let fixture = try SignedFixture()
        try fixture.makeKey()
        try fixture.sign(after: 3)
        let log = try fixture.tree.opened()
        let trail = try AuditTrail(log, follows: true)
        let notes = Notes()
        let keeper = CheckpointKeeper(
            trail, try fixture.signer(), policy: CheckpointPolicy(events: 1_000_000, seconds: 0.1),
            onCheckpoint: { notes.append($0) })
        try fixture.tree.append(1, to: log)
        #expect(try await eventually { try notes.sizes.last == 4 })
        #expect(try notes.sizes == [4], "3 events were signed already")
        keeper.close()
        trail.close()
        log.close()
    }

    @Test("what keeps a keeper from signing is told, and signing goes on when it is gone")
    func keeperInTrouble() async throws {
        let fixture = try SignedFixture()
        try fixture.makeKey()
        try fixture.sign(after: 3)
        let log = try fixture.tree.opened()
        let trail = try AuditTrail(log, follows: false)
        let notes = Notes()
        let path = fixture.data + "/checkpoints/signed.notes"
        let sound = try #require(try DurableFile.read(path))
        try DurableFile.replace(path, with: Array("a\nb\n\nc\n\n".utf8))
        let keeper = CheckpointKeeper(
            trail, try fixture.signer(), policy: CheckpointPolicy(events: 1, seconds: 0.1),
            onCheckpoint: { notes.append($0) })
        try fixture.tree.append(1, to: log)
        #expect(try await eventually { keeper.trouble is DamagedCheckpoints })
        try DurableFile.replace(path, with: sound)
        #expect(try await eventually { try notes.sizes == [4] })
        #expect(try await eventually { keeper.trouble == nil })
        keeper.close()
        trail.close()
        log.close()
    }
}
