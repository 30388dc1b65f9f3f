import EventLog
@testable import Rapport
import Testing

/// What rules make of facts: flat matching, and what keeps it from making one person of two.
@Suite struct IdentityEngineTests {
    @Test("nobody matches: a new person; one matches: the customer joins; several match: all become one")
    func flatMatching() throws {
        var story = LinkStory()
        let first = try story.link("C-1", (.email, "anna@mail.test"))
        try story.link("C-2", (.phone, "+49 30 123456"))
        #expect(story.persons() == [["C-1"], ["C-2"]])
        let second = try story.link("C-3", (.email, "ANNA@mail.test"))
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
        let third = try story.link("C-4", (.email, "anna@mail.test"), (.phone, "+49 30 123456"))
        let outcome = story.outcome()
        #expect(outcome.people == [["C-1", "C-2", "C-3", "C-4"]])
        #expect(outcome.persons.map(\.identifierCount) == [2])
        #expect(outcome.merges.map(\.rule) == ["email", "email", "phone"])
        #expect(outcome.merges.map(\.evidence) == [[first, second], [first, third], [LinkStory.id(2), third]])
        #expect(outcome.merges.map(\.survivor.text) == ["customer:C-1", "customer:C-1", "customer:C-4"])
        #expect(outcome.merges.map(\.absorbed.text) == ["customer:C-3", "customer:C-4", "customer:C-2"])
        #expect(outcome.refusals.isEmpty)
    }

    @Test("an anonymous id that is seen with a second user id does not merge the users")
    func sharedDevice() throws {
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"), (.anonymousID, "a-1"))
        try story.link("C-2", (.userID, "u-2"), (.anonymousID, "a-1"))
        #expect(story.persons() == [["C-1"], ["C-2"]])
        #expect(story.outcome().reasons == ["C-2 anonymous_id limit"])
        // It stays with whoever had it first.
        try story.link("C-3", (.anonymousID, "a-1"))
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
    }

    @Test("the identifier that counts least is dropped first, and the rest tried again")
    func dropsLeast() throws {
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"), (.phone, "+49301"))
        try story.link("C-2", (.email, "b@mail.test"))
        try story.link("C-3", (.phone, "+49301"), (.email, "b@mail.test"), (.userID, "u-3"))
        #expect(story.persons() == [["C-1"], ["C-3", "C-2"]])
        #expect(story.outcome().reasons == ["C-3 phone limit"])
        // Who counts most says the rules: now the e-mail address goes first, and then the phone number as well.
        let rules = IdentityRules(
            version: 1, rules: [.init(.phone, priority: 2), .init(.email, priority: 3)])
        #expect(story.persons(rules) == [["C-1"], ["C-2"], ["C-3"]])
        #expect(story.outcome(rules).reasons == ["C-3 email limit", "C-3 phone limit"])
    }

    @Test("a value too many of the own person is not used")
    func ownLimit() throws {
        var story = LinkStory()
        for number in 1...6 { try story.link("C-1", (.email, "anna\(number)@mail.test")) }
        try story.link("C-2", (.email, "anna5@mail.test"))
        try story.link("C-3", (.email, "anna6@mail.test"))
        let outcome = story.outcome()
        #expect(outcome.people == [["C-1", "C-2"], ["C-3"]])
        #expect(outcome.reasons == ["C-1 email limit"])
        #expect(outcome.persons.map(\.identifierCount) == [5, 1])
    }

