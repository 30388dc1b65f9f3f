import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// `reproduce`: whether an answer that was kept is still the answer.
@Suite(.timeLimit(.minutes(5)))
struct ReproduceTests {
    /// A data directory, and the answer to a question about it in a file.
    private struct Kept {
        let directory: TemporaryDirectory
        let file: String
        let answer: String

        init(_ question: [String]) async throws {
            directory = try await TinyCompany.directory()
            answer = try await Command(question + ["--json", "--data", directory.path]).run().printed
            file = try directory.write(answer, to: "answer.json")
        }

        /// Asks for what the file holds once more.
        func reproduce(_ options: String...) async throws -> CommandRun {
            try await Command(["reproduce", file, "--data", directory.path] + options).run()
        }

        /// Changes the file as somebody with an editor would.
        func edit(_ old: String, _ new: String) throws {
            #expect(answer.contains(old), "\(answer)")
            _ = try directory.write(answer.replacing(old, with: new), to: "answer.json")
        }

        func appendMore() async throws {
            let won = #"{"type":"OpportunityWon","tags":["opportunity:O-3"],"occurredAt":"2017-02-02T09:00:00Z"}"#
            let run = try await rapport("append", "--data", directory.path, input: won)
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test(arguments: [
        ["pipeline"], ["pipeline", "--at", "2017-02-12"], ["profile", "C-1", "--at", "2017-01-31"],
        ["timeline", "C-2", "--personal", "--as-of", "9"], ["satisfaction", "--metric", "nps"],
    ])
    func anAnswerIsTheSameWhateverCameLater(question: [String]) async throws {
        let kept = try await Kept(question)
        #expect(try await kept.reproduce().status == 0)
        try await kept.appendMore()
        let run = try await kept.reproduce()
        #expect(run.status == 0, "\(run.errors)")
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(kept.answer.utf8)))
        #expect(run.lines.first == "the same: \(stamp.answerDigest)")
        #expect(run.lines.count == 2)
        let asked = stamp.question.joined(separator: " ")
        #expect(run.lines.last?.hasPrefix("\(asked), as of position \(stamp.position)") == true, "\(run.output)")
        #expect(try await kept.reproduce("--csv").output == "path,then,now\n")
    }

    @Test func aFileIsReadFromStandardInput() async throws {
        let kept = try await Kept(["funnel"])
        let run = try await rapport("reproduce", "-", "--data", kept.directory.path, input: kept.answer)
        #expect(run.status == 0, "\(run.errors)")
        // Another program may have written it in its own way.
        let tree = try JSONTree(parsing: Array(kept.answer.utf8))
        let other = try await rapport("reproduce", "-", "--data", kept.directory.path, input: tree.text)
        #expect(other.status == 0, "\(other.errors)")
    }

