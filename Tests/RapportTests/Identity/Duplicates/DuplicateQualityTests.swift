import CRMTestSupport
import EventLog
@testable import Rapport
import Testing
import TestSupport

/// How well duplicates are found among customers of the demo company of whom some were typed in twice.
@Suite(.timeLimit(.minutes(5)))
struct DuplicateQualityTests {
    private static func found(_ set: LabelledCustomers) throws -> Duplicates {
        let folder = try CRMFolder(try set.customers.flatMap { try $0.events() })
        return try folder.crm.duplicates(DuplicateQuestion(limit: 100_000))
    }

    @Test func mostOfThoseWhoAreThereTwiceAreFoundAndFewOthers() throws {
        let set = LabelledCustomers(of: try CustomerSketch.ofDemo(1_000), twice: 25, seed: 3)
        let found = try Self.found(set)
        let pairs = found.pairs.map { (first: $0.first.text, second: $0.second.text) }
        let (all, byCorruption) = set.quality(of: pairs)
        #expect(all.doubles > 200)
        #expect(Set(byCorruption.keys) == Set(Corruption.allCases), "every corruption is in the set")
        let precision = try #require(all.precisionBp)
        let recall = try #require(all.recallBp)
        #expect(precision >= 9_000, "\(all)")
        #expect(recall >= 8_000, "\(all); \(byCorruption)")
        // Far fewer pairs are compared than there are.
        #expect(found.compared < set.customers.count * set.customers.count / 20)
    }

    @Test func theSameCustomersGiveTheSameAnswer() throws {
        let set = LabelledCustomers(of: try CustomerSketch.ofDemo(60), twice: 50, seed: 4)
        let (one, other) = (try Self.found(set), try Self.found(set))
        #expect(!one.pairs.isEmpty)
        #expect(one == other)
    }
}