    @Test("a limit holds for the window that ends when the link happens")
    func slidingWindow() throws {
        let rules = IdentityRules(version: 1, rules: [.init(.anonymousID, priority: 3, limit: 2, windowDays: 7)])
        var story = LinkStory()
        try story.link("C-1", (.anonymousID, "a-1"), after: 0)
        try story.link("C-1", (.anonymousID, "a-2"), after: 1)
        try story.link("C-1", (.anonymousID, "a-3"), after: 6)
        #expect(story.outcome(rules).reasons == ["C-1 anonymous_id limit"])
        // Seven days after the first one: it is out of the window, the second is not.
        try story.link("C-1", (.anonymousID, "a-4"), after: 7)
        #expect(story.outcome(rules).refusals.count == 1)
        try story.link("C-1", (.anonymousID, "a-5"), after: 7)
        #expect(story.outcome(rules).refusals.count == 2)
        // The second one is seen again, and counts again.
        try story.link("C-1", (.anonymousID, "a-2"), after: 8)
        try story.link("C-1", (.anonymousID, "a-6"), after: 14)
        #expect(story.outcome(rules).refusals.count == 2)
        try story.link("C-1", (.anonymousID, "a-7"), after: 14)
        #expect(story.outcome(rules).refusals.count == 3)
        // Without a window all of them count.
        let forEver = IdentityRules(version: 1, rules: [.init(.anonymousID, priority: 3, limit: 2)])
        #expect(story.outcome(forEver).refusals.count == 5)
    }

    @Test("blocked values join nobody, whatever the case of their letters, and whole domains by their end")
    func blocked() throws {
        let rules = IdentityRules(
            version: 1, rules: [],
            blocked: [.init("unknown"), .init("*@example.com", of: .email), .init("+49301", of: .phone)])
        let same: [(IdentifierType, String, Bool)] = [
            (.userID, "Unknown", true), (.card, "UNKNOWN", true), (.email, "info@EXAMPLE.com", true),
            (.email, "info@example.org", false), (.wechat, "x@example.com", false), (.phone, "+49301", true),
            (.phone, "00000000", true), (.card, "+49301", false),
            (.card, "00000000", true), (.card, "11111111", false),
        ]
        for (type, value, isBlocked) in same {
            var story = LinkStory()
            try story.link("C-1", (type, value))
            try story.link("C-2", (type, value))
            #expect(story.persons(rules).count == (isBlocked ? 2 : 1), "\(type) \(value)")
            #expect(story.outcome(rules).refusals.allSatisfy { $0.reason == .blocked })
            #expect(story.outcome(rules).refusals.count == (isBlocked ? 2 : 0))
        }
    }

    @Test("two who each have an id of an account are never one, if the rules say so")
    func neverMergeIdentified() throws {
        var rules = IdentityRules(version: 1, rules: [.init(.userID, priority: 1, limit: 0)])
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"), (.email, "a@mail.test"))
        try story.link("C-2", (.userID, "u-2"))
        try story.link("C-2", (.email, "a@mail.test"))
        try story.link("C-3", (.userID, "u-3"), (.email, "a@mail.test"))
        try story.link("C-4", (.email, "a@mail.test"))
        #expect(story.persons(rules) == [["C-1", "C-2", "C-3", "C-4"]])
        rules.neverMergeIdentified = true
        #expect(story.persons(rules) == [["C-1", "C-4"], ["C-2"], ["C-3"]])
        #expect(story.outcome(rules).reasons == ["C-2 email identified", "C-3 email identified"])
    }

    @Test("two whom somebody said to be different stay apart, until somebody says that they are the same")
    func reviews() throws {
        var story = LinkStory()
        try story.link("C-1", (.email, "a@mail.test"))
        try story.link("C-2", (.email, "a@mail.test"))
        try story.review("C-2", "C-1", .different)
        #expect(story.persons() == [["C-1"], ["C-2"]])
        #expect(story.outcome().reasons == ["C-2 email different"])
        try story.review("C-1", "C-2", .snoozed)
        try story.link("C-3", (.email, "a@mail.test"))
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
        try story.review("C-1", "C-2", .same)
        #expect(story.persons() == [["C-1", "C-2", "C-3"]])
    }

    @Test("what somebody merges is one whatever the limits, and what somebody parts rules do not join again")
    func manualMerges() throws {
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"))
        try story.link("C-2", (.userID, "u-2"))
        let merge = try story.merge("C-2", "C-1")
        #expect(story.persons() == [["C-2", "C-1"]])
        #expect(story.outcome().merges.isEmpty)
        // Too many ids of accounts already: what brings none is welcome.
        try story.link("C-1", (.email, "a@mail.test"))
        try story.link("C-3", (.email, "a@mail.test"))
        #expect(story.persons() == [["C-2", "C-1", "C-3"]])
        try story.unmerge(merge)
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
        try story.unmerge(merge)
        let limitless = IdentityRules(version: 1, rules: [.init(.userID, priority: 1, limit: 0)])
        try story.link("C-2", (.email, "a@mail.test"))
        #expect(story.persons(limitless) == [["C-1", "C-3"], ["C-2"]])
        #expect(story.outcome(limitless).reasons == ["C-2 email different"])
    }

