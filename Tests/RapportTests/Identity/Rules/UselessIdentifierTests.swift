import EventLog
@testable import Rapport
import Testing

/// Identifiers that join nobody under any rules: too many at once, words of programs, and numbers that are not exact.
@Suite struct UselessIdentifierTests {
    @Test("of one fact a hundred identifiers are looked at")
    func manyIdentifiers() throws {
        let emails = try (1_000..<2_600).map { try #require(LinkedIdentifier(.email, "anna\($0)@mail.test")) }
        var story = LinkStory()
        try story.link("C-1", emails, at: LinkStory.start)
        try story.link("C-2", (.email, "anna2599@mail.test"))
        try story.link("C-3", (.email, "anna1000@mail.test"))
        let outcome = story.outcome()
        #expect(outcome.people == [["C-1", "C-3"], ["C-2"]])
        #expect(outcome.persons.map(\.identifierCount) == [5, 1])
        #expect(outcome.refusals.count { $0.reason == .many } == 1_500)
        #expect(outcome.refusals.count { $0.reason == .limit } == 95)
        // Without a limit all hundred are held.
        let rules = IdentityRules(version: 1, rules: [.init(.email, priority: 1, limit: 0)])
        #expect(story.outcome(rules).persons.map(\.identifierCount) == [100, 1])
    }

    @Test(
        "what programs write where they know no id joins nobody",
        arguments: [
            "0", "-", "000000", "00000000-0000-0000-0000-000000000000", "-1", "null", "None", "undefined", "anonymous",
            "Guest", "NaN", "[object Object]", "true", "FALSE", "id", "email", "distinct_id", "unknown", "n/a",
        ])
    func words(value: String) throws {
        for type in [IdentifierType.userID, .anonymousID, .externalID] {
            var story = LinkStory()
            try story.link("C-1", (type, value))
            try story.link("C-2", (type, value))
            #expect(story.persons() == [["C-1"], ["C-2"]])
            #expect(story.outcome().reasons == ["C-1 \(type.code) blocked", "C-2 \(type.code) blocked"])
        }
    }

    @Test("zeros join nobody even where rules block nothing")
    func zeros() throws {
        let rules = IdentityRules(version: 1, rules: [], blocked: [])
        for (value, isOne) in [("0000-0000", false), ("null", true), ("0-1", true)] {
            var story = LinkStory()
            for customer in ["C-1", "C-2"] { try story.link(customer, (.userID, value)) }
            #expect(story.persons(rules).count == (isOne ? 1 : 2), "\(value)")
        }
    }

    @Test("a phone number whose country is not known joins nobody")
    func inexactPhone() throws {
        var story = LinkStory()
        for customer in ["C-1", "C-2"] { try story.link(customer, (.phone, "030 123456")) }
        #expect(story.persons() == [["C-1"], ["C-2"]])
        #expect(story.outcome().reasons == ["C-1 phone blocked", "C-2 phone blocked"])
        let exact = try #require(LinkedIdentifier(.phone, "030 123456", country: "DE"))
        #expect(exact.isExact)
        for customer in ["C-1", "C-2"] { try story.link(customer, [exact], at: LinkStory.start) }
        #expect(story.persons() == [["C-1", "C-2"]])
    }
}
