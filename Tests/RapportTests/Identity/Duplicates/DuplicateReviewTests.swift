import EventLog
@testable import Rapport
import Testing
import TestSupport

/// What was said of pairs, and that it is remembered.
@Suite struct DuplicateReviewTests {
    private static func folder() throws -> CRMFolder {
        try CRMFolder([
            try DuplicateTests.person("C-1", "Anna Smith", (.email, "anna@example.com")),
            try DuplicateTests.person("C-2", "Anna Smith", (.email, "anna@example.com")),
            try DuplicateTests.person("C-3", "Anna Smith", (.email, "anna@example.com")),
            try DuplicateTests.lead("L-1", "Karl Olsen"),
        ])
    }

    private let first: EntityTag
    private let second: EntityTag
    private let third: EntityTag

    init() throws {
        first = try .customer("C-1")
        second = try .customer("C-2")
        third = try .customer("C-3")
    }

    @Test func whatIsDifferentIsNotAskedAboutAgain() async throws {
        let folder = try Self.folder()
        let receipt = try await folder.crm.review(second, first, .different, reason: "family")
        #expect(receipt.position == folder.head)
        #expect(try DuplicateTests.pairs(in: folder) == ["C-1 C-3", "C-2 C-3"])
        let all = try folder.crm.duplicates(DuplicateQuestion(includeReviewed: true)).pairs
        #expect(all.count == 3)
        let pair = try #require(all.first { $0.first == first && $0.second == second })
        #expect(pair.review == DuplicateReview(decision: .different, until: nil, position: receipt.position))
        try await folder.crm.review(first, second, .same)
        #expect(try DuplicateTests.pairs(in: folder).count == 3)
    }

    @Test func whatIsPutOffComesBack() async throws {
        let folder = try Self.folder()
        let until = DuplicateTests.noon.plus(days: 30)
        try await folder.crm.review(first, second, .snoozed, until: until)
        func count(_ time: Timestamp) throws -> Int {
            try DuplicateTests.pairs(in: folder, DuplicateQuestion(at: time)).count
        }
        #expect(try count(until.plus(seconds: -1)) == 2)
        #expect(try count(until) == 3)
    }

    @Test(arguments: [DuplicateReview.Decision.suspected, .same])
    func whatIsNotSettledIsShownWithItsMark(decision: DuplicateReview.Decision) async throws {
        let folder = try Self.folder()
        try await folder.crm.review(first, second, decision, scoreBp: 9_000)
        let found = try folder.crm.duplicates().pairs
        #expect(found.count == 3)
        #expect(found.first { $0.second == second }?.review?.decision == decision)
    }

    @Test func whatWasSaidOfAnIDGoesForThePerson() async throws {
        let folder = try Self.folder()
        try await folder.crm.review(second, third, .different)
        try folder.append([try DuplicateTests.merged("C-1", "C-2")])
        #expect(try DuplicateTests.pairs(in: folder) == [])
        // A word about another id of the person does not take it back, unless it is that they are the same.
        try await folder.crm.review(first, third, .suspected)
        #expect(try DuplicateTests.pairs(in: folder) == [])
        try await folder.crm.review(first, third, .same)
        #expect(try DuplicateTests.pairs(in: folder) == ["C-1 C-3"])
    }

    @Test func theSameCallAppendsOnce() async throws {
        let folder = try Self.folder()
        let id = EventID()
        let one = try await folder.crm.review(first, second, .different, id: id)
        let again = try await folder.crm.review(first, second, .different, id: id)
        #expect(one == again)
        #expect(folder.head == one.position)
        await #expect(throws: AppendError.idTaken(id, at: one.position)) {
            try await folder.crm.review(first, second, .same, id: id)
        }
    }

    @Test func whatMakesNoSenseIsRefused() async throws {
        let folder = try Self.folder()
        try folder.append([try DuplicateTests.merged("C-1", "C-2"), try SealedCRM.erased("C-3")])
        let head = folder.head
        let lead = try EntityTag.lead("L-1")
        let unknown = try EntityTag.customer("C-9")
        let order = try EntityTag.order("O-1")
        let refusals: [(EntityTag, EntityTag, DuplicateReview.Decision, Timestamp?, DuplicateRefusal)] = [
            (lead, unknown, .same, nil, .unknown(id: unknown)), (lead, lead, .same, nil, .sameID(lead)),
            (first, second, .same, nil, .onePerson(first, second, since: Position(5))),
            (lead, third, .same, nil, .erased(id: third, position: Position(6))),
            (lead, order, .same, nil, .wrongKind(order)), (lead, first, .snoozed, nil, .noEnd(lead, first)),
            (lead, first, .same, DuplicateTests.noon, .needlessEnd(lead, first, .same)),
        ]
        for (one, other, decision, until, refusal) in refusals {
            await #expect(throws: refusal) {
                try await folder.crm.review(one, other, decision, until: until)
            }
        }
        #expect(folder.head == head)
    }
}
