import Foundation
import Testing
import TestSupport

@testable import RapportCLI

/// The rows of saved funnels are checked as those of every CRM, and answers say that they are theirs.
@Suite(.timeLimit(.minutes(10)))
struct SavedFunnelFilesTests {
    private let visits: TinyVisits

    init() async throws {
        visits = try await TinyVisits()
        try await visits.save()
    }

    private static let question = ["behaviour", "--saved", "signup", "--at", "2017-06-30"]

    /// Has the rows made; answers their file.
    private func rows() async throws -> String {
        let run = try await visits.run(Self.question)
        try #require(run.status == 0, "\(run.errors)")
        let folder = visits.data.path + "/views/funnel-signup-v1"
        let name = try String(contentsOfFile: folder + "/CURRENT", encoding: .utf8)
        return "\(folder)/\(name)/data.mdb"
    }

    // MARK: verify

    @Test func aFlippedBitInTheRowsIsFound() async throws {
        let file = try await rows()
        #expect(try await visits.run("verify").status == 0)
        try flipBits(of: "customer:C-3", in: file)
        let found = try await visits.run("verify")
        #expect(found.status == 4 && found.output == "", "\(found.output)")
        #expect(found.errors.contains("/views/funnel-signup-v1/gen-"), "\(found.errors)")
    }

    @Test func aDamagedPageOfTheRowsIsFound() async throws {
        let file = try await rows()
        let pages = try renumberPages(with: "customer:C-3", in: file)
        let json = try await visits.run("verify", "--json")
        #expect(json.status == 4, "\(json.errors)")
        let told = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(told["damage"] as? String == "file" && told["file"] as? String == file)
        #expect(pages.contains(told["page"] as? Int ?? 0))
    }

    // MARK: Answers

    @Test func anAnswerNamesTheRowsThatItIsOf() async throws {
        let answer = try await visits.run(Self.question + ["--json"])
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(answer.printed.utf8)))
        let version = try #require(AnswerStamp.versions(of: ["funnel-signup-v1"])["funnel-signup-v1"])
        #expect(stamp.readModels == ["funnel-signup-v1": version])
        let file = try visits.file(answer.printed, "answer.json")
        let same = try await visits.run("reproduce", file)
        #expect(same.status == 0 && same.lines.count == 2, "\(same.output)\(same.errors)")
        let edited = answer.printed.replacing("\"funnel-signup-v1\" : \(version)", with: "\"funnel-signup-v1\" : 999")
        let other = try await visits.run("reproduce", visits.file(edited, "answer.json"))
        #expect(other.status == 0, "\(other.output)\(other.errors)")
        let complaint = "funnel-signup-v1 was made by version 999, this program has \(version): "
        #expect(other.lines[1].hasPrefix(complaint), "\(other.output)")
    }

    @Test func anAnswerThatTheEventsGiveNamesNoRows() async throws {
        let file = try visits.file()
        let answer = try await visits.run("behaviour", file, "--at", "2017-06-30", "--json")
        let stamp = try AnswerStamp(of: JSONTree(parsing: Array(answer.printed.utf8)))
        #expect(stamp.readModels.isEmpty)
    }
}
