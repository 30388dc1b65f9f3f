import Foundation
import TestSupport
import Testing

@testable import RapportCLI

/// `explain`: which events have made a value.
@Suite(.timeLimit(.minutes(5)))
struct ExplainTests {
    private func explain(_ words: String...) async throws -> CommandRun {
        let directory = try await TinyCompany.directory()
        return try await Command(["explain"] + words + ["--data", directory.path]).run()
    }

    @Test(
        arguments: [
            (["fields[phone].value", "profile", "C-1"], "\"+49 30 5550100\"", nil, "[2]"),
            (["fields[last nps score].value", "profile", "C-1"], "\"10\"", nil, "[13]"),
            (["stages[USD].open", "pipeline"], "1", nil, "[6]"),
            (["deals.won", "pipeline"], "1", "0", "[9]"),
            (["deals.won", "pipeline", "--as-of", "8"], "0", "0", "[]"),
            (["points[2017-02].counts.counts[9]", "satisfaction", "--metric", "nps"], "1", nil, "[14]"),
            (["overall[all].nps.n", "satisfaction", "--metric", "nps"], "3", nil, "[13,14,15]"),
            (["overall[all].nps.n", "satisfaction", "--metric", "nps", "--as-of", "14"], "2", nil, "[13,14]"),
            (["overall[all].nps.n", "satisfaction", "--metric", "nps", "--at", "2017-02-05"], "2", nil, "[13,14]"),
        ] as [([String], String, String?, String)])
    func aValueIsMadeByTheseEvents(
        words: [String], value: String, without: String?, mustHold: String
    ) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["explain"] + words + ["--json", "--data", directory.path]).run()
        #expect(run.errors == "")
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        #expect(json.member("value")?.text == value)
        #expect(json.member("valueWithout")?.text == without)
        guard case .array(let events)? = json.member("events"), case .array(let expected) = try parsed(mustHold) else {
            Issue.record("no events: \(run.output)")
            return
        }
        let positions = events.compactMap { $0.member("position")?.text }
        // An opening may or may not be needed for what came of a deal.
        #expect(Set(expected.map(\.text)).isSubset(of: positions), "\(positions)")
        #expect(positions.count <= expected.count + 1, "\(positions)")
        #expect(json.member("eventCount")?.text == "\(positions.count)")
        #expect(json.member("isExact")?.text == "true")
    }

    private func parsed(_ text: String) throws -> JSONTree { try JSONTree(parsing: Array(text.utf8)) }

    @Test func eachEventIsALineWithItsOrigin() async throws {
        let directory = try await TinyCompany.directory()
        let cause = "00000000-0000-7000-8000-000000000012"
        let line = """
            {"type":"CustomerProfileChanged","tags":["customer:C-1"],"occurredAt":"2017-04-01T09:00:00Z","actor":"ada",\
            "causationId":"\(cause)","data":{"customerId":"C-1","changes":[{"field":"region","value":"west"}]}}
            """
        let appended = try await rapport("append", "--data", directory.path, input: line)
        #expect(appended.status == 0, "\(appended.errors)")
        let question = ["fields[region].value", "profile", "C-1", "--data", directory.path]
        let run = try await Command(["explain"] + question).run()
        #expect(run.errors == "")
        let lines = run.lines
        try #require(lines.count == 4, "\(run.output)")
        #expect(lines[0] == "fields[region].value = west")
        #expect(lines[1].hasPrefix("1 event of profile"), "\(lines[1])")
        #expect(lines[2].hasPrefix("16  2017-04-01T09:00:00Z  CustomerProfileChanged"))
        #expect(lines[2].contains("recorded 20") && lines[2].contains("  by ada  caused by 12  customer:C-1"))
        #expect(lines[3] == "at position 16")
        let csv = try await Command(["explain"] + question + ["--csv"]).run()
        #expect(csv.lines[0] == "position,recordedAt,occurredAt,id,type,tags,actor,causationId,causedBy")
        #expect(csv.lines[1].hasPrefix("16,20"))
        #expect(csv.lines[1].hasSuffix(",rapport.crm.v1.CustomerProfileChanged,customer:C-1,ada,\(cause),12"))
    }

    @Test func eventsComePageByPage() async throws {
        let path = "overall[all].nps.n"
        let first = try await explain("--limit", "2", path, "satisfaction", "--metric", "nps")
        #expect(first.lines.suffix(2) == ["next page: --after 14", "at position 15"], "\(first.output)")
        let second = try await explain("--limit", "2", "--after", "14", path, "satisfaction", "--metric", "nps")
        #expect(second.output.contains("\n15  2017-02-06T09:00:00Z  SurveyAnswered"), "\(second.output)")
        #expect(!second.output.contains("next page"))
        #expect(second.lines[1].hasPrefix("3 events of satisfaction"))
    }

    @Test func aKeptAnswerIsExplainedAsOfItsPosition() async throws {
        let directory = try await TinyCompany.directory()
        let data = ["--data", directory.path]
        let answer = try await Command(["satisfaction", "--metric", "nps", "--as-of", "14", "--json"] + data).run()
        let file = try directory.write(answer.printed, to: "answer.json")
        let run = try await Command(["explain", "overall[all].nps.n", "--file", file, "--json"] + data).run()
        #expect(run.errors == "")
        let json = try parsed(run.printed)
        #expect(json.member("value")?.text == "2")
        #expect(json.member("position")?.text == "14")
        let before = try await Command(["explain", "--file", file, "overall[all].nps.n", "--json"] + data).run()
        #expect(before.printed == run.printed)
        let other = try await TinyCompany.directory()
        let refused = try await Command(["explain", "overall[all].nps.n", "--file", file, "--data", other.path]).run()
        #expect(refused.status == 3)
    }

    @Test(
        arguments: [
            (
                ["nope", "funnel"], 2,
                "nope: leads nowhere in the answer; expected lost, open, opened, position, skipping, "
            ),
            (
                ["deals.nope", "pipeline"], 2,
                "deals.nope: leads nowhere in the answer; expected deals.lost, deals.open, "
            ),
            (["stages[sales].open", "pipeline", "--as-of", "6"], 2, "stages[sales].open: leads nowhere in the answer"),
            (["total", "timeline", "C-1"], 6, "timeline: each event of it says where it stands; expected a question"),
            (["events", "profile", "C-9"], 2, "customer C-9: no event is about it"),
            (["won"], 64, "which question?; expected one of find, lookup, customer, profile"),
            (["won", "funnel", "--file", "answer.json"], 2, "answer.json: cannot be opened for reading"),
            (["won[", "funnel"], 64, "The value 'won[' is invalid for '<path>'"),
            (["--limit", "0", "won", "funnel"], 64, "--limit takes 1 to 10,000 rows, not 0."),
            (["won", "verify"], 64, "'verify' asks no question; expected one of find, lookup, customer, profile"),
        ] as [([String], Int32, String)])
    func whatCannotBeExplainedIsTold(words: [String], status: Int32, message: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["explain"] + words + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.errors.hasPrefix("rapport: " + message), "\(run.errors)")
        #expect(run.output == "")
    }
}
