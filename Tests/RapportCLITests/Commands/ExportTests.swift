import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct ExportTests {
    @Test func whatIsExportedIsAppendedAgain() async throws {
        let directory = try await TinyCompany.directory()
        let file = directory.path + "/events.jsonl"
        let run = try await rapport("export", "--data", directory.path, "--personal", "--output", file)
        #expect(run.errors == "")
        #expect(run.output == "15 events written to \(file)\nat position 15\n")
        let exported = try String(contentsOfFile: file, encoding: .utf8)
        let replayed = try await rapport("replay", "--data", directory.path, "--json", "--personal")
        #expect(exported == replayed.output)
        let again = try await rapport("append", "--data", directory.path, file)
        #expect(again.output == "0 appended, 15 in the log already\nat position 15\n")
        let copy = directory.path + "/copy"
        let copied = try await rapport("append", "--data", copy, file)
        #expect(copied.output == "15 appended, 0 in the log already\nat position 15\n")
        #expect(try names(in: directory.path).filter { $0.hasPrefix("events") } == ["events.jsonl"])
    }

    @Test func withoutAFileLinesGoToStandardOutputAndNothingElse() async throws {
        let directory = try await TinyCompany.directory()
        let filters = ["--customer", "C-2", "--type", "SurveyAnswered", "--since", "2017-02-01"]
        for output in [[], ["--output", "-"]] {
            let run = try await Command(["export", "--data", directory.path] + filters + output).run()
            #expect(run.errors == "")
            #expect(run.lines.count == 1 && run.output.hasPrefix(#"{"position":14,"#), "\(run.output)")
        }
        let none = try await rapport("export", "--data", directory.path, "--from", "16")
        #expect(none.status == 0 && none.output == "")
        let all = try await rapport("export", "--data", directory.path)
        #expect(all.lines.count == 15)
        #expect(!all.output.contains("王小明"), "personal fields are asked for")
    }

    @Test func aFileThatIsThereStaysUnlessForced() async throws {
        let directory = try await TinyCompany.directory()
        let file = try directory.write("mine\n", to: "events.jsonl")
        let export = ["export", "--data", directory.path, "--from", "15", "--output", file]
        let refused = try await Command(export).run()
        #expect(refused.status == 3)
        #expect(refused.output == "")
        #expect(refused.errors == "rapport: \(file): is there already; --force replaces it\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine\n")
        let forced = try await Command(export + ["--force"]).run()
        #expect(forced.output == "1 event written to \(file)\nat position 15\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix(#"{"position":15,"#))
    }

    @Test func onlyItsOwnerMayReadTheFile() async throws {
        let directory = try await TinyCompany.directory()
        let file = directory.path + "/events.jsonl"
        _ = try await rapport("export", "--data", directory.path, "--output", file)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func whatIsNoFileIsNotReplaced() async throws {
        let directory = try await TinyCompany.directory()
        for place in [directory.path, "/dev/null"] {
            let run = try await rapport("export", "--data", directory.path, "--force", "--output", place)
            #expect(run.status == 6)
            #expect(run.errors == "rapport: \(place): is no file of its own; expected a file to write\n")
        }
        let nowhere = try await rapport("export", "--data", directory.path, "--output", directory.path + "/no/file")
        #expect(nowhere.status == 1 && nowhere.output == "", "\(nowhere.errors)")
    }

    @Test func forceNeedsAFile() async throws {
        #expect(try await rapport("export", "--data", "nowhere", "--force").status == 64)
        #expect(try await rapport("export", "--data", "nowhere", "--force", "--output", "-").status == 64)
    }

    @Test func whereThereIsNoLogNothingIsWritten() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/events.jsonl"
        let run = try await rapport("export", "--data", directory.path + "/data", "--output", file)
        #expect(run.status == 2)
        #expect(try names(in: directory.path) == [])
    }

    @Test(.enabled(if: SmallFileSystem.canBeMounted, "needs the right to mount a file system"))
    func aFullDiskLeavesNothing() async throws {
        let directory = try TemporaryDirectory()
        let input = NumberedEvents.lines(1...3000, padding: 1000).joined()
        let appended = try await rapport("append", "--data", directory.path, input: input)
        try #require(appended.status == 0, "\(appended.errors)")
        let disk = try SmallFileSystem(megabytes: 1)
        let file = disk.path + "/events.jsonl"
        let run = try await rapport("export", "--data", directory.path, "--output", file)
        #expect(run.status == 5)
        #expect(run.output == "")
        #expect(run.errors == "rapport: \(file): write: the disk is full; nothing was exported\n")
        #expect(try names(in: disk.path) == [])
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
