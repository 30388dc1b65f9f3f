import Foundation
import Testing
import TestSupport

/// Commands that look after a data directory, and what all commands do where there is none.
@Suite(.timeLimit(.minutes(5)))
struct OperatingTests {
    @Test(arguments: [
        ["profile", "C-1"], ["funnel"], ["pipeline"], ["satisfaction", "--metric", "nps"], ["replay"], ["status"],
        ["verify"], ["rebuild"], ["backup", "nowhere"],
    ])
    func whereThereIsNoLogNothingIsMade(command: [String]) async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let run = try await Command(command + ["--data", data]).run()
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.errors
                == "rapport: \(data): no log here; expected a data directory that append, import or demo has made\n")
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func theDataDirectoryMustBeNamed() async throws {
        let run = try await rapport("status")
        #expect(run.status == 64)
        #expect(run.errors.hasPrefix("rapport: which data directory? Give --data DIR, or set RAPPORT_DATA"))
    }

    @Test func theEnvironmentMayNameTheDataDirectory() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("replay", "--limit", "1", environment: ["RAPPORT_DATA": directory.path])
        #expect(run.lines.last == "at position 15")
    }

    @Test func anEmptyLogHasAnswersToo() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await rapport("append", "--data", directory.path).output.hasSuffix("at position 0\n"))
        for question in [["funnel"], ["funnel", "--pipeline", "nope"], ["pipeline", "--by", "nothere"]] {
            let run = try await Command(question + ["--data", directory.path]).run()
            #expect(run.output.hasSuffix("No deals.\nat position 0\n"), "\(question) \(run.errors)")
        }
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }

    @Test func aPositionThatIsStillToComeIsWaitedFor() async throws {
        let directory = try await TinyCompany.directory()
        let append = #"{"type":"own.a"}"#
        let question = ["pipeline", "--data", directory.path, "--at-least", "16", "--wait", "60"]
        let answer = try await Command(question).run { _ in
            _ = try await rapport("append", "--data", directory.path, input: append)
        }
        #expect(answer.lines.last == "at position 16")
    }

    @Test func aPositionThatIsNotInTheLogIsRefusedAtOnce() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("pipeline", "--data", directory.path, "--at-least", "16")
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.errors == """
                rapport: position 16 is not in the log, which ends at position 15; --wait waits for one to come\n
                """)
        let inTheLog = try await rapport("pipeline", "--data", directory.path, "--at-least", "15")
        #expect(inTheLog.lines.last == "at position 15")
    }

    @Test(arguments: [["--wait", "5"], ["--at-least", "1", "--wait", "0"]])
    func waitingIsForAPositionAndTakesAWhile(options: [String]) async throws {
        #expect(try await Command(["funnel", "--data", "nowhere"] + options).run().status == 64)
    }

    @Test func statusShowsTheLogAndTheReadModels() async throws {
        let directory = try await TinyCompany.directory()
        let before = try await rapport("status", "--data", directory.path)
        #expect(before.lines.count { $0.hasSuffix("  not built yet") } == readModelNames.count)
        #expect(before.lines.contains("Index  up to date"))
        _ = try await rapport("funnel", "--data", directory.path)
        _ = try await rapport("profile", "C-1", "--data", directory.path)
        _ = try await rapport("satisfaction", "--data", directory.path)
        _ = try await rapport("rebuild", "leads", "orders", "promises", "cases", "search", "--data", directory.path)
        let after = try await rapport("status", "--data", directory.path, "--json", "--digest")
        let status = try #require(
            try JSONSerialization.jsonObject(with: Data(after.output.utf8)) as? [String: Any])
        #expect(status["head"] as? Int == 15)
        let models = try #require(status["readModels"] as? [[String: Any]])
        #expect(models.map { $0["name"] as? String } == readModelNames)
        for model in models {
            #expect(model["position"] as? Int == 15)
            #expect(model["lag"] as? Int == 0)
            #expect(model["state"] as? String == "upToDate")
            // Values are deleted from the rows of search for good; it has no digest.
            #expect((model["digest"] as? String)?.count == (model["name"] as? String == "search" ? nil : 64))
        }
    }

    @Test func readModelsThatNobodyHasAskedSinceAreBehind() async throws {
        let directory = try await TinyCompany.directory()
        _ = try await rapport("rebuild", "--data", directory.path)
        let atOnce = try await rapport("status", "--data", directory.path)
        #expect(atOnce.lines.count { $0.hasSuffix("  15  up to date") } == readModelNames.count)
        _ = try await rapport("append", "--data", directory.path, input: #"{"type":"own.a"}"#)
        let later = try await rapport("status", "--data", directory.path)
        #expect(later.lines.count { $0.hasSuffix("  15  1 event behind") } == readModelNames.count)
    }

    @Test func rebuiltReadModelsHaveTheSameDigest() async throws {
        let directory = try await TinyCompany.directory()
        let first = try await rapport("rebuild", "--data", directory.path)
        #expect(first.status == 0)
        let second = try await rapport("rebuild", "pipeline", "--data", directory.path)
        #expect(second.errors == "")
        #expect(second.lines.count == 4)
        #expect(second.lines[2].hasPrefix("pipeline ") && second.lines[2].hasSuffix("same"))
        let unknown = try await rapport("rebuild", "sales", "--data", directory.path)
        #expect(unknown.status == 2)
        let known = readModelNames.joined(separator: ", ")
        #expect(unknown.errors == "rapport: no read model is named sales; expected \(known)\n")
    }

    @Test func aSoundLogVerifies() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("verify", "--data", directory.path)
        #expect(run.output.hasPrefix("sound: 15 events, "))
        #expect(run.output.hasSuffix(" bytes, 0 personal parts in clear\nat position 15\n"))
    }

    @Test func aFlippedBitIsFoundWithItsPosition() async throws {
        let directory = try await TinyCompany.directory()
        try flipBits(of: "Müller GmbH", in: directory.path + "/log/data.mdb")
        let run = try await rapport("verify", "--data", directory.path)
        #expect(run.status == 4)
        #expect(run.output == "")
        #expect(
            run.errors == """
                rapport: \(directory.path): damaged at position 3: the record does not match its checksum (checksum)\n
                """)
        let json = try await rapport("verify", "--data", directory.path, "--json")
        #expect(json.status == 4)
        let told = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(told["position"] as? Int == 3 && told["damage"] as? String == "checksum")
        #expect(run.errors == "rapport: \(told["complaint"] as? String ?? "")\n")
    }

    @Test func aDamagedPageIsFoundBeforeAnythingIsReadFromIt() async throws {
        let directory = try await TinyCompany.directory()
        let file = directory.path + "/log/data.mdb"
        let pages = try renumberPages(with: "Müller GmbH", in: file)
        let run = try await rapport("verify", "--data", directory.path)
        #expect(run.status == 4 && run.output == "")
        #expect(run.errors.hasPrefix("rapport: \(file): page "), "\(run.errors)")
        let json = try await rapport("verify", "--data", directory.path, "--json")
        let told = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(told["damage"] as? String == "file" && told["file"] as? String == file)
        #expect(pages.contains(told["page"] as? Int ?? 0))
    }

    @Test func aFlippedBitInARowIsFoundAndTheRowsAreBuiltAnew() async throws {
        let directory = try await TinyCompany.directory()
        let before = try await rapport("profile", "C-2", "--data", directory.path)
        #expect(before.status == 0, "\(before.errors)")
        let views = directory.path + "/views/profile"
        let name = try String(contentsOfFile: views + "/CURRENT", encoding: .utf8)
        try flipBits(of: "Müller GmbH", in: "\(views)/\(name)/data.mdb")
        let found = try await rapport("verify", "--data", directory.path)
        #expect(found.status == 4)
        #expect(found.errors == "rapport: \(views)/\(name): read a row: a page of the file is damaged\n")
        let refused = try await rapport("profile", "C-2", "--data", directory.path)
        #expect(refused.status == 7 && refused.output == "", "\(refused.errors)")
        let after = try await rapport("profile", "C-2", "--data", directory.path)
        #expect(after.output == before.output)
        #expect(try await rapport("verify", "--data", directory.path).status == 0)
    }
}
