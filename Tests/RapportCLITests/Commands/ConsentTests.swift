import Foundation
import TestSupport
import Testing

/// `consent` and `requests`.
@Suite(.timeLimit(.minutes(5)))
struct ConsentTests {
    private static func id(_ number: Int) -> String {
        "00000000-0000-7000-8000-0000000000" + (number < 10 ? "0\(number)" : "\(number)")
    }

    /// An event of 2024 about one person.
    private static func line(_ number: Int, _ day: String, _ type: String, _ person: String, _ data: String) -> String {
        #"{"id":"\#(id(number))","occurredAt":"2024-\#(day)T09:00:00Z","type":"\#(type)","tags":["\#(person)"],"#
            + #""data":{"subjectId":"\#(person)"\#(data)}}"#
    }

    private static func grant(_ number: Int, _ day: String, _ person: String, _ rest: String = "") -> String {
        line(
            number, day, "ConsentGranted", person,
            #","purpose":"marketing","channel":"email","legalBasis":"consent","policyVersion":"v1""# + rest)
    }

    private static let lines = [
        grant(1, "01-10", "customer:C-1"),
        // Until the end of June.
        grant(2, "01-11", "lead:L-1", #","expiresAtUs":"1719792000000000","evidenceRef":"F-7""#),
        grant(3, "01-12", "customer:C-2"),
        line(4, "02-01", "ConsentWithdrawn", "customer:C-2", #","via":"link""#),
        line(
            5, "02-10", "SubjectRequestReceived", "customer:C-2", #","kind":"SUBJECT_REQUEST_KIND_PORT","law":"PIPL""#),
        line(
            6, "03-03", "SubjectRequestReceived", "customer:C-1", #","kind":"SUBJECT_REQUEST_KIND_ACCESS","law":"GDPR""#
        ),
        line(
            7, "03-20", "SubjectRequestFulfilled", "customer:C-1",
            #","requestEventId":"\#(id(6))","outcome":"done""#),
        line(8, "04-01", "LegalHoldPlaced", "customer:C-1", #","matter":"M-1""#),
    ]

    private static func directory() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    private static func ask(_ directory: TemporaryDirectory, _ words: String...) async throws -> CommandRun {
        let run = try await Command(words + ["--data", directory.path]).run()
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    private static func object(_ run: CommandRun) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.printed.utf8)) as? [String: Any])
    }

    // MARK: One use

    @Test func aUseIsAllowedByTheEventThatGrantsIt() async throws {
        let directory = try await Self.directory()
        let question = ["consent", "C-1", "--purpose", "marketing", "--channel", "email", "--at", "2024-06-30"]
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(
            run.output == """
                customer:C-1: marketing by email is allowed
                granted on 2024-01-10, on the basis of consent: event 1, \(Self.id(1))
                at position 8\n
                """)
        let whole = try await Self.ask(
            directory, "consent", "customer:C-1", "--purpose", "marketing", "--channel", "email", "--at", "2024-06-30")
        #expect(whole.output == run.output)
    }

    @Test func aUseIsNotAllowedAndTheCommandSucceeds() async throws {
        let directory = try await Self.directory()
        for (person, at, reason, proof) in [
            ("C-2", "2024-06-30", "withdrawn", 4), ("lead:L-1", "2024-06-30", "granted", 2),
            ("lead:L-1", "2024-07-01", "expired", 2), ("C-9", "2024-06-30", "neverGranted", nil),
            ("C-1", "2024-01-09", "neverGranted", nil),
        ] as [(String, String, String, Int?)] {
            let run = try await Self.ask(
                directory, "consent", person, "--purpose", "marketing", "--channel", "email", "--at", at, "--json")
            let answer = try Self.object(run)
            #expect(answer["allowed"] as? Bool == (reason == "granted"))
            #expect(answer["reason"] as? String == reason, "\(person)")
            let found = answer["proof"] as? [String: Any]
            #expect(found?["position"] as? Int == proof)
            #expect(found?["eventID"] as? String == proof.map { Self.id($0) })
        }
    }

    @Test func separateConsentIsAskedForByItself() async throws {
        let directory = try await Self.directory()
        let run = try await Self.ask(
            directory, "consent", "C-1", "--purpose", "marketing", "--channel", "email", "--separate")
        #expect(
            run.output == """
                customer:C-1: marketing by email is not allowed
                never granted
                at position 8\n
                """)
    }

    // MARK: One person, all persons

    @Test func allThatAPersonHasAllowedAndAskedForIsShown() async throws {
        let directory = try await Self.directory()
        let run = try await Self.ask(directory, "consent", "C-1", "--at", "2024-06-30")
        #expect(run.lines.first == "customer:C-1, as of 2024-06-30")
        #expect(run.lines.contains("legal hold: M-1: event 8"))
        let consent = try #require(run.lines.first { $0.hasPrefix("marketing") })
        #expect(consent.split(separator: " ") == ["marketing", "email", "granted", "2024-01-10", "consent", "v1", "1"])
        let request = try #require(run.lines.first { $0.contains("access") })
        let cells: [Substring] = [
            "2024-04-03", "reckoned", "access", "GDPR", "2024-03-03", "2024-03-20", "done", "6",
        ]
        #expect(request.split(separator: " ") == cells)
        let csv = try await Self.ask(directory, "consent", "lead:L-1", "--at", "2024-06-30", "--csv")
        #expect(
            csv.output == """
                subject,purpose,channel,status,since,until,legalBasis,isSeparate,policyVersion,textSHA256,evidence,via,\
                position,eventID
                lead:L-1,marketing,email,granted,2024-01-11T09:00:00Z,2024-07-01T00:00:00Z,consent,false,v1,,F-7,,2,\
                \(Self.id(2))

                """)
        let nobody = try await rapport("consent", "C-9", "--data", directory.path)
        #expect(nobody.status == 2)
        #expect(nobody.errors.contains("customer:C-9: no consent, restriction, request, hold or erasure is recorded"))
    }

    @Test func personsWhoAllowAUseAreListedWithTheirProof() async throws {
        let directory = try await Self.directory()
        let words = ["consent", "--purpose", "marketing", "--channel", "email", "--at", "2024-06-30"]
        let run = try await Command(words + ["--csv", "--data", directory.path]).run()
        #expect(
            run.lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false)[0] } == [
                "customer:C-1", "lead:L-1",
            ])
        let first = try await Command(words + ["--limit", "1", "--json", "--data", directory.path]).run()
        let page = try Self.object(first)
        let cursor = try #require(page["next"] as? String)
        let second = try await Command(words + ["--after", cursor, "--data", directory.path]).run()
        #expect(second.lines.contains { $0.hasPrefix("lead:L-1  2024-01-11  2024-07-01") }, "\(second.output)")
        #expect(!second.output.contains("customer:"))
    }

    // MARK: Requests

    @Test func openRequestsAreListedByWhenTheyAreDue() async throws {
        let directory = try await Self.directory()
        let open = try await Self.ask(directory, "requests", "--at", "2024-06-30")
        #expect(open.lines.count == 4)
        let cells: [Substring] = [
            "2024-03-10", "overdue,", "reckoned", "customer:C-2", "port", "PIPL", "2024-02-10", "5",
        ]
        #expect(open.lines[2].split(separator: " ") == cells)
        let all = try await Self.ask(directory, "requests", "--all", "--at", "2024-06-30", "--json")
        let rows = try #require(try Self.object(all)["rows"] as? [[String: Any]])
        #expect(rows.map { $0["subject"] as? String } == ["customer:C-2", "customer:C-1"])
        #expect(rows.map { $0["isOverdue"] as? Bool } == [true, false])
        #expect(rows.map { $0["outcome"] as? String } == [nil, "done"])
        let early = try await Self.ask(directory, "requests", "--at", "2024-01-31")
        #expect(early.lines.first == "No open requests.")
        let csv = try await Self.ask(directory, "requests", "--all", "--at", "2024-06-30", "--csv")
        #expect(csv.lines.count == 3)
    }

    // MARK: Then and now

    @Test func whatWasKnownThenIsAskedFor() async throws {
        let directory = try await Self.directory()
        let words = ["consent", "C-2", "--purpose", "marketing", "--channel", "email", "--json"]
        let then = try await Command(words + ["--as-of", "3", "--data", directory.path]).run()
        #expect(try Self.object(then)["allowed"] as? Bool == true)
        let now = try await Command(words + ["--data", directory.path]).run()
        #expect(try Self.object(now)["allowed"] as? Bool == false)
    }

    @Test func anAnswerAboutNowSaysWhichMomentThatWas() async throws {
        let directory = try await Self.directory()
        let answer = try await Self.ask(
            directory, "consent", "C-1", "--purpose", "marketing", "--channel", "email", "--json")
        let stamp = try #require(try Self.object(answer)["answered"] as? [String: Any])
        let words = try #require(stamp["question"] as? [String])
        #expect(words.count { $0.hasPrefix("--at=20") } == 1)
        let file = try directory.write(answer.printed, to: "answer.json")
        let withdrawal = Self.line(9, "05-01", "ConsentWithdrawn", "customer:C-1", "")
        let more = try await rapport("append", "--data", directory.path, input: withdrawal)
        #expect(more.status == 0)
        let again = try await rapport("reproduce", file, "--data", directory.path)
        #expect(again.status == 0, "\(again.output) \(again.errors)")
        let now = try await Self.ask(
            directory, "consent", "C-1", "--purpose", "marketing", "--channel", "email", "--json")
        #expect(try Self.object(now)["allowed"] as? Bool == false)
    }

    @Test(arguments: [
        ["consent"], ["consent", "C-1", "--purpose", "marketing"], ["consent", "C-1", "--channel", "email"],
        ["consent", "--channel", "email"], ["consent", "C-1", "--separate"], ["consent", "C-1", "--limit", "3"],
        ["requests", "C-1"],
    ])
    func aQuestionThatMakesNoSenseIsWrongUsage(words: [String]) async throws {
        #expect(try await Command(words + ["--data", "nowhere"]).run().status == 64)
    }
}
