@testable import EventLog
import Foundation
import LMDB
import Testing

@Suite struct RestoreTests {
    private let fixture: BackupFixture
    private let folder: String

    init() throws {
        fixture = try BackupFixture()
        folder = fixture.path("restored")
    }

    /// A log of five events, and a backup of it.
    private func backedUp() throws -> (log: EventLog, backup: Backup) {
        let log = try fixture.log(adding: 5)
        try log.backUp(to: fixture.path("backup"))
        return (log, try Backup(at: fixture.path("backup")))
    }

    private func restore(
        _ backup: Backup, to point: RestorePoint = .end, asFork: Bool = false
    ) throws -> RestoredLog {
        try backup.restore(into: folder, to: point, asFork: asFork, options: .small)
    }

    // MARK: To the end

    @Test("restored to its end a log keeps its identity and its events, and goes on where it stopped")
    func toTheEnd() throws {
        let (log, backup) = try backedUp()
        let restored = try restore(backup)
        #expect(
            restored
                == RestoredLog(logID: log.logID, restored: Position(5), head: Position(5), forkedFrom: nil))
        #expect(try fixture.verified("restored") == log.verify())
        let second = try fixture.opened("restored")
        #expect(second.logID == log.logID)
        #expect(!second.isBackup && !second.isReadOnly)
        #expect(try second.events() == log.events())
        #expect(try second.positions(.of(tags: ["number:4"])) == [4])
        let known = try #require(try log.event(at: Position(2))).event
        #expect(try second.appendBlocking([known]) == AppendResult(positions: [Position(2)], appended: 0))
        try fixture.add(2, to: second)
        #expect(second.head == Position(7))
        #expect(try second.verify().head == Position(7))
        #expect(try second.backUp(to: fixture.path("backup")).added == 2)
    }

    @Test("a backup of nothing restores to an empty log of the same identity")
    func nothing() throws {
        let log = try fixture.opened()
        try log.backUp(to: fixture.path("backup"))
        #expect(try restore(try Backup(at: fixture.path("backup"))).logID == log.logID)
        #expect(try fixture.opened("restored").head == .zero)
    }

    @Test("what an interrupted backup has left behind the manifest is restored, too")
    func behindTheManifest() throws {
        let (log, backup) = try backedUp()
        try fixture.add(4, to: log)
        try fixture.interrupting(after: 1) { progress in
            try log.backUp(to: backup.path, eventsAtOnce: 2, progress: progress)
        }
        #expect(try restore(try Backup(at: backup.path)).head == Position(7))
        #expect(try fixture.events(in: "restored") == Array(log.events().prefix(7)))
    }

    @Test("a lost log is restored beside the index that it has left, which is used again as far as it fits")
    func besideAnOldIndex() throws {
        do {
            let log = try fixture.opened()
            for start in stride(from: 0, to: 17_000, by: 1000) {
                try log.appendBlocking((start..<start + 1000).map { event("A", "number:\($0)") })
            }
            try log.backUp(to: fixture.path("backup"))
            log.close()
        }
        #expect(FileManager.default.fileExists(atPath: fixture.path("data/index/MANIFEST")))
        try FileManager.default.removeItem(atPath: fixture.path("data/log"))
        try Backup(at: fixture.path("backup")).restore(into: fixture.path("data"), options: .small)
        let log = try fixture.opened()
        #expect(log.backlog.unindexed == 0)
        #expect(try log.positions(.of(tags: ["number:16999"])) == [17_000])
        #expect(try log.verify().head == Position(17_000))
    }

    // MARK: To an earlier point

    @Test("a position before the end asks for a fork, and nothing is made without")
    func earlierNeedsFork() throws {
        let (log, backup) = try backedUp()
        let third = try #require(try log.event(at: Position(3))).recordedAt
        for point in [RestorePoint.position(Position(3)), .time(third)] {
            #expect(throws: RestoreRefusal.needsFork(Position(3), end: Position(5))) { try restore(backup, to: point) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("a fork is another log that begins its own life with an event that names the one it comes from")
    func fork() throws {
        let (log, backup) = try backedUp()
        let restored = try restore(backup, to: .position(Position(3)), asFork: true)
        #expect(restored.logID != log.logID)
        #expect(restored.forkedFrom == log.logID)
        #expect(restored.restored == Position(3))
        #expect(restored.head == Position(4))
        #expect(try fixture.verified("restored").head == Position(4))
        let second = try fixture.opened("restored")
        #expect(second.logID == restored.logID)
        #expect(try second.events(to: Position(3)) == log.events(to: Position(3)))
        let forked = try #require(try second.event(at: Position(4)))
        #expect(forked.event.type == LogForked.eventType)
        #expect(LogForked(data: forked.event.data) == LogForked(logID: log.logID, position: Position(3)))
        #expect(forked.event.tags.map(\.text) == ["log:\(log.logID)"])
        #expect(try second.positions(.of(types: [LogForked.eventType.name])) == [4])
        let third = try #require(try log.event(at: Position(3)))
        #expect(forked.recordedAt >= third.recordedAt)
        try fixture.add(3, to: second)
        #expect(second.head == Position(7))
        #expect(try second.verify().head == Position(7))
        #expect(throws: BackupRefusal(backup.path, .otherLog(backup: log.logID, log: second.logID))) {
            try second.backUp(to: backup.path)
        }
    }

    @Test("everything can be forked, too, and a fork be backed up and forked again")
    func forkOfAFork() throws {
        let (_, backup) = try backedUp()
        let first = try restore(backup, asFork: true)
        #expect(first.head == Position(6))
        do {
            let fork = try fixture.opened("restored")
            try fork.backUp(to: fixture.path("second backup"))
        }
        let second = try Backup(at: fixture.path("second backup")).restore(
            into: fixture.path("second"), asFork: true, options: .small)
        #expect(second.forkedFrom == first.logID)
        let log = try fixture.opened("second")
        #expect(try log.positions(.of(types: [LogForked.eventType.name])) == [6, 7])
        #expect(try log.verify().head == Position(7))
    }

    @Test("a time stands for the events recorded at or before it")
    func toATime() throws {
        let (log, backup) = try backedUp()
        let recordedAt = try log.events().map(\.recordedAt)
        #expect(throws: RestoreRefusal.beforeFirst) {
            try restore(backup, to: .time(recordedAt[0].advanced(byMicroseconds: -1)), asFork: true)
        }
        #expect(throws: RestoreRefusal.beforeFirst) { try restore(backup, to: .position(.zero), asFork: true) }
        let restored = try restore(backup, to: .time(recordedAt[3].advanced(byMicroseconds: -1)), asFork: true)
        #expect(restored.restored == Position(3))
        let later = try backup.restore(
            into: fixture.path("later"), to: .time(.now()), options: .small)
        #expect(later.logID == log.logID)
        #expect(later.head == Position(5))
    }

    @Test("a position that the backup does not reach is refused with its end")
    func beyondTheEnd() throws {
        let (_, backup) = try backedUp()
        #expect(throws: RestoreRefusal.beyondEnd(Position(6), end: Position(5))) {
            try restore(backup, to: .position(Position(6)), asFork: true)
        }
    }

    // MARK: The folders

    @Test("a folder with a log or a backup in it is refused and left as it is")
    func occupied() throws {
        let (log, backup) = try backedUp()
        for other in ["data", "backup"] {
            let path = fixture.path(other)
            #expect(throws: RestoreRefusal.occupied(path)) { try backup.restore(into: path, options: .small) }
            #expect(!FileManager.default.fileExists(atPath: path + "/RESTORING"))
        }
        #expect(try log.verify().head == Position(5))
        #expect(try fixture.verified("backup").head == Position(5))
    }

    @Test("a folder with something else at the place of the log is refused, too, and nothing of it is removed")
    func somethingElse() throws {
        let (_, backup) = try backedUp()
        let letter = fixture.path("restored/log/letter")
        try DurableFile.createDirectory(fixture.path("restored/log"))
        try DurableFile.replace(letter, with: [1, 2])
        #expect(throws: RestoreRefusal.occupied(folder)) { try restore(backup) }
        #expect(try DurableFile.read(letter) == [1, 2])
        try DurableFile.remove(letter)
        #expect(try restore(backup).head == Position(5))
    }

    @Test("where there is no backup there is nothing to restore")
    func noBackup() throws {
        let (log, _) = try backedUp()
        for other in ["data", "nowhere"] {
            let path = fixture.path(other)
            #expect(throws: RestoreRefusal.noBackup(path)) { try Backup(at: path) }
        }
        // Of a first backup a crash has left the manifest alone.
        try DurableFile.createDirectory(fixture.path("marked"))
        try BackupManifest(logID: log.logID).write(to: fixture.path("marked"))
        let marked = try Backup(at: fixture.path("marked"))
        #expect(throws: RestoreRefusal.noBackup(marked.path)) { try restore(marked) }
    }

    @Test("one folder is restored into by one at a time")
    func busy() throws {
        let (_, backup) = try backedUp()
        let unfinished = try UnfinishedRestore(in: folder)
        #expect(throws: RestoreRefusal.busy(folder)) { try restore(backup) }
        try unfinished.end()
    }

    @Test("what an interrupted restore leaves is opened by nobody, and restoring again begins anew", arguments: 0...3)
    func interrupted(steps: Int) throws {
        let (log, backup) = try backedUp()
        try fixture.interrupting(after: steps) { progress in
            try backup.restore(into: folder, options: .small, eventsAtOnce: 2, progress: progress)
        }
        for readOnly in [false, true] {
            let error = #expect(throws: UnreadableLog.self) { try fixture.opened("restored", readOnly: readOnly) }
            #expect(error?.reason.contains("restore it again") == true)
        }
        // Not even the same log: what was there before does not show through.
        let restored = try restore(backup, to: .position(Position(4)), asFork: true)
        #expect(restored.head == Position(5))
        #expect(try fixture.events(in: "restored").prefix(4) == log.events().prefix(4))
        #expect(try fixture.verified("restored").head == Position(5))
    }

    // MARK: The event of a fork

    @Test("the data of the event is the message of the schema")
    func messageOfTheFork() throws {
        let id = try #require(EventID("0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77"))
        var expected: [UInt8] = [0x0A, 36]
        expected += Array("0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77".utf8)
        #expect(LogForked(logID: id, position: .zero).data == expected)
        expected += [0x10, 0xAC, 0x02]
        #expect(LogForked(logID: id, position: Position(300)).data == expected)
        for position: UInt64 in [0, 1, 127, 128, .max] {
            let fork = LogForked(logID: id, position: Position(position))
            #expect(LogForked(data: fork.data) == fork)
            #expect(LogForked(data: fork.data + [0]) == nil)
            #expect(LogForked(data: Array(fork.data.dropLast())) == nil)
        }
        #expect(LogForked(data: []) == nil)
    }
}
