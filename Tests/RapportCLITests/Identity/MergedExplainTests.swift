import Testing
import TestSupport

@testable import RapportCLI

/// `explain` and `diff` find a field of a person by its name, whichever id of the person it comes from.
@Suite(.timeLimit(.minutes(10)))
struct MergedExplainTests {
    private let company: MergedCompany

    /// C-2 is called a segment at 17, merged into C-1 at 18, and called another one at 19.
    init() async throws {
        company = try await MergedCompany()
        try await company.append(Self.segment("gold", on: "2017-04-01"))
        try await company.merge("C-1", "C-2", 99)
        try await company.append(Self.segment("silver", on: "2017-05-01"))
    }

    private static func segment(_ value: String, on day: String) -> String {
        #""type":"CustomerProfileChanged","occurredAt":"\#(day)T09:00:00Z","tags":["customer:C-2"],"#
            + #""data":{"customerId":"C-2","changes":[{"field":"segment","value":"\#(value)"}]}"#
    }

    @Test func aFieldOfAnotherIdSaysWhichItIs() async throws {
        let profile = try jsonObject(try await company.run("profile", "C-1", "--json"))
        let fields = try #require(profile["fields"] as? [[String: Any]])
        let segment = try #require(fields.first { $0["name"] as? String == "segment" })
        #expect(segment["storedUnder"] as? String == "C-2" && segment["customerID"] == nil)
        // Of two fields of the same other id each is found by its name.
        #expect(fields.count { $0["storedUnder"] as? String == "C-2" } > 1)
    }

    @Test func aFieldOfAnotherIdIsExplained() async throws {
        let run = try await company.run("explain", "fields[segment].value", "profile", "C-1", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONTree(parsing: Array(run.printed.utf8))
        #expect(json.member("value")?.text == "\"silver\"")
        guard case .array(let events)? = json.member("events") else {
            Issue.record("no events: \(run.output)")
            return
        }
        let positions = events.map { $0.member("position")?.text ?? "" }
        #expect(positions.contains("19"), "\(run.output)")
    }

    @Test func aChangeOfAFieldOfAnotherIdIsOneLine() async throws {
        let changes = ["diff", "--without-events", "--csv"]
        let after = try await company.run(changes + ["--from", "18", "--to", "19", "profile", "C-1"])
        #expect(after.output.contains("\nfields[segment].value,gold,silver,,\n"), "\(after.output)\(after.errors)")
        let merged = try await company.run(changes + ["--from", "17", "--to", "18", "profile", "C-1"])
        #expect(merged.output.contains("\nfields[segment].value,,gold,,\n"), "\(merged.output)\(merged.errors)")
    }
}
