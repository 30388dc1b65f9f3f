import EventLog
@testable import Rapport
import Testing

/// What is compared with what, and what comes of it.
@Suite struct DuplicateScoringTests {
    /// Records of persons by name, with e-mail addresses.
    private static func records(_ persons: [(name: String, email: String)]) throws -> [DuplicateRecord] {
        try persons.enumerated().map { number, person in
            let id = try EntityTag.customer("C-\(number)")
            var facts = DuplicateFacts()
            facts.set(.name, person.name, SaidAt())
            if !person.email.isEmpty { facts.set(.email, person.email, SaidAt()) }
            var record = DuplicateRecord(id: id)
            record.add(facts, of: id)
            return record
        }
    }

    private static func score(_ persons: [(name: String, email: String)]) throws -> Int {
        let records = try records(persons)
        let scoring = DuplicateScoring(records, DuplicateBlocks(records))
        let score = scoring.evidence(0, 1)
        #expect(scoring.evidence(1, 0).scoreBp == score.scoreBp)
        #expect(score.points == Evidence.prior + score.reasons.reduce(0) { $0 + $1.points })
        return score.scoreBp
    }

    private static let twins = [(name: "Anna Smith", email: ""), (name: "Anna Smith", email: "")]

    @Test func moreEvidenceIsMoreLikely() throws {
        let name = try Self.score([("Anna Smith", ""), ("Anna Smith", "")])
        let both = try Self.score([("Anna Smith", "a@example.com"), ("Anna Smith", "A@example.com")])
        let email = try Self.score([("Anna Smith", "a@example.com"), ("Karl Olsen", "a@example.com")])
        let nothing = try Self.score([("Anna Smith", "a@example.com"), ("Karl Olsen", "k@example.com")])
        #expect(both > name)
        #expect(name > email)
        #expect(email > nothing)
        #expect(both >= 9_990)
        #expect(nothing < 10)
    }

    @Test func aFrequentNameSaysLess() throws {
        let given = (0..<200).map { (name: "Anna Nobody\($0)", email: "") }
        let family = (0..<200).map { (name: "Somebody\($0) Smith", email: "") }
        let rare = try Self.score(Self.twins)
        let frequent = try Self.score(Self.twins + given + family)
        #expect(frequent < rare)
    }

    @Test func aMailboxOfManySaysLess() throws {
        let others = (0..<50).map { (name: "Somebody\($0) Else\($0)", email: "a@example.com") }
        let twins = [(name: "", email: "a@example.com"), (name: "", email: "a@example.com")]
        let own = try Self.score(twins)
        let shared = try Self.score(twins + others)
        #expect(shared < own)
    }

    @Test(arguments: [
        (0, 5_000), (100, 6_667), (-100, 3_333), (200, 8_000), (-200, 2_000), (5_000, 9_999), (-5_000, 0),
    ])
    func theScoreIsAProbability(points: Int, score: Int) {
        var evidence = Evidence()
        evidence.add("test", points - Evidence.prior)
        #expect(evidence.scoreBp == score)
    }

    @Test func theScoreNeverFallsAsEvidenceGrows() {
        var last = 0
        for points in -2_100...2_100 {
            var evidence = Evidence()
            evidence.add("test", points - Evidence.prior)
            #expect(evidence.scoreBp >= last)
            last = evidence.scoreBp
        }
    }

    @Test(arguments: [(1, 0), (2, 100), (3, 150), (4, 200), (6, 250), (1_024, 1_000)])
    func logarithms(value: Int, hundredths: Int) {
        #expect(Evidence.log2(value) == hundredths)
    }

    @Test func ofWhatExplainsEachOtherTheStrongestCounts() {
        var evidence = Evidence()
        evidence.add(together: [
            DuplicateReason(word: "address", points: 1_200), DuplicateReason(word: "phone", points: 2_300),
        ])
        #expect(evidence.points == Evidence.prior + 2_300 + 300)
    }

    // MARK: Blocks

    private static func areCandidates(_ left: String, _ right: String) throws -> Bool {
        let blocks = DuplicateBlocks(try records([(left, ""), (right, "")]))
        #expect(blocks.candidates(for: 1, all: true) == blocks.candidates(for: 0).map { _ in 0 })
        return blocks.candidates(for: 0) == [1]
    }

    @Test(arguments: [
        ("张伟", "Wei Zhang"), ("王小明", "Wang Xiao Ming"), ("Anna Müller", "Mueller, Anna"), ("Anna Smith", "Anna Smiht"),
        ("Anna Smith", "Anna Smyth"), ("王小明", "王小刚"), ("zhangwei", "Zhang Wei"),
    ])
    func similarNamesAreCompared(left: String, right: String) throws {
        #expect(try Self.areCandidates(left, right))
    }

    @Test(arguments: [("Anna Smith", "Karl Olsen"), ("张伟", "Li Ming")])
    func othersAreNot(left: String, right: String) throws {
        #expect(try !Self.areCandidates(left, right))
    }

    @Test func whatTooManyShareIsCountedAndNotCompared() throws {
        let most = DuplicateBlocks.mostOfStrong
        func blocks(_ count: Int) throws -> DuplicateBlocks {
            DuplicateBlocks(try Self.records((0..<count).map { (name: "N\($0)", email: "info@example.com") }))
        }
        let few = try blocks(most)
        #expect(few.candidates(for: 0).count == most - 1)
        let many = try blocks(most + 1)
        #expect(many.crowded == few.crowded + 1)
        #expect(many.candidates(for: 0).count < most)
    }
}