    @Test("merges by rules are no facts; one that somebody takes back stays undone")
    func mergesByRules() throws {
        var story = LinkStory()
        try story.link("C-1", (.email, "a@mail.test"))
        try story.link("C-2", (.email, "b@mail.test"))
        let alone = try story.merge("C-1", "C-2", isByRule: true)
        #expect(story.persons() == [["C-1"], ["C-2"]])
        try story.unmerge(alone, isByRule: true)
        try story.link("C-2", (.email, "a@mail.test"))
        #expect(story.persons() == [["C-1", "C-2"]])
        let merge = try story.merge("C-1", "C-2", isByRule: true)
        try story.unmerge(merge)
        #expect(story.persons() == [["C-1"], ["C-2"]])
    }

    @Test("a link that is taken back was never there")
    func takenBack() throws {
        var story = LinkStory()
        try story.link("C-1", (.email, "a@mail.test"))
        let link = try story.link("C-2", (.email, "a@mail.test"), (.userID, "u-1"))
        try story.link("C-3", (.userID, "u-1"))
        #expect(story.persons().count == 1)
        // Another event: nothing.
        story.takeBack(LinkStory.id(99))
        #expect(story.persons().count == 1)
        story.takeBack(link)
        #expect(story.persons() == [["C-1"], ["C-3"]])
        #expect(story.outcome().merges.isEmpty)
    }

    @Test("an event that an unmerge gives to one of the two says something of that one")
    func movedEvents() throws {
        var story = LinkStory()
        try story.link("C-1", (.email, "a@mail.test"))
        let merge = try story.merge("C-1", "C-2")
        let link = try story.link("C-2", (.phone, "+49301"))
        try story.unmerge(merge, moving: [link: .survivor], among: "C-1", "C-2")
        try story.link("C-3", (.phone, "+49301"))
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
    }

    @Test("a device joins nobody, and ids of other systems only within one")
    func kinds() throws {
        var story = LinkStory()
        try story.link("C-1", (.device, "d-1"))
        try story.link("C-2", (.device, "d-1"))
        #expect(story.persons().count == 2)
        try story.link("C-1", (.externalID, "7"), source: "shop")
        try story.link("C-2", (.externalID, "7"), source: "till")
        #expect(story.persons().count == 2)
        try story.link("C-2", (.externalID, "7"), source: "shop")
        #expect(story.persons() == [["C-1", "C-2"]])
        let rules = IdentityRules(
            version: 1, rules: [.init(.externalID, source: "shop", priority: 1, doesNotMerge: true)])
        #expect(story.persons(rules).count == 2)
    }

    @Test("who is identified survives, else who came first")
    func survivors() throws {
        var story = LinkStory()
        try story.link("C-9", (.anonymousID, "a-1"))
        try story.link("C-5", (.anonymousID, "a-1"))
        #expect(story.persons() == [["C-9", "C-5"]])
        try story.link("C-7", (.userID, "u-1"), (.anonymousID, "a-1"))
        #expect(story.persons() == [["C-7", "C-5", "C-9"]])
    }

    @Test("phone numbers are compared with their calling code")
    func phones() throws {
        let inland = try #require(LinkedIdentifier(.phone, "030 123456", country: "DE"))
        let abroad = try #require(LinkedIdentifier(.phone, "+49 30 123456"))
        #expect(inland.text == abroad.text && inland.given != abroad.given)
        #expect(LinkedIdentifier(.phone, "none") == nil && LinkedIdentifier(.email, " ") == nil)
        #expect(LinkedIdentifier(.unspecified, "x") == nil)
    }
}
