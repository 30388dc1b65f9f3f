@testable import EventLog
import Foundation
import LMDB
import Testing

/// A backup is a log that is only read.
@Suite struct BackupReadingTests {
    private let fixture: BackupFixture

    init() throws {
        fixture = try BackupFixture()
    }

    private func names(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: fixture.path(folder)))
    }

    @Test("a backup answers every query as the log does, and refuses to append")
    func answers() async throws {
        let log = try fixture.log(adding: 9)
        try log.backUp(to: fixture.path("backup"))
        let backup = try fixture.opened("backup")
        #expect(backup.isBackup && backup.isReadOnly)
        #expect(backup.logID == log.logID)
        #expect(!log.isBackup)
        let queries: [Query] = try [.all, .of(tags: ["number:7"]), .of(types: ["Type1"], tags: ["all"])]
        for query in queries {
            #expect(try backup.events(query) == log.events(query))
            #expect(try backup.events(query, backwards: true) == log.events(query, backwards: true))
        }
        let fourth = try #require(try log.event(at: Position(4)))
        #expect(try backup.position(of: fourth.event.id) == Position(4))
        #expect(try backup.position(recordedAtOrBefore: fourth.recordedAt) == Position(4))
        await #expect(throws: AppendError.readOnly) { try await backup.append([event()]) }
    }

    @Test("the index of a backup is kept in its folder, grows with it, and is none of the backup's business")
    func keepsAnIndex() throws {
        let log = try fixture.opened()
        func addMany() throws {
            let head = Int(log.head.rawValue)
            for start in stride(from: head, to: head + 17_000, by: 1000) {
                try log.appendBlocking((start..<start + 1000).map { event("A", "number:\($0)") })
            }
        }
        for round in 1...2 {
            try addMany()
            #expect(try log.backUp(to: fixture.path("backup")).added == 17_000)
            let last = round * 17_000
            do {
                let backup = try fixture.opened("backup")
                #expect(try backup.positions(.of(tags: ["number:\(last - 1)"])) == [UInt64(last)])
                backup.close()
            }
            let again = try fixture.opened("backup")
            #expect(again.backlog.unindexed == 0)
            #expect(try again.verify().head == Position(UInt64(last)))
        }
    }

    @Test("whoever opens a backup for reading alone writes nothing into its folder")
    func readOnlyWritesNothing() throws {
        let log = try fixture.log(adding: 3)
        try log.backUp(to: fixture.path("backup"))
        let before = try names(in: "backup")
        #expect(before == ["BACKUP", "lock", "log"])
        for readOnly in [true, false] {
            let backup = try fixture.opened("backup", readOnly: readOnly)
            #expect(try backup.positions(.of(tags: ["number:2"])) == [2])
            #expect(try backup.verify().head == Position(3))
            #expect(backup.keepsDerived == !readOnly)
            backup.close()
        }
        #expect(try names(in: "backup") == before)
    }

    @Test("a folder that cannot be written has what is derived from it elsewhere, until nobody needs it")
    func temporaryFolder() throws {
        let path: String
        do {
            let derived = DerivedFolder(ofBackupIn: fixture.path("nowhere"))
            path = derived.path
            #expect(derived.isWritable)
            #expect(!FileManager.default.fileExists(atPath: path))
            try DurableFile.createDirectory(path + "/index")
            #expect(FileManager.default.fileExists(atPath: path))
            withExtendedLifetime(derived) {}
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