    @Test func aFileThatSomebodyHasChangedIsToldValueByValue() async throws {
        let kept = try await Kept(["pipeline"])
        try kept.edit(#""wonValue" : 100000"#, #""wonValue" : 900000"#)
        let run = try await kept.reproduce()
        #expect(run.status == 3)
        #expect(run.errors == "")
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(kept.answer.utf8)))
        let digest = stamp.answerDigest
        #expect(run.lines[0] == "not the same: then \(digest), now \(digest)")
        #expect(run.lines[1].hasPrefix("the file was changed since it was answered: its digest is "))
        #expect(run.output.contains("\ntotals[EUR].wonValue  900000  100000\n"), "\(run.output)")
        #expect(try await kept.reproduce("--csv").output == "path,then,now\ntotals[EUR].wonValue,900000,100000\n")
        let json = try JSONTree(parsing: Array(try await kept.reproduce("--json").printed.utf8))
        #expect(json.member("same")?.text == "false")
        #expect(json.member("differences")?.text == #"[{"now":100000,"path":"totals[EUR].wonValue","then":900000}]"#)
        #expect(json.member("digestThen")?.plainText == digest)
        #expect(json.member("digestOfFile")?.plainText != digest)
    }

    /// The stamp may have been changed, too: then it is the log that says otherwise.
    @Test func aChangedAnswerWithItsOwnDigestIsNotTheSame() async throws {
        let kept = try await Kept(["pipeline"])
        let forged = kept.answer.replacing(#""wonValue" : 100000"#, with: #""wonValue" : 900000"#)
        let digest = try JSONTree(parsing: Array(forged.utf8)).without("answered").digest
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(kept.answer.utf8)))
        _ = try kept.directory.write(forged.replacing(stamp.answerDigest, with: digest), to: "answer.json")
        let run = try await kept.reproduce()
        #expect(run.status == 3)
        #expect(run.lines[0] == "not the same: then \(digest), now \(stamp.answerDigest)")
        #expect(!run.output.contains("the file was changed"))
        #expect(run.output.contains("\ntotals[EUR].wonValue  900000  100000\n"), "\(run.output)")
    }

    @Test func aReadModelOfAnotherVersionIsNamed() async throws {
        let kept = try await Kept(["pipeline"])
        let version = try #require(AnswerStamp.versions(of: ["pipeline"])["pipeline"])
        try kept.edit("\"pipeline\" : \(version)\n", "\"pipeline\" : 999,\n      \"forecast\" : 1\n")
        let run = try await kept.reproduce()
        // The answer is the same all the same.
        #expect(run.status == 0, "\(run.output)")
        #expect(run.lines[1] == "forecast was made by version 1, this program has no such read model")
        #expect(run.lines[2].hasPrefix("pipeline was made by version 999, this program has \(version): "))
    }

    @Test func anAnswerOfAnotherLogIsRefused() async throws {
        let kept = try await Kept(["pipeline"])
        let other = try await TinyCompany.directory()
        let run = try await rapport("reproduce", kept.file, "--data", other.path)
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("rapport: \(kept.file): is an answer of log "), "\(run.errors)")
        #expect(run.errors.contains("; \(other.path) holds log "))
    }

    @Test(arguments: [
        ("{}", 6, "has no member answered"), ("{", 6, "expected a text in quotation marks"),
        (#"{"answered":{"position":3}}"#, 6, "the member answered is not what --json gives"),
        (#"{"answered":7}"#, 6, "the member answered is not what --json gives"),
    ])
    func whatIsNoAnswerIsRefused(text: String, status: Int32, message: String) async throws {
        let directory = try await TinyCompany.directory()
        let file = try directory.write(text, to: "answer.json")
        let run = try await rapport("reproduce", file, "--data", directory.path)
        #expect(run.status == status)
        #expect(run.errors.hasPrefix("rapport: \(file): \(message)"), "\(run.errors)")
    }

    @Test(arguments: [
        (
            "\"pipeline\"\n", "\"forget\"\n", 6,
            ": its question cannot be asked: 'forget' asks no question; expected one of"
        ),
        ("\"pipeline\"\n", "\"pipeline\",\n      \"--colour\"\n", 6, ": its question cannot be asked: Unknown option"),
        (
            "\"position\" : 15,\n    \"question\"", "\"position\" : 99,\n    \"question\"", 2,
            ": is an answer of position 99"
        ),
        (
            "\"position\" : 15,\n    \"question\"", "\"position\" : 0,\n    \"question\"", 6,
            ": is an answer of position 0"
        ),
    ])
    func aStampThatMakesNoSenseIsRefused(old: String, new: String, status: Int32, message: String) async throws {
        let kept = try await Kept(["pipeline"])
        try kept.edit(old, new)
        let run = try await kept.reproduce()
        #expect(run.status == status)
        #expect(run.errors.hasPrefix("rapport: \(kept.file)\(message)"), "\(run.errors)")
        #expect(run.output == "")
    }

    @Test func aFileThatIsNotThereIsNotFound() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("reproduce", directory.path + "/none.json", "--data", directory.path)
        #expect(run.status == 2)
        #expect(run.errors == "rapport: \(directory.path)/none.json: cannot be opened for reading\n")
    }
}
