import Foundation
import Testing
import TestSupport

/// Where the disk is full or may not be written, a command says so once, and by its exit code.
@Suite(
    .enabled(if: SmallFileSystem.canBeMounted, "needs the right to mount a file system"), .timeLimit(.minutes(5)))
struct StorageTests {
    @Test func aFullDiskIsToldOnce() async throws {
        let disk = try SmallFileSystem(megabytes: 2)
        let input = NumberedEvents.lines(1...3000, padding: 1000).joined()
        let run = try await rapport("append", "--data", disk.path + "/data", "--batch", "100", input: input)
        #expect(run.status == 5)
        #expect(run.errors.hasPrefix("rapport: lines "), "\(run.errors)")
        #expect(run.errors.contains("the disk is full"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test func aFullDiskIsToldOnceHoweverManyNoticeIt() async throws {
        let disk = try SmallFileSystem(megabytes: 4)
        let run = try await rapport("demo", "--events", "100000", "--data", disk.path + "/data")
        #expect(run.status == 5, "\(run.errors)")
        #expect(run.errors.contains("the disk is full"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test func whereThereIsNoRoomNothingNewIsMadeAndWhatIsThereAnswers() async throws {
        let disk = try SmallFileSystem(megabytes: 8)
        let data = disk.path + "/data"
        for command in [["append"], ["funnel"], ["satisfaction"], ["profile", "C-1"]] {
            let run = try await Command(command + ["--data", data], input: TinyCompany.input).run()
            try #require(run.status == 0, "\(run.errors)")
        }
        try disk.fill()
        for command in [["rebuild", "pipeline", "--data", data], ["append", "--data", disk.path + "/other"]] {
            let run = try await Command(command, input: TinyCompany.input).run()
            #expect(run.status == 5, "\(command) \(run.status)")
            #expect(run.errors.contains("the disk is full"), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
        for command in [["funnel"], ["status"], ["verify"]] {
            let run = try await Command(command + ["--data", data]).run()
            #expect(run.status == 0 && run.lines.last == "at position 15", "\(run.errors)")
        }
    }

    @Test func whatMayNotBeWrittenIsNotAppendedTo() async throws {
        let disk = try SmallFileSystem(megabytes: 4)
        let data = disk.path + "/data"
        let appended = try await rapport("append", "--data", data, input: TinyCompany.input)
        try #require(appended.status == 0, "\(appended.errors)")
        try disk.makeReadOnly()
        for command in [["append"], ["demo", "--events", "10"]] {
            let run = try await Command(command + ["--data", data], input: TinyCompany.input).run()
            #expect(run.status == 8)
            #expect(run.output == "")
            #expect(
                run.errors
                    == "rapport: \(data): cannot be written; expected a data directory that this user may write to\n")
        }
        let elsewhere = try await rapport("append", "--data", disk.path + "/other", input: TinyCompany.input)
        #expect(elsewhere.status == 8)
        #expect(elsewhere.errors == "rapport: \(disk.path)/other: create directory: Read-only file system\n")
        #expect(try await rapport("replay", "--data", data).lines.last == "at position 15")
    }

    @Test func aBackupOnAReadOnlyMediumAnswersEveryQuestion() async throws {
        let data = try await TinyCompany.directory()
        let disk = try SmallFileSystem(megabytes: 8)
        let backup = disk.path + "/backup"
        let made = try await rapport("backup", backup, "--data", data.path)
        try #require(made.status == 0, "\(made.errors)")
        try disk.makeReadOnly()
        let temporary = try TemporaryDirectory()
        for question in [["funnel"], ["profile", "C-2"], ["replay", "--customer", "C-2"], ["verify"]] {
            let ofLog = try await Command(question + ["--data", data.path]).run()
            let ofBackup = try await Command(
                question + ["--data", backup], environment: ["TMPDIR": temporary.path]
            ).run()
            #expect(ofBackup.status == 0, "\(question) \(ofBackup.errors)")
            #expect(ofBackup.output == ofLog.output, "\(question)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
        let again = try await rapport("backup", backup, "--data", data.path)
        #expect(again.status == 8)
        #expect(again.errors == "rapport: \(backup)/lock: open lock: Read-only file system\n")
        let restored = try await rapport("restore", backup, "--into", data.path + "/restored")
        #expect(restored.status == 0, "\(restored.errors)")
    }
}
