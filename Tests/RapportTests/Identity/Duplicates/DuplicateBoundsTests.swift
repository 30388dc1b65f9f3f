import CRMTestSupport
import EventLog
@testable import Rapport
import Testing
import TestSupport

/// No pair is let go unseen that its evidence would have shown.
@Suite struct DuplicateBoundsTests {
    /// Records of customers of the demo company of whom many were typed in twice.
    private static func records(_ count: Int, seed: UInt64) throws -> [DuplicateRecord] {
        let set = LabelledCustomers(of: try CustomerSketch.ofDemo(count), twice: 50, seed: seed)
        return try set.customers.map { customer in
            var facts = DuplicateFacts()
            facts.isOrganisation = customer.isOrganisation
            let values: [(DuplicateFacts.Field, String?)] = [
                (.name, customer.name), (.email, customer.email), (.phone, customer.phone),
                (.wechat, customer.wechat), (.address, customer.address), (.city, customer.city),
                (.birthday, customer.birthday),
            ]
            for (field, value) in values {
                if let value { facts.set(field, value, SaidAt()) }
            }
            let id = try EntityTag.customer(customer.id)
            var record = DuplicateRecord(id: id)
            record.add(facts, of: id)
            return record
        }
        .sorted { $0.id < $1.id }
    }

    @Test func theEvidenceIsNeverMoreThanItsBound() throws {
        let records = try Self.records(150, seed: 5)
        let scoring = DuplicateScoring(records, DuplicateBlocks(records))
        let bounds = DuplicateBounds(records, scoring)
        var beyond: [String] = []
        var letGo = 0
        for first in records.indices {
            for second in records.indices where second > first {
                let evidence = scoring.evidence(first, second)
                let bound = bounds.points(first, second)
                if evidence.points > bound { beyond.append("\(records[first].id) \(records[second].id)") }
                if bound < Evidence.points(forScoreBp: DuplicateQuestion.usualMinimum) { letGo += 1 }
            }
        }
        #expect(beyond == [])
        let pairs = records.count * (records.count - 1) / 2
        #expect(letGo > pairs / 2, "most pairs need no closer look: \(letGo) of \(pairs)")
    }

    @Test(arguments: [0, 1, 500, 5_000, 7_000, 9_998, 9_999])
    func pointsOfAScore(score: Int) {
        let points = Evidence.points(forScoreBp: score)
        if points == .min {
            #expect(Evidence.scoreBp(ofPoints: Int.min) >= score)
        } else {
            #expect(Evidence.scoreBp(ofPoints: points) >= score)
            #expect(Evidence.scoreBp(ofPoints: points - 1) < score)
        }
    }

    @Test func noPointsMakeMoreThanTheBestScore() {
        #expect(Evidence.points(forScoreBp: 10_000) == .max)
        #expect(Evidence.points(forScoreBp: 0) == .min)
    }

    @Test func whoIsAskedAboutHasTheSameCandidatesAmongAllKeysAndItsOwn() throws {
        let records = try Self.records(100, seed: 6)
        let all = DuplicateBlocks(records)
        var marks = DuplicateBlocks.Marks(all)
        var found: [Int] = []
        var pairs = 0
        for place in records.indices {
            let own = DuplicateBlocks(records, of: place)
            #expect(own.candidates(for: place, all: true) == all.candidates(for: place, all: true))
            all.collectCandidates(behind: place, into: &found, &marks)
            #expect(found.sorted() == all.candidates(for: place))
            pairs += found.count
        }
        #expect(pairs > 0)
    }
}
