import EventLog
import Foundation
@testable import Rapport
import Testing

/// Rules as a file has them, and as an event.
@Suite struct IdentityRulesTests {
    @Test("a file says everything that rules can say")
    func file() throws {
        let json = """
            {
              "version": 3,
              "rules": [
                {"type": "user_id", "priority": 1, "limit": 1},
                {"type": "external_id", "source": "shop", "priority": 3, "limit": 0},
                {"type": "anonymous_id", "priority": 4, "limit": 9, "windowDays": 7, "doesNotMerge": true}
              ],
              "blocked": [{"value": "unknown"}, {"type": "email", "value": "*@example.com"}],
              "neverMergeIdentified": true,
              "fieldChoice": {"city": "absorbed"}
            }
            """
        let rules = try IdentityRules(json: Data(json.utf8))
        let expected = IdentityRules(
            version: 3,
            rules: [
                .init(.userID, priority: 1, limit: 1), .init(.externalID, source: "shop", priority: 3, limit: 0),
                .init(.anonymousID, priority: 4, limit: 9, windowDays: 7, doesNotMerge: true),
            ],
            blocked: [.init("unknown"), .init("*@example.com", of: .email)], neverMergeIdentified: true,
            fieldChoice: ["city": .absorbed])
        #expect(rules == expected)
        #expect(try IdentityRules(json: try JSONEncoder().encode(rules)) == rules)
        // The event has them in an order of its own.
        let again = try IdentityRules(rules.message)
        #expect(again.message == rules.message && again.saysTheSame(as: rules))
        #expect(try IdentityRules(json: Data("{}".utf8)) == .builtIn)
        #expect(try IdentityRules(IdentityRules.builtIn.message).saysTheSame(as: .builtIn))
    }

    @Test("a mistake is told with its place")
    func mistakes() throws {
        let mistakes = [
            (#"{"rules": [{"type": "mail", "priority": 1}]}"#, "rules[0].type", "expected one of anonymous_id"),
            (#"{"rules": [{"type": "email"}]}"#, "rules[0].priority", "expected a value"),
            (#"{"rules": [{"type": "email", "priority": 0}]}"#, "rules[0].priority", "expected 1 or more"),
            (#"{"rules": [{"type": "email", "priority": "1"}]}"#, "rules[0].priority", ""),
            (#"{"rules": [{"type": "email", "priority": 1, "limit": -1}]}"#, "rules[0].limit", ""),
            (#"{"version": -1}"#, "version", "found -1"), (#"{"version": 1.5}"#, "version", "found 1.5"),
            (#"{"version": 4294967296}"#, "version", "found 4294967296"),
            (#"{"version": 99999999999999999999999999}"#, "version", "expected a whole number"),
            (#"{"version": 1e999}"#, "version", "expected a whole number"), (#"{"version": "1"}"#, "version", ""),
            (#"{"rules": [{"type": "email", "priority": 1.5}]}"#, "rules[0].priority", "found 1.5"),
            (#"{"rules": [{"type": "email", "priority": null}]}"#, "rules[0].priority", "expected a value"),
            (#"{"rules": [{"type": "email", "priority": 1, "limit": 1e99}]}"#, "rules[0].limit", "a whole number"),
            (#"{"rules": [{"type": "email", "priority": 1, "windowDay": 1}]}"#, "rules[0].windowDay", "unknown key"),
            (
                #"{"rules": [{"type": "email", "priority": 1}, {"type": "email", "priority": 2}]}"#, "rules[1]",
                "stands twice"
            ),
            (#"{"rules": [{"type": "email", "source": "x", "priority": 1}]}"#, "rules[0].source", "external_id"),
            (#"{"rules": [{"type": "email", "priority": 1, "windowDays": 99999}]}"#, "rules[0].windowDays", "0 to"),
            (#"{"blocked": [{"value": "a*b"}]}"#, "blocked[0].value", "at its beginning"),
            (#"{"blocked": [{"value": "*"}]}"#, "blocked[0].value", "more behind it"),
            (#"{"blocked": [{"value": ""}]}"#, "blocked[0].value", "expected a value"),
            (#"{"blocked": [{"type": "email"}]}"#, "blocked[0].value", "expected a value"),
            (#"{"fieldChoice": {"city": "both"}}"#, "fieldChoice.city", ""),
            (#"{"neverMergeIdentified": 1}"#, "neverMergeIdentified", ""),
            (#"{"mergeAll": true}"#, "mergeAll", "unknown key"),
            ("[1]", "", ""), ("{", "", ""), ("", "", ""),
        ]
        for (json, path, reason) in mistakes {
            let error = #expect(throws: IdentityRulesError.self) { try IdentityRules(json: Data(json.utf8)) }
            #expect(error?.path == path, "\(json): \(String(describing: error))")
            #expect(reason.isEmpty || error?.reason.contains(reason) == true, "\(json): \(String(describing: error))")
        }
    }

    @Test("the rule of a system goes before the one of all, and what no rule names is built in")
    func lookUp() {
        let rules = IdentityRules(
            version: 1,
            rules: [
                .init(.externalID, priority: 5), .init(.externalID, source: "shop", priority: 2),
                .init(.phone, priority: 9),
            ])
        #expect(rules.rule(for: .externalID, source: "shop")?.priority == 2)
        #expect(rules.rule(for: .externalID, source: "till")?.priority == 5)
        #expect(rules.rule(for: .phone, source: "")?.priority == 9)
        #expect(rules.rule(for: .userID, source: "")?.limit == 1)
        #expect(IdentityRules.builtIn.rules.count == IdentifierType.coded.count)
        #expect(IdentifierType.coded.allSatisfy { IdentifierType(code: $0.code) == $0 })
    }
}
