@testable import EventLog
import Foundation
import LMDB
import Testing

@Suite struct BackupTests {
    private let fixture: BackupFixture
    private let folder: String

    init() throws {
        fixture = try BackupFixture()
        folder = fixture.path("backup")
    }

    @Test("the first backup holds every event just as the log does, and says so")
    func firstBackup() throws {
        let log = try fixture.log(adding: 6)
        let summary = try log.backUp(to: folder)
        #expect(summary.logID == log.logID)
        #expect(summary.position == Position(6))
        #expect(summary.added == 6)
        #expect(try summary.bytes == log.verify().bytes)
        #expect(try fixture.events(in: "backup") == log.events())
        #expect(try fixture.verified("backup") == log.verify())
        let backup = try Backup(at: folder)
        #expect(backup.logID == log.logID)
        #expect(backup.position == Position(6))
        #expect(backup.takenAt == summary.takenAt)
    }

    @Test("each later backup copies what is new, with types first used since then")
    func laterBackups() throws {
        let log = try fixture.log(adding: 1)
        try log.backUp(to: folder)
        for added in [4, 0, 1] {
            try fixture.add(added, to: log)
            let summary = try log.backUp(to: folder)
            #expect(summary.added == UInt64(added))
            #expect(summary.position == log.head)
            #expect(summary.bytes == 0 || added > 0)
            #expect(try fixture.events(in: "backup") == log.events())
            #expect(try fixture.verified("backup").head == log.head)
        }
    }

    @Test("an empty log gives a backup that can grow")
    func emptyLog() throws {
        let log = try fixture.opened()
        #expect(try log.backUp(to: folder).position == .zero)
        #expect(try fixture.verified("backup").head == .zero)
        try fixture.add(2, to: log)
        #expect(try log.backUp(to: folder).added == 2)
    }

    @Test("however long the steps are, the backup is the same", arguments: [1, 2, 3, 5, 6, 7])
    func steps(eventsAtOnce: Int) throws {
        let log = try fixture.log(adding: 6)
        var reached: [UInt64] = []
        let summary = try log.backUp(to: folder, eventsAtOnce: eventsAtOnce) { position, head in
            #expect(head == Position(6))
            reached.append(position.rawValue)
        }
        let ends = stride(from: eventsAtOnce, to: 6, by: eventsAtOnce).map { UInt64($0) }
        #expect(reached == [0] + ends + [6])
        #expect(summary.added == 6)
        #expect(try fixture.events(in: "backup") == log.events())
        #expect(try fixture.verified("backup").head == Position(6))
    }

    @Test("appends go on while backups are taken, and each holds what was there when it began")
    func whileAppending() async throws {
        let log = try fixture.opened()
        let appending = Task {
            for number in 1...300 { try await log.append([event("A", "number:\(number)")]) }
        }
        while log.head < Position(300) {
            let before = log.head
            let summary = try log.backUp(to: folder, eventsAtOnce: 7)
            #expect(summary.position >= before)
            #expect(summary.position <= log.head)
            await Task.yield()
        }
        try await appending.value
        #expect(try log.backUp(to: folder).position == Position(300))
        #expect(try fixture.events(in: "backup") == log.events())
        #expect(try fixture.verified("backup").head == Position(300))
    }

    @Test("a log that cannot be appended to is backed up, and so is a backup")
    func readOnlySources() throws {
        do {
            let log = try fixture.log(adding: 3)
            log.close()
        }
        do {
            let log = try fixture.opened(readOnly: true)
            #expect(try log.backUp(to: folder).added == 3)
        }
        let backup = try fixture.opened("backup")
        #expect(try backup.backUp(to: fixture.path("second")).added == 3)
        #expect(try fixture.events(in: "second") == backup.events())
    }

    /// The bits of `chmod`.
    private func permissions(of path: String) throws -> UInt32 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw CocoaError(.fileReadNoSuchFile) }
        return UInt32(status.st_mode & 0o777)
    }

    @Test("the folders and files of a backup are for their owner only")
    func isPrivate() throws {
        let log = try fixture.log(adding: 1)
        try log.backUp(to: folder + "/")
        for name in ["", "/log"] { #expect(try permissions(of: folder + name) == 0o700, "\(name)") }
        for name in ["/BACKUP", "/log/data.mdb"] { #expect(try permissions(of: folder + name) == 0o600, "\(name)") }
    }

    // MARK: Interruptions

    @Test("whatever it is interrupted after, the backup before stays whole, and the next one goes on", arguments: 0...3)
    func interrupted(steps: Int) throws {
        let log = try fixture.log(adding: 3)
        try log.backUp(to: folder)
        let takenAt = try Backup(at: folder).takenAt
        try fixture.add(6, to: log)
        try fixture.interrupting(after: steps) { progress in
            try log.backUp(to: folder, eventsAtOnce: 2, progress: progress)
        }
        let backup = try Backup(at: folder)
        #expect(backup.position == Position(3))
        #expect(backup.takenAt == takenAt)
        #expect(try fixture.verified("backup").head == Position(UInt64(3 + 2 * steps)))
        let summary = try log.backUp(to: folder, eventsAtOnce: 2)
        #expect(summary.added == 6)
        #expect(summary.position == Position(9))
        #expect(try fixture.events(in: "backup") == log.events())
        #expect(try fixture.verified("backup").head == Position(9))
    }

    @Test("a first backup that was interrupted is a backup already: nothing can be appended to it")
    func interruptedFirst() throws {
        let log = try fixture.log(adding: 4)
        try fixture.interrupting(after: 1) { progress in
            try log.backUp(to: folder, eventsAtOnce: 2, progress: progress)
        }
        do {
            let backup = try fixture.opened("backup")
            #expect(backup.isBackup && backup.isReadOnly)
            #expect(throws: AppendError.readOnly) { try backup.appendBlocking([event()]) }
            #expect(backup.head == Position(2))
        }
        #expect(try Backup(at: folder).takenAt == nil)
        #expect(try log.backUp(to: folder).added == 4)
    }

    @Test("what a crash may leave before the manifest does not stand in the way")
    func leftBeforeTheManifest() throws {
        try DurableFile.createDirectory(folder)
        try DurableFile.replace(folder + "/lock", with: [])
        try DurableFile.replace(folder + "/BACKUP.new", with: Array("rapport-ba".utf8))
        let log = try fixture.log(adding: 2)
        #expect(try log.backUp(to: folder).added == 2)
        #expect(try fixture.verified("backup").head == Position(2))
    }
}
