import Foundation
import Testing
import TestSupport

/// What is said of a person goes for every id of the person.
@Suite(.timeLimit(.minutes(10)))
struct StatementTests {
    private let directory: TemporaryDirectory

    /// A lead that became a customer, and another customer.
    init() async throws {
        directory = try TemporaryDirectory()
        let lines = [
            #"{"type":"LeadCaptured","tags":["lead:L-7"],"data":{"leadId":"L-7"},"#
                + #""subjects":[{"id":"lead:L-7","personal":{"displayName":"Ada"}}]}"#,
            #"{"type":"CustomerRegistered","tags":["customer:C-1"],"data":{},"#
                + #""subjects":[{"id":"customer:C-1","personal":{"displayName":"Ada"}}]}"#,
            #"{"type":"LeadConverted","tags":["lead:L-7","customer:C-1"],"#
                + #""data":{"leadId":"L-7","customerId":"C-1"}}"#,
            #"{"type":"CustomerRegistered","tags":["customer:C-2"],"data":{}}"#,
        ]
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
    }

    private func run(_ words: String...) async throws -> CommandRun {
        let run = try await Command(words + ["--data", directory.path]).run()
        #expect(run.status == 0, "\(words) \(run.errors)")
        return run
    }

    private func subjects(_ answer: [String: Any]) -> [String?] {
        let others = answer["others"] as? [[String: Any]] ?? []
        return ([answer] + others).map { $0["subject"] as? String }
    }

    private func isAllowed(_ id: String) async throws -> Bool? {
        let run = try await run("consent", id, "--purpose", "marketing", "--channel", "email", "--json")
        return try jsonObject(run)["allowed"] as? Bool
    }

    @Test func aStatementIsMadeOfEachIdInOneAppend() async throws {
        let granted = try await run("subject", "consent", "C-1", "--grant", "--purpose", "marketing")
        let lines = granted.lines
        #expect(lines.count == 4 && lines[0] == "customer:C-1: allows marketing by every channel", "\(granted.output)")
        #expect(lines[1].hasSuffix(" about customer:C-1") && lines[2].hasSuffix(" about lead:L-7"), "\(granted.output)")
        #expect(lines[3] == "at position 6")
        let events = try await run("replay", "--from", "5", "--json").lines
        let correlations = try events.compactMap { line in
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return event?["correlationId"] as? String
        }
        #expect(correlations.count == 2 && lines[1].contains(correlations[0]), "\(events)")
        #expect(Set(correlations).count == 1)
        for id in ["C-1", "lead:L-7"] { #expect(try await isAllowed(id) == true) }
        let withdrawn = try await run("subject", "consent", "lead:L-7", "--withdraw", "--only", "--csv")
        #expect(withdrawn.lines.count == 2, "\(withdrawn.output)")
        for id in ["C-1", "lead:L-7"] { #expect(try await isAllowed(id) == false, "the strictest counts") }
        let all = try await run("consent", "C-1")
        #expect(all.output.contains("customer:C-1, as of") && all.output.contains("lead:L-7, as of"), "\(all.output)")
        let json = try jsonObject(try await run("consent", "C-1", "--json"))
        #expect(subjects(json) == ["customer:C-1", "lead:L-7"])
    }

    @Test func aCommandWithAnIdOfItsOwnCanBeRepeated() async throws {
        let id = "00000000-0000-7000-8000-000000000077"
        var answers: [String] = []
        for _ in 0..<2 {
            let held = try await run(
                "subject", "hold", "C-1", "--matter", "M-1", "--event-id", id, "--occurred-at", "2024-05-06", "--csv")
            answers.append(held.output)
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0].contains(",\(id),"))
        #expect(try await DirectoryStatus.of(directory).head == 6)
    }

    @Test func aHoldOrARestrictionOfOneIdIsLiftedUnderAnother() async throws {
        _ = try await run("subject", "hold", "lead:L-7", "--matter", "M-1", "--only")
        let released = try jsonObject(
            try await run("subject", "hold", "C-1", "--matter", "M-1", "--release", "--json"))
        #expect(subjects(released) == ["customer:C-1", "lead:L-7"])
        _ = try await run("subject", "restrict", "C-1")
        #expect(try await run("timeline", "--tag", "lead:L-7", "--personal").output.contains("={restricted}"))
        _ = try await run("subject", "restrict", "lead:L-7", "--off")
        #expect(try await !run("timeline", "C-1", "--personal").output.contains("={restricted}"))
    }

    @Test func anAnswerIsOneToAllThatWasAskedTogether() async throws {
        let asked = try jsonObject(
            try await run("subject", "request", "C-1", "--kind", "access", "--law", "GDPR", "--json"))
        let other = try jsonObject(
            try await run("subject", "request", "C-1", "--kind", "port", "--law", "GDPR", "--only", "--json"))
        #expect(subjects(asked) == ["customer:C-1", "lead:L-7"] && subjects(other) == ["customer:C-1"])
        #expect(try await run("requests", "--csv").lines.count == 4)
        let id = try #require(asked["id"] as? String)
        let answer = try jsonObject(try await run("subject", "answer", id, "--outcome", "done", "--json"))
        #expect(subjects(answer) == ["customer:C-1", "lead:L-7"])
        let open = try await run("requests", "--csv").lines
        #expect(open.count == 2 && open[1].hasPrefix("customer:C-1,port,"), "\(open)")
        #expect(try await run("requests", "--all", "--csv").lines.count == 4)
    }

    @Test func anIdThatIsErasedIsLeftOut() async throws {
        _ = try await run("subject", "erase", "lead:L-7", "--only", "--yes")
        let granted = try jsonObject(
            try await run("subject", "consent", "C-1", "--grant", "--purpose", "marketing", "--json"))
        #expect(subjects(granted) == ["customer:C-1"])
        let refused = try await rapport(
            "subject", "consent", "lead:L-7", "--grant", "--purpose", "marketing", "--data", directory.path)
        #expect(refused.status == 3, "\(refused.errors)")
    }

    @Test func accessesToEveryIdAreListedTogetherTheNewestFirst() async throws {
        _ = try await run("timeline", "--tag", "lead:L-7", "--personal", "--actor", "user:1")
        _ = try await run("profile", "C-1", "--actor", "user:2")
        _ = try await run("profile", "C-1", "--actor", "user:3")
        func subjects(_ words: String...) async throws -> [String?] {
            let run = try await Command(["subject", "accesses"] + words + ["--json", "--data", directory.path]).run()
            let rows = try #require(try jsonObject(run)["rows"] as? [[String: Any]])
            return rows.map { $0["subject"] as? String }
        }
        let all = ["customer:C-1", "customer:C-1", "lead:L-7"]
        #expect(try await subjects("C-1") == all)
        #expect(try await subjects("lead:L-7") == all)
        #expect(try await subjects("C-1", "--only") == ["customer:C-1", "customer:C-1"])
        #expect(try await subjects("lead:L-7", "--only") == ["lead:L-7"])
        var rows: [String?] = []
        var after: [String] = []
        repeat {
            let page = try jsonObject(
                try await Command(
                    ["subject", "accesses", "C-1", "--limit", "1", "--json", "--data", directory.path] + after
                ).run())
            rows += (page["rows"] as? [[String: Any]] ?? []).map { $0["subject"] as? String }
            after = (page["next"] as? String).map { ["--after", $0] } ?? []
        } while !after.isEmpty && rows.count < 9
        #expect(rows == all)
        #expect(try await rapport("subject", "accesses", "--by", "user:1", "--only", "--data", "x").status == 64)
    }
}
