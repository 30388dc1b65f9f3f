import Foundation
import Testing
import TestSupport

/// What the commands about a person refuse, and what they say when they are not complete.
@Suite(.timeLimit(.minutes(10)))
struct SubjectRefusalTests {
    private let company: SignedCompany

    init() async throws { company = try await SignedCompany() }

    private func run(_ arguments: [String]) async throws -> CommandRun {
        try await Command(["subject"] + arguments + ["--data", company.data.path]).run()
    }

    private func head() async throws -> Int { try await DirectoryStatus.of(company.data).head }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    // MARK: Files

    @Test(arguments: [
        ["export", "C-1", "--to", ""], ["certificate", "C-1", "--key", "k", "--to", ""],
        ["erase", "C-1", "--yes", "--key", "k", "--certificate", ""], ["erase", "C-1", "--reason", ""],
        ["erase", "C-1", "--reason", "two words"], ["erase", "C-1", "--reason", "a\u{7}"],
        ["erase", "C-1", "--reason", String(repeating: "x", count: 65)],
        ["export", "C-1", "--to", "c-1", "--access-purpose", "support"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
        #expect(try await head() == 15)
    }

    @Test func anExportTouchesNothingThatIsThere() async throws {
        let folder = company.file("there")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Data("kept".utf8).write(to: URL(filePath: folder + "/person.json"))
        for path in [folder, folder + "/", folder + "/none/.."] {
            let run = try await run(["export", "C-1", "--to", path])
            #expect(run.status == 3, "\(path): \(run.errors)")
        }
        #expect(try names(in: folder) == ["person.json"])
        #expect(try String(contentsOfFile: folder + "/person.json", encoding: .utf8) == "kept")
    }

    @Test func anExportWithoutValuesIsNotComplete() async throws {
        try FileManager.default.removeItem(atPath: company.data.path + "/keys")
        let folder = company.file("c-1")
        let run = try await run(["export", "C-1", "--to", folder, "--json"])
        #expect(run.status == 1)
        #expect(
            run.errors.contains("the export is not complete: 1 personal part withheld (key missing)"), "\(run.errors)")
        #expect(try jsonObject(run)["withheld"] as? [String: Int] == ["key missing": 1])
        let text = try String(contentsOfFile: folder + "/README.txt", encoding: .utf8)
        #expect(text.hasPrefix("THIS IS NOT COMPLETE: 1 personal part withheld (key missing)."), "\(text)")
    }

    @Test func nobodyIsErasedWhenTheCertificateCannotBeWritten() async throws {
        let there = try company.desk.write("kept", to: "there.txt")
        for (file, status) in [(there, Int32(3)), (company.file("none/c-1.txt"), 1)] {
            let run = try await run(["erase", "C-1", "--yes", "--key", company.key, "--certificate", file])
            #expect(run.status == status && !run.errors.contains("--force"), "\(run.errors)")
        }
        #expect(try await head() == 15)
        #expect(try String(contentsOfFile: there, encoding: .utf8) == "kept")
        let late = try await run(["certificate", "C-1", "--key", company.key, "--to", company.file("c-1.txt")])
        #expect(late.status == 3, "nobody is erased: \(late.errors)")
        #expect(!FileManager.default.fileExists(atPath: company.file("c-1.txt")))
    }

    // MARK: Times and scopes

    @Test(arguments: [
        ["hold", "C-1", "--matter", "M-7", "--until", "2017-01-01"], ["restrict", "C-1", "--until", "2017-01-01"],
        ["consent", "C-1", "--grant", "--purpose", "marketing", "--until", "2017-01-01"],
        ["hold", "C-1", "--matter", "M-7", "--occurred-at", "2999-01-01"],
        ["restrict", "C-1", "--occurred-at", "2999-01-02", "--until", "2999-01-01"],
    ])
    func whatIsOverOrStillToComeIsRefused(arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 6, "\(run.errors)")
        #expect(try await head() == 15)
    }

    @Test func aHoldThatIsReleasedIsNotReleasedAgain() async throws {
        let release = ["hold", "C-1", "--matter", "M-7", "--release"]
        #expect(try await run(release).status == 2)
        #expect(try await run(["hold", "C-1", "--matter", "M-7"]).status == 0)
        #expect(try await run(release).status == 0)
        let again = try await run(release)
        #expect(again.status == 2 && again.errors.contains("is not held for matter M-7"), "\(again.errors)")
        #expect(try await head() == 17)
    }

