import Foundation
import Testing
import TestSupport

/// How commands show personal values, and what they say where they do not.
@Suite(.timeLimit(.minutes(10)))
struct PersonalReadingTests {
    private static let erasure =
        #"{"type":"SubjectErased","tags":["customer:C-1"],"data":{"subjectIds":["customer:C-1"]}}"#
    private static let restriction =
        #"{"type":"ProcessingRestricted","tags":["customer:C-1"],"data":{"subjectId":"customer:C-1","isOn":true}}"#

    /// The tiny company, and one event more.
    private static func company(_ line: String) async throws -> TemporaryDirectory {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("append", "--data", directory.path, input: line)
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test(arguments: [("erased", erasure), ("restricted", restriction)])
    func everyFormSaysWhyAPartIsNotShown(reason: String, event appended: String) async throws {
        let directory = try await Self.company(appended)
        let data = ["--data", directory.path]
        let subject = #"{"id":"customer:C-1","withheld":"\#(reason)"}"#
        let story = "  customer:C-1={\(reason)}\n"
        let member = "\"subjects\":[\(subject)]"
        let cloud = "\"personal\":\"[" + subject.replacing("\"", with: "\\\"") + "]\""
        let line = "\nPersonal values withheld: \(reason)\n"
        let ofEvent: [([String], String)] = [
            (["replay"], story), (["replay", "--json"], member),
            (["replay", "--csv"], subject.replacing("\"", with: "\"\"")), (["replay", "--cloudevents"], cloud),
            (["export"], member),
        ]
        let event = ["--from", "2", "--to", "2", "--personal"]
        let forms: [([String], String)] =
            ofEvent.map { ($0.0 + event, $0.1) } + [
                (["timeline", "C-1", "--personal"], story),
                (["timeline", "C-1", "--personal", "--as-of", "3"], story),
                (["timeline", "C-1", "--personal", "--json"], member),
                (["profile", "C-1"], line), (["profile", "C-1", "--as-of", "3"], line),
            ]
        for (command, expected) in forms {
            let run = try await Command(command + data).run()
            #expect(run.status == 0 && run.errors == "", "\(command) \(run.errors)")
            #expect(run.output.contains(expected), "\(command) \(run.output)")
            #expect(!run.output.contains("王小明") && !run.output.contains("5550100"), "\(command) \(run.output)")
        }
        let profile = try await object(Command(["profile", "C-1", "--json"] + data).run().output)
        #expect(profile["withheld"] as? [String: String] == ["customer:C-1": reason])
        #expect(
            (profile["fields"] as? [[String: Any]])?.compactMap { $0["name"] as? String }.contains("region") == true)
        // Without --personal there is nothing to withhold.
        let bare = try await Command(["replay", "--json", "--from", "2", "--to", "2"] + data).run()
        #expect(bare.output.contains(#""subjects":[{"id":"customer:C-1"}]"#), "\(bare.output)")
    }

    @Test func noPurposeThatIsStatedLiftsARestriction() async throws {
        let directory = try await Self.company(Self.restriction)
        let purpose = ["--access-purpose", "access request", "--data", directory.path]
        for question in [["profile", "C-1"], ["timeline", "C-1", "--personal"], ["replay", "--personal"]] {
            let run = try await Command(question + purpose).run()
            #expect(run.status == 0 && run.output.contains("restricted"), "\(question) \(run.errors)")
            #expect(!run.output.contains("王小明"), "\(question) \(run.output)")
        }
    }

    // MARK: Who was shown it

