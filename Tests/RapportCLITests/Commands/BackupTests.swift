import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct BackupTests {
    private let place: TemporaryDirectory
    private let backup: String

    init() throws {
        place = try TemporaryDirectory()
        backup = place.path + "/backup"
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func eachBackupCopiesWhatIsNew() async throws {
        let data = try await TinyCompany.directory()
        let first = try await rapport("backup", backup, "--data", data.path)
        #expect(first.errors == "")
        #expect(first.status == 0)
        #expect(first.output.hasPrefix("15 events added, "))
        #expect(first.output.hasSuffix(" bytes; 15 events in the backup\nat position 15\n"))
        let second = try await rapport("backup", backup, "--data", data.path)
        #expect(second.output == "nothing is new; 15 events in the backup\nat position 15\n")
        _ = try await rapport("append", "--data", data.path, input: #"{"type":"own.a"}"#)
        let third = try await rapport("backup", backup, "--data", data.path, "--verify")
        #expect(third.errors == "")
        #expect(third.output.hasPrefix("1 event added, "))
        #expect(third.output.hasSuffix(" bytes; 16 events in the backup, all of them sound\nat position 16\n"))
    }

    @Test func theReportHasAFormForPrograms() async throws {
        let data = try await TinyCompany.directory()
        let run = try await rapport("backup", backup, "--data", data.path, "--json", "--verify")
        let report = try object(run.output)
        #expect(Set(report.keys) == ["logId", "position", "added", "bytes", "takenAt", "verified"])
        #expect(report["position"] as? Int == 15)
        #expect(report["added"] as? Int == 15)
        #expect(report["verified"] as? Bool == true)
        let ofBackup = try await object(rapport("status", "--data", backup, "--json").output)
        let ofLog = try await object(rapport("status", "--data", data.path, "--json").output)
        #expect(ofBackup["takenAt"] as? String == report["takenAt"] as? String)
        #expect(ofBackup["logId"] as? String == ofLog["logId"] as? String)
        #expect(ofBackup["head"] as? Int == 15)
        #expect(ofLog["takenAt"] == nil)
    }

    @Test(arguments: [
        ["funnel"], ["pipeline"], ["profile", "C-2"], ["satisfaction"], ["replay"], ["replay", "--customer", "C-2"],
        ["replay", "--json"], ["verify"],
    ])
    func aBackupAnswersAsTheLogDoes(question: [String]) async throws {
        let data = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", data.path)
        let ofLog = try await Command(question + ["--data", data.path]).run()
        let ofBackup = try await Command(question + ["--data", backup]).run()
        #expect(ofBackup.status == 0)
        #expect(ofBackup.errors == "")
        #expect(ofBackup.output == ofLog.output)
        // What was asked is no event: the next backup goes on.
        #expect(try await rapport("backup", backup, "--data", data.path).status == 0)
    }

    @Test(arguments: [["profile", "C-1"], ["replay", "--personal"], ["timeline", "C-1", "--personal"]])
    func aBackupHoldsNoKeys(question: [String]) async throws {
        let data = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", data.path)
        let run = try await Command(question + ["--data", backup]).run()
        #expect(run.status == 0)
        #expect(run.output.contains("key missing") && !run.output.contains("王小明"), "\(run.output)")
        #expect(run.errors.contains("there are no keys of personal data here"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test func statusTellsWhenItWasTaken() async throws {
        let data = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", data.path)
        let ofBackup = try await rapport("status", "--data", backup)
        #expect(ofBackup.lines.contains { $0.hasPrefix("Backup 2") })
        let ofLog = try await rapport("status", "--data", data.path)
        #expect(!ofLog.lines.contains { $0.hasPrefix("Backup") })
    }

    @Test(arguments: [["append"], ["demo", "--events", "10"]])
    func nothingIsAppendedToABackup(command: [String]) async throws {
        let data = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", data.path)
        let run = try await Command(command + ["--data", backup], input: #"{"type":"own.a"}"#).run()
        #expect(run.status == 8)
        #expect(run.output == "")
        #expect(
            run.errors == """
                rapport: \(backup): a backup, which nothing is appended to; expected a data directory; restore makes \
                one of it\n
                """)
        #expect(try await rapport("verify", "--data", backup).lines.last == "at position 15")
    }

    // MARK: Refusals

    @Test func theBackupOfAnotherLogIsRefused() async throws {
        let one = try await TinyCompany.directory()
        let two = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", one.path)
        let run = try await rapport("backup", backup, "--data", two.path)
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("rapport: \(backup): is a backup of the log "))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func aFolderWithSomethingElseInItIsRefused() async throws {
        let data = try await TinyCompany.directory()
        let run = try await rapport("backup", data.path, "--data", data.path)
        #expect(run.status == 3)
        #expect(
            run.errors == """
                rapport: \(data.path): holds something that is no backup; expected a new or empty folder, or a backup \
                of this log\n
                """)
    }

    @Test func aDamagedEventOfTheLogIsNamedByItsPosition() async throws {
        let data = try await TinyCompany.directory()
        try flipBits(of: "Müller GmbH", in: data.path + "/log/data.mdb")
        let run = try await rapport("backup", backup, "--data", data.path)
        #expect(run.status == 4)
        #expect(run.output == "")
        #expect(
            run.errors
                == "rapport: \(data.path): damaged at position 3: the record does not match its checksum\n")
    }

    @Test func damageOfABackupIsFoundByWhoeverReadsAllOfIt() async throws {
        let data = try await TinyCompany.directory()
        _ = try await rapport("backup", backup, "--data", data.path)
        try flipBits(of: "Müller GmbH", in: backup + "/log/data.mdb")
        let restored = place.path + "/restored"
        for command in [
            ["verify", "--data", backup], ["backup", backup, "--data", data.path, "--verify"],
            ["restore", backup, "--into", restored],
        ] {
            let run = try await Command(command).run()
            #expect(run.status == 4, "\(command)")
            #expect(run.errors.hasPrefix("rapport: \(backup): damaged at position 3: "), "\(command) \(run.errors)")
        }
        let opened = try await rapport("replay", "--data", restored)
        #expect(opened.status == 4)
        #expect(opened.errors.contains("restore it again"), "\(opened.errors)")
    }
}
