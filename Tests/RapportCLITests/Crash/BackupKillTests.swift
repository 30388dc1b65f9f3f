import Foundation
import Testing
import TestSupport

/// Backups and restores that are killed at random moments.
@Suite(.timeLimit(.minutes(60)))
struct BackupKillTests {
    private static let events = 40_000

    private func demo(in directory: TemporaryDirectory) async throws -> String {
        let data = directory.path + "/data"
        let run = try await rapport("demo", "--events", "\(Self.events)", "--data", data)
        try #require(run.status == 0, "\(run.errors)")
        return data
    }

    /// Runs a command and kills it after some milliseconds; says whether it had not ended by itself.
    private func killed(_ arguments: [String], after milliseconds: Int) async throws -> Bool {
        let run = try await Command(arguments).run { command in
            try await Task.sleep(for: .milliseconds(milliseconds))
            command.send(SIGKILL)
        }
        #expect(run.status == 0 || run.status == -SIGKILL, "\(run.errors)")
        return run.status != 0
    }

    @Test func aBackupThatIsKilledIsSoundAndGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let data = try await demo(in: directory)
        var random = SeededGenerator(seed: 7)
        for round in 0..<killRounds {
            let backup = directory.path + "/backup-\(round)"
            _ = try await killed(
                ["backup", backup, "--data", data], after: Int.random(in: 0..<200, using: &random))
            let run = try await rapport("backup", backup, "--data", data, "--verify")
            #expect(run.status == 0, "round \(round): \(run.errors)")
            #expect(run.output.hasSuffix("all of them sound\nat position \(Self.events)\n"), "round \(round)")
        }
    }

    @Test func aRestoreThatIsKilledIsWholeOrRefused() async throws {
        let directory = try TemporaryDirectory()
        let data = try await demo(in: directory)
        let backup = directory.path + "/backup"
        #expect(try await rapport("backup", backup, "--data", data).status == 0)
        var random = SeededGenerator(seed: 8)
        for round in 0..<killRounds {
            let restored = directory.path + "/restored-\(round)"
            let restore = ["restore", backup, "--into", restored]
            if try await killed(restore, after: Int.random(in: 0..<200, using: &random)) {
                let opened = try await rapport("verify", "--data", restored)
                #expect([0, 2, 4].contains(opened.status), "round \(round): \(opened.errors)")
                // It may have been killed when all was done.
                let again = try await Command(restore).run()
                #expect(again.status == (opened.status == 0 ? 3 : 0), "round \(round): \(again.errors)")
            }
            let run = try await rapport("verify", "--data", restored)
            #expect(run.lines.last == "at position \(Self.events)", "round \(round): \(run.errors)")
        }
    }
}
