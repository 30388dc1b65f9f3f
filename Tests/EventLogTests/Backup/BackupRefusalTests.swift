@testable import EventLog
import Foundation
import LMDB
import Testing

/// What is not backed up, and what is found in a backup.
@Suite struct BackupRefusalTests {
    private let fixture: BackupFixture
    private let folder: String

    init() throws {
        fixture = try BackupFixture()
        folder = fixture.path("backup")
    }

    // MARK: The folder

    @Test("the backup of another log is refused, naming both, and left as it is")
    func otherLog() throws {
        let log = try fixture.log(adding: 2)
        try log.backUp(to: folder)
        let other = try fixture.opened("other")
        try fixture.add(3, to: other)
        #expect(throws: BackupRefusal(folder, .otherLog(backup: log.logID, log: other.logID))) {
            try other.backUp(to: folder)
        }
        #expect(try fixture.events(in: "backup") == log.events())
    }

    @Test("a backup that reaches beyond the log is refused, and so is one that the log has parted from")
    func aheadAndParted() throws {
        let log = try fixture.log(adding: 3)
        try log.backUp(to: fixture.path("early"))
        try fixture.add(2, to: log)
        try log.backUp(to: folder)
        try Backup(at: fixture.path("early")).restore(into: fixture.path("restored"), options: .small)
        let restored = try fixture.opened("restored")
        #expect(throws: BackupRefusal(folder, .ahead(backup: Position(5), log: Position(3)))) {
            try restored.backUp(to: folder)
        }
        try fixture.add(4, to: restored)
        let theirs = try #require(try log.event(at: Position(5))).event.id
        let ours = try #require(try restored.event(at: Position(5))).event.id
        #expect(throws: BackupRefusal(folder, .parted(at: Position(5), backup: theirs, log: ours))) {
            try restored.backUp(to: folder)
        }
        #expect(try fixture.events(in: "backup") == log.events())
        #expect(try restored.backUp(to: fixture.path("early")).added == 4)
    }

    @Test("a folder with something else in it is refused: a data directory, some file")
    func occupied() throws {
        let log = try fixture.log(adding: 1)
        try DurableFile.createDirectory(fixture.path("letters"))
        try DurableFile.replace(fixture.path("letters/letter"), with: [1])
        for other in ["data", "letters", "letters/letter"] {
            let path = fixture.path(other)
            #expect(throws: BackupRefusal(path, .occupied)) { try log.backUp(to: path) }
            #expect(!FileManager.default.fileExists(atPath: path + "/lock"))
        }
    }

    @Test("one backup is written by one at a time")
    func busy() throws {
        let log = try fixture.log(adding: 1)
        try log.backUp(to: folder)
        do {
            let other = try FileLock.acquire(folder + "/lock")
            #expect(throws: BackupRefusal(folder, .busy)) { try log.backUp(to: folder) }
            withExtendedLifetime(other) {}
        }
        try log.backUp(to: folder)
    }

    @Test("each refusal says in one line what stands against what")
    func descriptions() throws {
        let (one, two) = (EventID(high: 1, low: 1), EventID(high: 2, low: 2))
        let reasons: [BackupRefusal.Reason] = [
            .occupied, .busy, .otherLog(backup: one, log: two), .ahead(backup: Position(9), log: Position(5)),
            .parted(at: Position(9), backup: one, log: two),
        ]
        for reason in reasons {
            let text = BackupRefusal("folder", reason).description
            #expect(text.hasPrefix("folder: ") && !text.contains("\n"))
        }
        let other = BackupRefusal("folder", reasons[2]).description
        #expect(other.contains(one.description) && other.contains(two.description))
    }

    // MARK: Damage

    @Test("a record of the log that is not sound ends it with its position; the backup holds the steps before")
    func damagedLog() throws {
        do {
            let log = try fixture.log(adding: 6)
            log.close()
        }
        try fixture.surgery("data").change(5, sealed: false) { $0[40] ^= 1 }
        let log = try fixture.opened()
        #expect(throws: DamagedLog(position: Position(5), damage: .checksum)) {
            try log.backUp(to: folder, eventsAtOnce: 2)
        }
        #expect(try fixture.verified("backup").head == Position(4))
        #expect(try Backup(at: folder).position == .zero)
    }

    @Test("a gap in the log ends it with the position that is missing")
    func gapInTheLog() throws {
        do {
            let log = try fixture.log(adding: 6)
            log.close()
        }
        try fixture.surgery("data").remove(3)
        #expect(throws: DamagedLog(position: Position(3), damage: .missing)) {
            try fixture.opened().backUp(to: folder)
        }
    }

    /// What is done to a backup of six events, and what checking it says.
    enum Harm: CaseIterable, Sendable {
        case flippedByte, removed, lastRemoved, otherEvent

        func inflict(with surgery: LogSurgery) throws {
            switch self {
            case .flippedByte: try surgery.change(2, sealed: false) { $0[50] ^= 1 }
            case .removed: try surgery.remove(4)
            case .lastRemoved: try surgery.remove(6)
            // A record that is sound in itself.
            case .otherEvent:
                try surgery.change(3, sealed: true) { record in
                    let data = EventView(record.rawSpan).dataStart
                    record[data] ^= 1
                }
            }
        }

        var finding: DamagedLog {
            switch self {
            case .flippedByte: DamagedLog(position: Position(2), damage: .checksum)
            case .removed: DamagedLog(position: Position(4), damage: .missing)
            case .lastRemoved: DamagedLog(position: Position(6), damage: .missing)
            case .otherEvent: DamagedLog(position: Position(6), damage: .manifest)
            }
        }
    }

    @Test("damage of a backup is found when it is checked, and when it is restored", arguments: Harm.allCases)
    func damagedBackup(harm: Harm) throws {
        do {
            let log = try fixture.log(adding: 6)
            try log.backUp(to: folder)
        }
        try harm.inflict(with: fixture.surgery("backup"))
        #expect(throws: harm.finding) { try fixture.verified("backup") }
        #expect(throws: DamagedBackup(folder, harm.finding)) {
            try Backup(at: folder).restore(into: fixture.path("restored"), options: .small)
        }
    }

    @Test("the next backup notices damage at the end of the one before")
    func damagedEnd() throws {
        let log = try fixture.log(adding: 3)
        try log.backUp(to: folder)
        let record = try fixture.surgery("backup").record(at: 3)
        try fixture.surgery("backup").change(3, sealed: false) { $0[50] ^= 1 }
        #expect(throws: DamagedBackup(folder, DamagedLog(position: Position(3), damage: .checksum))) {
            try log.backUp(to: folder)
        }
        try fixture.surgery("backup").remove(3)
        #expect(throws: DamagedBackup(folder, DamagedLog(position: Position(3), damage: .missing))) {
            try log.backUp(to: folder)
        }
        try fixture.surgery("backup").put(record, at: 3)
        #expect(try log.backUp(to: folder).added == 0)
    }

    @Test("the next backup checks what an interrupted one has left")
    func damagedLeftover() throws {
        let log = try fixture.log(adding: 6)
        try fixture.interrupting(after: 2) { progress in
            try log.backUp(to: folder, eventsAtOnce: 2, progress: progress)
        }
        try fixture.surgery("backup").change(3, sealed: false) { $0[50] ^= 1 }
        #expect(throws: DamagedBackup(folder, DamagedLog(position: Position(3), damage: .checksum))) {
            try log.backUp(to: folder)
        }
    }

    @Test("whatever byte of the manifest is changed, it is refused as damaged or of another format")
    func damagedManifest() throws {
        let log = try fixture.log(adding: 2)
        try log.backUp(to: folder)
        let bytes = try #require(try DurableFile.read(folder + "/BACKUP"))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            try DurableFile.replace(folder + "/BACKUP", with: changed)
            #expect(throws: UnreadableLog.self, "byte \(index)") { try Backup(at: folder) }
        }
        #expect(throws: UnreadableLog.self) { try log.backUp(to: folder) }
        try DurableFile.replace(folder + "/BACKUP", with: bytes)
        #expect(try log.backUp(to: folder).added == 0)
    }
}
