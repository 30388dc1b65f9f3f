import EventLog
@testable import Rapport
import Testing
import TestSupport

/// The engine on random stories: step by step as from scratch, and as a plain model says.
@Suite struct IdentityEnginePropertyTests {
    private static let customers = (1...8).map { "C-\($0)" }
    private static let kinds: [IdentifierType] = [.userID, .email, .anonymousID, .phone]

    private static func rules(_ random: inout SeededGenerator) -> IdentityRules {
        IdentityRules(
            version: 1,
            rules: [
                .init(.userID, priority: 1, limit: UInt32.random(in: 0...2, using: &random)),
                .init(.email, priority: 2, limit: 2),
                .init(.anonymousID, priority: 3, limit: 2, windowDays: 3), .init(.phone, priority: 4, limit: 0),
            ],
            blocked: [], neverMergeIdentified: Bool.random(using: &random))
    }

    private static func story(_ random: inout SeededGenerator, steps: Int) throws -> LinkStory {
        var story = LinkStory()
        var links: [EventID] = []
        var merges: [EventID] = []
        func customer() -> String { customers[Int.random(in: 0..<customers.count, using: &random)] }
        for number in 0..<steps {
            let (one, other) = (customer(), customer())
            switch Int.random(in: 1...20, using: &random) {
            case 1...14:
                let identifiers = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
                    let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
                    return LinkedIdentifier(kind, "+\(Int.random(in: 100...104, using: &random))")
                }
                // Some come late.
                let hours = Int64(number) * 12 - Int64.random(in: 0...72, using: &random)
                let time = LinkStory.start.plus(seconds: hours * 3600)
                links.append(try story.link(one, identifiers, at: time))
            case 15:
                guard let link = links.randomElement(using: &random) else { continue }
                story.takeBack(link)
            case 16: merges.append(try story.merge(one, other, isByRule: Bool.random(using: &random)))
            case 17:
                guard let merge = merges.randomElement(using: &random) else { continue }
                try story.unmerge(merge, isByRule: Bool.random(using: &random))
            case 18: try story.review(one, other, .different)
            case 19: try story.review(one, other, .same)
            default: try story.review(one, other, .suspected)
            }
        }
        return story
    }

    /// The story without what takes something back, and without what was taken back.
    private static func purged(_ story: LinkStory) -> [IdentityStep] {
        var gone: Set<EventID> = []
        for case .takenBack(let link) in story.steps { gone.insert(link) }
        return story.steps.filter { step in
            switch step {
            case .fact(let fact): !gone.contains(fact.eventID)
            case .takenBack: false
            default: true
            }
        }
    }

    @Test(
        "asked after each step or only at the end, with links taken back or never made: the same outcome",
        arguments: 1...60 as ClosedRange<UInt64>)
    func incremental(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rules = Self.rules(&random)
        let story = try Self.story(&random, steps: 80)
        var asked = IdentityEngine(rules)
        for step in story.steps {
            asked.add(step)
            _ = asked.outcome()
        }
        #expect(asked.outcome() == story.outcome(rules))
        var purged = IdentityEngine(rules)
        for step in Self.purged(story) { purged.add(step) }
        #expect(asked.outcome() == purged.outcome())
    }

    @Test("the engine says what a plain model says", arguments: 1...60 as ClosedRange<UInt64>)
    func plainModel(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &* 7919)
        let rules = Self.rules(&random)
        let story = try Self.story(&random, steps: 60)
        var engine = IdentityEngine(rules)
        for (number, step) in story.steps.enumerated() {
            engine.add(step)
            // The persons so far, of what is known by now.
            let expected = PlainIdentityRules.persons(Array(story.steps[...number]), rules)
            let found = Set(engine.outcome().persons.map { Set($0.members) })
            try #require(found == expected, "seed \(seed), after step \(number + 1)")
        }
    }

    @Test(
        "each merge joins two persons, and merges by rules and by somebody make exactly the persons",
        arguments: 1...30 as ClosedRange<UInt64>)
    func edges(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &* 104_729)
        let story = try Self.story(&random, steps: 120)
        let outcome = story.outcome(Self.rules(&random))
        var persons = DisjointSets(count: Self.customers.count)
        func number(_ tag: EntityTag) throws -> Int32 {
            Int32(try #require(Self.customers.firstIndex(of: String(tag.id))))
        }
        var undone: Set<EventID> = []
        for case .unmerged(let unmerge) in story.steps { undone.insert(unmerge.merge) }
        for case .merged(let merge) in story.steps where !merge.isByRule && !undone.contains(merge.id) {
            persons.unite(try number(merge.survivor), try number(merge.absorbed))
        }
        for merge in outcome.merges {
            persons.unite(try number(merge.survivor), try number(merge.absorbed))
            #expect((1...2).contains(merge.evidence.count))
        }
        for person in outcome.persons {
            for member in person.members {
                #expect(persons.areOne(try number(member), try number(person.canonical)))
            }
        }
        let seen = outcome.persons.reduce(0) { $0 + $1.members.count }
        #expect(outcome.persons.count == persons.setCount - (Self.customers.count - seen))
    }
}
