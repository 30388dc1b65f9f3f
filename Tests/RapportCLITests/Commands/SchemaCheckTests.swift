import Foundation
import Testing
import TestSupport

/// `verify --schemas`, as a user runs it.
@Suite(.timeLimit(.minutes(5)))
struct SchemaCheckTests {
    /// Three copies that do not decode, one that a newer schema has written, one without its tag, and own types.
    private static let strange = """
        {"position":1,"type":"rapport.crm.v1.OpportunityWon","tags":["opportunity:O-9"],"dataBase64":"/w=="}
        {"position":1,"type":"rapport.crm.v1.OpportunityWon","tags":["opportunity:O-9"],"dataBase64":"CgP/"}
        {"position":1,"type":"rapport.crm.v1.CaseOpened","tags":["case:1"],"subjects":[{"id":"customer:C-1",\
        "personalBase64":"CgH/"}],"data":{"caseId":"1"}}
        {"position":1,"type":"rapport.crm.v1.CaseClosed","tags":["case:1"],"dataBase64":"CgEx+AcF"}
        {"position":1,"type":"rapport.crm.v1.CaseClosed","data":{"caseId":"1"}}
        {"type":"shop.Opened","schemaRevision":4,"dataBase64":"/w=="}
        """

    private func check(_ directory: TemporaryDirectory, _ options: String...) async throws -> CommandRun {
        try await Command(["verify", "--schemas", "--data", directory.path] + options).run()
    }

    private func strangeDirectory() async throws -> TemporaryDirectory {
        let directory = try await TinyCompany.directory()
        let appended = try await rapport("append", "--data", directory.path, input: Self.strange)
        try #require(appended.status == 0, "\(appended.errors)")
        return directory
    }

    @Test func whatDecodesIsCountedByTypeAndRevision() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await check(directory)
        #expect(run.status == 0)
        #expect(run.errors == "")
        let table = run.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(table.contains(["CustomerRegistered", "1", "catalogue", "2", "2", "0", "0", "0"]))
        #expect(table.contains(["OpportunityOpened", "1", "catalogue", "3", "3", "0", "0", "0"]))
        #expect(run.lines.last == "at position 15")
        let csv = try await check(directory, "--csv")
        #expect(csv.lines.contains("rapport.crm.v1.OpportunityOpened,1,catalogue,3,3,0,0,0,4,,,"))
    }

    @Test func whatDoesNotDecodeIsToldWithItsPlace() async throws {
        let directory = try await strangeDirectory()
        let run = try await check(directory)
        #expect(run.status == 4)
        let table = run.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(table.contains(["OpportunityWon", "1", "catalogue", "3", "1", "0", "2", "0"]))
        #expect(table.contains(["CaseOpened", "1", "catalogue", "1", "0", "0", "1", "0"]))
        #expect(table.contains(["CaseClosed", "1", "catalogue", "2", "2", "1", "0", "1"]))
        #expect(table.contains(["shop.Opened", "4", "own", "1", "–", "–", "–", "–"]))
        #expect(run.lines.contains { $0.hasPrefix("position 16, OpportunityWon, schema revision 1: its data: ") })
        #expect(run.lines.contains { $0.hasPrefix("position 17, OpportunityWon, schema revision 1: its data: ") })
        let part = "position 18, CaseOpened, schema revision 1: its personal part about customer:C-1: "
        #expect(run.lines.contains { $0.hasPrefix(part) })
        #expect(run.lines.contains { $0.hasPrefix("1 event of CaseClosed without the tag") && $0.contains("20") })
        let complaint =
            "rapport: \(directory.path): 3 stored events do not decode; the first is rapport.crm.v1.OpportunityWon, "
            + "schema revision 1, at position 16: its data: "
        #expect(run.errors.hasPrefix(complaint))
    }

    @Test func theAnswerInJSONHoldsTheSame() async throws {
        let directory = try await strangeDirectory()
        let run = try await check(directory, "--json")
        #expect(run.status == 4)
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(answer["position"] as? Int == 21)
        #expect((answer["complaint"] as? String)?.contains("3 stored events do not decode") == true)
        let types = try #require(answer["types"] as? [[String: Any]])
        let names = types.compactMap { $0["type"] as? String }
        #expect(names == names.sorted() && names.count == 11)
        let won = try #require(types.first { $0["type"] as? String == "rapport.crm.v1.OpportunityWon" })
        #expect(won["undecodable"] as? Int == 2)
        let problems = try #require(won["problems"] as? [[String: Any]])
        #expect(problems.compactMap { $0["position"] as? Int } == [16, 17])
        let closed = try #require(types.first { $0["type"] as? String == "rapport.crm.v1.CaseClosed" })
        #expect(closed["newer"] as? Int == 1)
        #expect(closed["firstUntagged"] as? Int == 20)
    }

    @Test func anEmptyLogHasNothingToCheck() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await rapport("append", "--data", directory.path).status == 0)
        let run = try await check(directory)
        #expect(run.status == 0)
        #expect(run.output == "No events.\nat position 0\n")
    }
}
