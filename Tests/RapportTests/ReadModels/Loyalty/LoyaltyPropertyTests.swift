import EventLog
import Projection
@testable import Rapport
import Testing
import TestSupport

/// The curve against a plain count over random persons, however their events arrive and whoever merges.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyPropertyTests {
    private typealias Story = LoyaltyStory

    /// Whether a curve is that of a plain count over persons.
    static func expect(_ curve: LoyaltyCurve, _ persons: [PlainPerson], _ question: LoyaltyQuestion) {
        var scores = [PlainCount](repeating: PlainCount(), count: 5)
        var recoveries = [PlainCount](repeating: PlainCount(), count: 3)
        for person in persons {
            for answer in person.scored(question) {
                let hasRepurchased = person.hasRepurchased(after: answer, question)
                scores[(answer.score ?? 1) - 1].add(hasRepurchased)
                recoveries[person.recovery(at: answer, question)].add(hasRepurchased)
            }
        }
        let isAny = scores.contains { $0.answered > 0 }
        #expect(curve.scores.map { PlainCount($0.count) } == (isAny ? scores : []), "\(question)")
        let found = [curve.recovery.never, curve.recovery.recovered, curve.recovery.unrecovered]
        #expect(found.map { PlainCount($0) } == recoveries, "\(question)")
        #expect(curve.overall.matured == scores.reduce(0) { $0 + $1.matured }, "\(question)")
        let fitted = curve.scores.compactMap(\.fitted)
        #expect(zip(fitted, fitted.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("however events arrive, the curve is that of a plain count", arguments: Seeds.from(1, 3))
    func plainCount(seed: UInt64) async throws {
        var random = try RandomLoyalty(seed: seed, count: 30)
        let folder = try CRMFolder()
        try await folder.appendSlowly(random.shuffled(), batch: random.number(10...80))
        for _ in 0..<20 {
            let question = random.question()
            Self.expect(try await folder.crm.loyalty(question), random.persons, question)
        }
    }

    @Test(
        "persons who merge have the answers, orders and complaints of both, live as after a rebuild, and part again",
        arguments: Seeds.from(11, 2))
    func merges(seed: UInt64) async throws {
        var random = try RandomLoyalty(seed: seed, count: 12)
        let folder = try CRMFolder(random.shuffled())
        let crm = folder.crm
        let question = LoyaltyQuestion(now: Story.morning.plus(days: 500), horizonDays: 60)
        let before = try await crm.loyalty(question, atLeast: folder.head)
        Self.expect(before, random.persons, question)
        var persons = random.persons
        let (first, second) = (persons[0], persons[1])
        let merge = try await crm.mergeCustomers(first.id, second.id, reason: "same")
        persons.remove(at: 1)
        persons[0].answers += second.answers
        persons[0].orders += second.orders
        persons[0].complaints += second.complaints
        let merged = try await crm.loyalty(question, atLeast: folder.head)
        Self.expect(merged, persons, question)
        let live = try crm.projections.digest(of: LoyaltyModel.name).digest
        try crm.projections.rebuild([LoyaltyModel.name])
        #expect(try crm.projections.digest(of: LoyaltyModel.name).digest == live)
        _ = try await crm.unmergeCustomers(merge: .event(merge.eventID), reason: "not the same")
        let parted = try await crm.loyalty(question, atLeast: folder.head)
        #expect(parted.scores == before.scores)
        #expect(parted.recovery == before.recovery)
        let past = try await crm.state(asOf: before.position).loyalty(question)
        #expect(past == before)
        withExtendedLifetime(folder) {}
    }
}
