import Foundation
import Testing
import TestSupport

/// `identity-rules` and `simulate-rules`, about two customers with one phone number: C-1 and C-4, who was registered
/// at position 17.
@Suite(.timeLimit(.minutes(10)))
struct IdentityRulesTests {
    private let company: MergedCompany
    private let desk: TemporaryDirectory

    init() async throws {
        company = try await MergedCompany()
        desk = try TemporaryDirectory()
        try await company.append(
            #""id":"\#(MergedCompany.id(17))","type":"CustomerRegistered","tags":["customer:C-4"],"data":{},"#
                + #""subjects":[{"id":"customer:C-4","personal":{"identifiers":"#
                + #"[{"type":"IDENTIFIER_TYPE_PHONE","value":"+49 30 555-0100"}]}}]"#)
    }

    private func file(_ text: String) throws -> String { try desk.write(text, to: "rules.json") }

    /// Rules in which a phone number joins nobody.
    private func apart(version: Int = 0) throws -> String {
        try file(#"{"version":\#(version),"rules":[{"type":"phone","priority":1,"doesNotMerge":true}]}"#)
    }

    private func person(_ id: String) async throws -> String {
        String(try await company.output("resolve", id).prefix { $0 != "\n" })
    }

    // MARK: Trying

    @Test func rulesAreTriedAndNothingIsAppended() async throws {
        let rules = try file(try await company.output("identity-rules", "--json"))
        let answer = try jsonObject(try await company.run("simulate-rules", rules, "--json"))
        #expect(answer["personsNow"] as? Int == 4 && answer["personsUnderRules"] as? Int == 3)
        let joins = try #require(answer["wouldMerge"] as? [[String: Any]])
        #expect(joins.map { $0["persons"] as? [String] } == [["customer:C-1", "customer:C-4"]])
        let link = try #require((joins.first?["links"] as? [[String: Any]])?.first)
        #expect(link["rule"] as? String == "phone")
        #expect(link["evidence"] as? [String] == [MergedCompany.id(2), MergedCompany.id(17)])
        let text = try await company.output("simulate-rules", rules)
        #expect(text.hasPrefix("4 persons now, 3 under these rules\n"), "\(text)")
        #expect(text.contains("customer:C-1, customer:C-4") && text.contains("  phone  "), "\(text)")
        #expect(text.contains("  2, 17\n") && !text.contains(MergedCompany.id(17)), "\(text)")
        #expect(!text.contains("5550100"), "no value is told")
        let csv = try await company.output("simulate-rules", rules, "--csv")
        #expect(
            csv == """
                change,person,ids,rule,survivor,absorbed,evidence,position
                merge,customer:C-1,customer:C-1 customer:C-4,phone,customer:C-1,customer:C-4,\
                \(MergedCompany.id(2)) \(MergedCompany.id(17)),17\n
                """)
        #expect(try await company.head() == 17)
    }

    @Test func rulesThatPartPeopleSayWho() async throws {
        try #require(try await company.run("identity-rules", "--apply").status == 0)
        let answer = try jsonObject(try await company.run("simulate-rules", try apart(), "--json"))
        let splits = try #require(answer["wouldSplit"] as? [[String: Any]])
        #expect(splits.map { $0["person"] as? String } == ["customer:C-1"])
        #expect(splits.first?["groups"] as? [[String]] == [["customer:C-1"], ["customer:C-4"]])
        let text = try await company.output("simulate-rules", try apart())
        #expect(text.contains("customer:C-1 | customer:C-4"), "\(text)")
    }

    /// The file that the page Identity shows is one that is taken.
    @Test func theExampleOfThePageIsTaken() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Rapport/Rapport.docc/Identity.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("json\n") })
        let rules = try file(String(example.dropFirst("json\n".count)))
        let run = try await company.run("identity-rules", "--set", rules)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await company.output("identity-rules").contains("email *@example.com"))
    }

    // MARK: Setting and applying

    @Test func rulesAreAppliedOnce() async throws {
        let first = try await company.output("identity-rules", "--apply", "--actor", "user:7")
        #expect(
            first == "built-in rules applied: 1 merge appended, 0 taken back\nat position 18\n")
        #expect(try await person("C-4") == "customer:C-1")
        #expect(try await company.output("explain-link", "C-1", "C-4").contains("rule phone, version 0"))
        let again = try jsonObject(try await company.run("identity-rules", "--apply", "--json"))
        let applied = try #require(again["applied"] as? [String: Any])
        #expect(applied["merges"] as? Int == 0 && applied["unmerges"] as? Int == 0)
        #expect(try await company.head() == 18)
    }

    @Test func otherRulesTakeTheirMergesBackAndNobodyElses() async throws {
        try #require(try await company.run("identity-rules", "--apply").status == 0)
        try await company.merge("C-2", "C-3", 99)
        let run = try await company.run("identity-rules", "--set", try apart(), "--apply")
        #expect(
            run.output == """
                identity rules set: version 1, position 20
                identity rules version 1 applied: 0 merges appended, 1 taken back
                at position 21\n
                """, "\(run.errors)")
        #expect(try await person("C-4") == "customer:C-4")
        #expect(try await person("C-3") == "customer:C-2")
    }

    @Test func theSameRulesAreSetOnce() async throws {
        for isNew in [true, false, false] {
            let answer = try jsonObject(try await company.run("identity-rules", "--set", try apart(), "--json"))
            let rules = try #require(answer["rules"] as? [String: Any])
            #expect(rules["version"] as? Int == 1 && rules["position"] as? Int == 18)
            #expect(rules["isNew"] as? Bool == isNew)
        }
        #expect(try await company.run("identity-rules", "--set", try apart(version: 1)).status == 0)
        #expect(try await company.head() == 18)
        let shown = try await company.output("identity-rules")
        #expect(shown.hasPrefix("Identity rules version 1\n") && shown.contains("phone"), "\(shown)")
        let csv = try await company.output("identity-rules", "--csv")
        let lines = csv.split(separator: "\n")
        #expect(lines.first == "version,type,source,priority,limit,windowDays,doesNotMerge,isBuiltIn")
        #expect(lines.contains("1,phone,,1,5,0,true,false"))
    }

    /// Kinds that the file does not name keep their built-in rules, and are shown with them.
    @Test func theRulesThatHoldAreShown() async throws {
        let few = try file(
            #"{"rules":[{"type":"phone","priority":1},{"type":"external_id","source":"shop","priority":2}]}"#)
        try #require(try await company.run("identity-rules", "--set", few).status == 0)
        let csv = try await company.output("identity-rules", "--csv").split(separator: "\n")
        #expect(csv.count == 10, "\(csv)")
        #expect(csv.contains("1,user_id,,1,1,0,false,true") && csv.contains("1,external_id,,6,5,0,false,true"))
        #expect(csv.contains("1,external_id,shop,2,5,0,false,false"))
        let text = try await company.output("identity-rules")
        #expect(text.contains("built in") && text.contains("version 1\n") && text.contains("user_id"), "\(text)")
        // What is told to be set again is what was set.
        let set = try jsonObject(try await company.run("identity-rules", "--json"))
        #expect((set["rules"] as? [Any])?.count == 2)
        let none = try file(#"{"rules":[]}"#)
        try #require(try await company.run("identity-rules", "--set", none).status == 0)
        #expect(try await company.output("identity-rules", "--csv").split(separator: "\n").count == 9)
    }

    @Test func aDryRunAppendsNothing() async throws {
        let rules = try apart()
        #expect(try await company.output("identity-rules", "--apply", "--dry-run").hasPrefix("4 persons now, 3 under"))
        let set = try await company.output("identity-rules", "--set", rules, "--dry-run")
        #expect(set.hasPrefix("Identity rules version 1\n"), "\(set)")
        let both = try await company.output("identity-rules", "--set", rules, "--apply", "--dry-run")
        #expect(both.hasPrefix("4 persons now, 4 under these rules\n"), "\(both)")
        #expect(try await company.head() == 17)
    }

    // MARK: Refusals

    @Test(arguments: [0, 2, 7])
    func aVersionFollowsTheLastOne(version: Int) async throws {
        try #require(try await company.run("identity-rules", "--set", try apart()).status == 0)
        let other = try file(#"{"version":\#(version),"rules":[{"type":"email","priority":1}]}"#)
        for flags in [["--dry-run"], []] {
            let run = try await company.run(["identity-rules", "--set", other] + flags)
            #expect(run.status == (version == 7 ? 3 : 0), "\(run.errors)")
            #expect(version != 7 || run.errors.contains("expected 2"), "\(run.errors)")
        }
    }

    @Test func theVersionInForceIsNotSetToOtherRules() async throws {
        try #require(try await company.run("identity-rules", "--set", try apart()).status == 0)
        let other = try file(#"{"version":1,"rules":[{"type":"email","priority":1}]}"#)
        for flags in [["--dry-run"], []] {
            #expect(try await company.run(["identity-rules", "--set", other] + flags).status == 3)
        }
        #expect(try await company.head() == 18)
    }

    @Test(arguments: [
        ("", "rules.json: identity rules"), ("[]", "identity rules"), (#"{"rule":[]}"#, "rule"),
        (#"{"rules":[{"type":"email"}]}"#, "rules[0].priority"),
        (#"{"rules":[{"type":"mail","priority":1}]}"#, "rules[0].type"),
        (#"{"rules":[{"type":"email","priority":0}]}"#, "rules[0].priority"),
        (#"{"rules":[{"type":"email","priority":1,"limit":-1}]}"#, "rules[0].limit"),
        (#"{"version":-1}"#, "version: expected a whole number"),
        (#"{"rules":[{"type":"email","priority":1.5}]}"#, "rules[0].priority: expected a whole number"),
        (#"{"blocked":[{"value":""}]}"#, "blocked[0].value"),
        (#"{"fieldChoice":{"city":"left"}}"#, "fieldChoice"),
    ])
    func aFileThatSaysNoRulesIsRefused(text: String, place: String) async throws {
        let rules = try file(text)
        for command in [["simulate-rules", rules], ["identity-rules", "--set", rules]] {
            let run = try await company.run(command)
            #expect(run.status == 6 && run.errors.contains(place), "\(run.errors)")
        }
        #expect(try await company.head() == 17)
    }

    @Test func aFileThatIsMissingIsNotFound() async throws {
        for command in [["simulate-rules", "nowhere.json"], ["identity-rules", "--set", "nowhere.json"]] {
            #expect(try await company.run(command).status == 2)
        }
    }

    @Test(arguments: [
        ["identity-rules", "--dry-run"], ["identity-rules", "rules.json"], ["identity-rules", "--json", "--csv"],
        ["identity-rules", "--apply", "--actor", ""], ["simulate-rules"], ["simulate-rules", "a", "b"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await company.run(arguments)
        #expect(run.status == 64, "\(run.output)\(run.errors)")
    }
}
