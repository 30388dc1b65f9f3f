import EventLog
@testable import Rapport
import Testing

/// What is said later and counts from the first fact on: logins, and whether two are the same.
@Suite struct LaterWordsTests {
    @Test("who logs in later as somebody else was not joined before, whoever came first")
    func laterLogin() throws {
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"), (.anonymousID, "a-1"))
        try story.link("C-2", (.anonymousID, "a-1"))
        #expect(story.persons() == [["C-1", "C-2"]])
        let login = try story.link("C-2", (.userID, "u-2"))
        #expect(story.persons() == [["C-1"], ["C-2"]])
        #expect(story.outcome().reasons == ["C-2 anonymous_id limit"])
        story.takeBack(login)
        #expect(story.persons() == [["C-1", "C-2"]])

        var visitors = LinkStory()
        for customer in ["C-1", "C-2"] { try visitors.link(customer, (.anonymousID, "a-1")) }
        for customer in ["C-1", "C-2"] { try visitors.link(customer, (.userID, "u-\(customer)")) }
        #expect(visitors.persons() == [["C-1"], ["C-2"]])
    }

    @Test("two who are never to be one because both are identified are not, if one of them is later")
    func laterIdentified() throws {
        var rules = IdentityRules(version: 1, rules: [.init(.userID, priority: 1, limit: 0)])
        var story = LinkStory()
        try story.link("C-1", (.userID, "u-1"), (.anonymousID, "a-1"))
        try story.link("C-2", (.anonymousID, "a-1"))
        try story.link("C-2", (.userID, "u-2"))
        #expect(story.persons(rules) == [["C-1", "C-2"]])
        rules.neverMergeIdentified = true
        #expect(story.persons(rules) == [["C-1"], ["C-2"]])
        #expect(story.outcome(rules).reasons == ["C-2 anonymous_id identified"])
    }

    @Test("the same account later, a second one of somebody, and a blocked one part nobody")
    func harmlessLogins() throws {
        let stories: [(String, String, [String])] = [
            ("C-2", "u-1", []), ("C-1", "u-2", ["C-1 user_id limit"]), ("C-2", "unknown", ["C-2 user_id blocked"]),
        ]
        for (customer, account, reasons) in stories {
            var story = LinkStory()
            try story.link("C-1", (.userID, "u-1"), (.anonymousID, "a-1"))
            try story.link("C-2", (.anonymousID, "a-1"))
            try story.link(customer, (.userID, account))
            #expect(story.persons() == [["C-1", "C-2"]], "\(customer) \(account)")
            #expect(story.outcome().reasons == reasons)
            var identified = IdentityRules.builtIn
            identified.neverMergeIdentified = true
            #expect(story.persons(identified) == [["C-1", "C-2"]], "\(customer) \(account)")
        }
    }

    @Test("of two persons the last word counts, whichever of their ids it is about")
    func lastWord() throws {
        var story = LinkStory()
        for customer in ["C-1", "C-3"] { try story.link(customer, (.email, "a@mail.test")) }
        try story.review("C-1", "C-2", .different)
        try story.link("C-2", (.email, "a@mail.test"))
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
        try story.review("C-2", "C-3", .same)
        #expect(story.persons() == [["C-1", "C-2", "C-3"]])
        try story.review("C-3", "C-2", .suspected)
        #expect(story.persons() == [["C-1", "C-2", "C-3"]])
        // The same words as the first, and later: they count again.
        try story.review("C-1", "C-2", .different)
        #expect(story.persons() == [["C-1", "C-3"], ["C-2"]])
    }

    @Test("of the words about two persons the one with the greatest order counts, in whatever order they come")
    func words() {
        let words = [
            SamenessWord(areDifferent: true, order: 3), SamenessWord(areDifferent: false, order: 7),
            SamenessWord(areDifferent: true, order: 5),
        ]
        #expect(SamenessWord.last(of: words) == words[1])
        #expect(SamenessWord.last(of: words.reversed()) == words[1])
        #expect(SamenessWord.last(of: []) == nil)
        #expect(SamenessWord(.same, order: 1)?.areDifferent == false)
        #expect(SamenessWord(.different, order: 1)?.areDifferent == true)
        #expect(SamenessWord(.snoozed, order: 1) == nil && SamenessWord(.suspected, order: 1) == nil)
    }
}