    @Test func accessesAreNotedUnderWhoeverAsks() async throws {
        let directory = try await TinyCompany.directory()
        let data = ["--data", directory.path]
        func run(_ words: [String], _ environment: [String: String] = [:]) async throws -> CommandRun {
            let run = try await Command(words + data, environment: environment).run()
            #expect(run.status == 0, "\(words) \(run.errors)")
            return run
        }
        let none = try await run(["subject", "accesses", "C-1"])
        #expect(none.output == "No access is noted.\nat position 0 of the access log\n")
        _ = try await run(["timeline", "C-1"])
        #expect(try await run(["subject", "accesses", "C-1"]).output == none.output, "nothing personal was shown")
        _ = try await run(["profile", "C-1", "--actor", "user:7", "--access-purpose", "support"])
        _ = try await run(["timeline", "C-1", "--personal"], ["RAPPORT_ACTOR": "user:8"])
        _ = try await run(["replay", "--personal", "--reader", "user:9"])
        _ = try await run(["export", "--personal"])
        let answer = try await object(run(["subject", "accesses", "C-1", "--json"]).output)
        let rows = try #require(answer["rows"] as? [[String: Any]])
        let login = "user:" + NSUserName()
        #expect(rows.compactMap { $0["actor"] as? String } == [login, "user:9", "user:8", "user:7"])
        #expect(rows.compactMap { $0["question"] as? String } == ["export", "replay", "timeline", "profile"])
        #expect(rows.map { $0["purpose"] as? String } == [nil, nil, nil, "support"])
        let table = try await run(["subject", "accesses", "customer:C-1", "--csv"])
        #expect(table.lines.first == "hour,subject,actor,purpose,question,recordedAt,position")
        #expect(table.lines.count == 5 && table.lines[4].contains(",customer:C-1,user:7,support,profile,"))
        let by = try await run(["subject", "accesses", "--by", "user:7"])
        #expect(by.output.contains("customer:C-1  user:7") && by.lines.last == "at position 4 of the access log")
        #expect(try await rapport("subject", "accesses", "--data", directory.path).status == 64)
    }

    @Test func noAnswerDependsOnWhoAsks() async throws {
        let directory = try await TinyCompany.directory()
        let question = ["profile", "C-1", "--json", "--data", directory.path]
        var answers: [[String: Any]] = []
        for actor in ["user:7", "user:8"] {
            let run = try await Command(question + ["--actor=\(actor)", "--access-purpose", "support"]).run()
            let answer = try object(run.output)
            let stamp = try #require(answer["answered"] as? [String: Any])
            #expect(stamp["question"] as? [String] == ["profile", "C-1"])
            answers.append(stamp)
        }
        #expect(answers[0]["answerDigest"] as? String == answers[1]["answerDigest"] as? String)
        #expect(try await rapport("profile", "C-1", "--actor", "", "--data", directory.path).status == 64)
        let long = String(repeating: "x", count: 251)
        #expect(try await rapport("profile", "C-1", "--actor", long, "--data", directory.path).status == 6)
    }

    @Test(.enabled(if: SmallFileSystem.canBeMounted, "needs the right to mount a file system"))
    func whatCannotBeNotedIsNotShown() async throws {
        let disk = try SmallFileSystem(megabytes: 16)
        let data = disk.path + "/data"
        for command in [["append"], ["rebuild"]] {
            let run = try await Command(command + ["--data", data], input: TinyCompany.input).run()
            try #require(run.status == 0, "\(run.errors)")
        }
        try disk.makeReadOnly()
        for (question, expected) in [
            (["profile", "C-1"], "\nPersonal values withheld: access cannot be logged\n"),
            (["replay", "--personal"], "  customer:C-1={access cannot be logged}\n"),
        ] {
            let run = try await Command(question + ["--data", data]).run()
            #expect(run.status == 0, "\(question) \(run.errors)")
            #expect(run.output.contains(expected) && !run.output.contains("王小明"), "\(question) \(run.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: data + "/access"))
    }

    // MARK: Many events

    @Test func manyEventsKeepTheirOrder() async throws {
        let directory = try TemporaryDirectory()
        let lines = (1...2345).map { number in
            #"{"type":"CustomerRegistered","tags":["customer:C-\#(number)"],"data":{},"#
                + #""subjects":[{"id":"customer:C-\#(number)","personal":{"displayName":"Name \#(number)"}}]}"#
        }
        let input = lines.joined(separator: "\n") + "\n" + #"{"type":"own.a"}"#
        try #require(try await rapport("append", "--data", directory.path, input: input).status == 0)
        func names(_ options: String...) async throws -> [String] {
            let run = try await Command(["replay", "--json", "--personal", "--data", directory.path] + options).run()
            #expect(run.status == 0, "\(run.errors)")
            return run.lines.map { line in
                line.firstMatch(of: /"displayName":"Name ([0-9]+)"/).map { String($0.1) } ?? "none"
            }
        }
        let all = (1...2345).map { "\($0)" } + ["none"]
        #expect(try await names() == all)
        #expect(try await names("--backwards") == all.reversed())
        #expect(try await names("--backwards", "--limit", "1500") == Array(all.reversed().prefix(1500)))
        #expect(try await names("--from", "500", "--to", "1700") == Array(all[499..<1700]))
        #expect(try await names("--type", "own.a") == ["none"])
        let accesses = try await rapport("subject", "accesses", "C-2000", "--csv", "--data", directory.path)
        #expect(accesses.lines.count >= 2)
    }
}