    @Test func aRestrictionOfAScopeSaysSoAndWithholdsNothing() async throws {
        let run = try await run(["restrict", "C-1", "--scope", "marketing"])
        #expect(run.output.hasPrefix("customer:C-1: is restricted for marketing\n"), "\(run.output)\(run.errors)")
        #expect(try await company.run("profile", "C-1").output.contains("王小明"))
    }

    // MARK: Persons

    @Test func whoIsOnlyTheSubjectOfAnEventIsKnown() async throws {
        let line = #"{"type":"shop.Seen","data":{},"subjects":[{"id":"customer:C-7","personal":{"face":"round"}}]}"#
        try #require(try await company.run("append", input: line).status == 0)
        let run = try await run(["hold", "C-7", "--matter", "M-7"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await self.run(["erase", "C-7", "--yes"]).status == 3)
    }

    @Test func anErasureNamesARequestOfThePersonAlone() async throws {
        let request = try await run(["request", "C-2", "--kind", "erase", "--law", "GDPR", "--json"])
        let id = try #require(try jsonObject(request)["id"] as? String, "\(request.errors)")
        let none = "00000000-0000-7000-8000-999999999999"
        let other = "00000000-0000-7000-8000-000000000002"
        for (given, status) in [(id, Int32(6)), (none, 2), (other, 6)] {
            for flag in ["--dry-run", "--yes"] {
                let run = try await run(["erase", "C-1", flag, "--request", given])
                #expect(run.status == status, "\(given) \(flag): \(run.errors)")
            }
        }
        #expect(try await head() == 16)
        let erased = try await run(["erase", "C-2", "--yes", "--request", id])
        #expect(erased.status == 0, "\(erased.errors)")
    }

    @Test func idsComeFromAFileOfAnotherSystem() async throws {
        let ids = try company.desk.write("\u{FEFF}C-1\r\n\r\nC-2\r\n", to: "ids.txt")
        let run = try await run(["erase", "--from", ids, "--yes", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let outcomes = try #require(try jsonObject(run)["outcomes"] as? [[String: Any]])
        #expect(outcomes.compactMap { $0["subject"] as? String } == ["customer:C-1", "customer:C-2"])
        let again = try await self.run(["erase", "--from", ids, "--yes", "--json"])
        #expect(again.status == 0, "\(again.errors)")
        let passed = try #require(try jsonObject(again)["alreadyErased"] as? [[String: Any]])
        #expect(passed.compactMap { $0["subject"] as? String } == ["customer:C-1", "customer:C-2"])
    }

    // MARK: The access log

    @Test func theAccessLogIsNoDataDirectoryForPersons() async throws {
        try #require(try await company.run("profile", "C-1").status == 0)
        let access = company.data.path + "/access"
        let commands = [
            ["subject", "accesses", "C-1"], ["subject", "hold", "C-1", "--matter", "M-7"],
            ["subject", "erase", "C-1", "--yes"], ["subject", "export", "C-1", "--to", company.file("c-1")],
            ["subject", "retain"], ["append"],
        ]
        for command in commands {
            for path in [access, access + "/"] {
                let run = try await Command(command + ["--data", path]).run()
                #expect(run.status == 8, "\(command): \(run.errors)")
                #expect(run.errors.contains("the access log of \(company.data.path)"), "\(run.errors)")
            }
        }
        for command in [["replay"], ["verify"], ["status"]] {
            let run = try await Command(command + ["--data", access]).run()
            #expect(run.status == 0, "\(command): \(run.errors)")
        }
    }

    @Test func whoIsRestrictedIsFoundByTheIdAloneAndTheAnswerSaysWhy() async throws {
        try #require(try await run(["restrict", "C-1"]).status == 0)
        #expect(try await company.run("find", "小明").output.hasPrefix("Nobody found.\n"))
        #expect(try await company.run("find", "C-1").output.contains("C-1       (restricted)\n"))
        #expect(try await company.run("find", "C-1", "--csv").output.hasSuffix("\nC-1,,id,restricted\n"))
    }
}
