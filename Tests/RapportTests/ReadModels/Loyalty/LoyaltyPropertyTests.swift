import EventLog
import Projection
@testable import Rapport
import Testing
import TestSupport

/// The curve against a plain count over random persons, however their events arrive and whoever merges.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyPropertyTests {
    private typealias Story = LoyaltyStory

    /// Random persons with their events. Of one person no two things happen at one moment.
    private struct RandomPersons {
        var random: SeededGenerator
        private(set) var persons: [PlainPerson] = []
        private(set) var events: [NewEvent] = []
        private var orders = 0

        init(seed: UInt64, count: Int) throws {
            random = SeededGenerator(seed: seed)
            for number in 1...count { try add(number % 3 == 0 ? "客户-\(number)" : "C-\(number)") }
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

        private mutating func time() -> Timestamp {
            Story.morning.advanced(byMicroseconds: Int64.random(in: 0...400 * 86_400_000_000, using: &random))
        }

        private mutating func add(_ id: String) throws {
            var person = PlainPerson(id: id)
            let registration = CustomerRegistered.with { $0.customerID = id }
            events.append(try NewEvent(registration, about: [.customer(id)], occurredAt: Story.morning))
            for _ in 0..<number(0...3) {
                let (time, survey) = (time(), ["service", "shop"][number(0...1)])
                let score: Int? = number(1...6) == 1 ? nil : number(1...5)
                person.answers.append(.init(time: time, score: score, survey: survey))
                events.append(try Story.answered(id, score, at: time, survey: survey))
            }
            for _ in 0..<number(0...4) {
                orders += 1
                let (order, placed) = ("A-\(orders)", time())
                let cancelled: Timestamp? = number(1...3) == 1 ? time() : nil
                person.orders.append((placed: placed, cancelled: cancelled))
                events.append(try Story.ordered(order, by: id, at: placed))
                if let cancelled { events.append(try Story.cancelled(order, by: id, at: cancelled)) }
            }
            for _ in 0..<max(0, number(-2...2)) {
                let (complaint, raised) = (EventID(), time())
                let told: Timestamp? = number(1...3) > 1 ? raised.plus(days: Int64(number(0...60))) : nil
                person.complaints.append((raised: raised, told: told))
                events.append(try Story.complained(id, id: complaint, at: raised))
                if let told { events.append(try Story.told(id, of: complaint, at: told)) }
            }
            persons.append(person)
        }

        mutating func question() -> LoyaltyQuestion {
            LoyaltyQuestion(
                now: Story.morning.plus(days: Int64(number(0...600))), survey: number(0...1) == 0 ? nil : "shop",
                horizonDays: number(1...200), firstOnly: number(0...1) == 0)
        }

        mutating func shuffled() -> [NewEvent] { events.shuffled(using: &random) }
    }

    private static func expect(_ curve: LoyaltyCurve, _ persons: [PlainPerson], _ question: LoyaltyQuestion) {
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
        var random = try RandomPersons(seed: seed, count: 30)
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
        var random = try RandomPersons(seed: seed, count: 12)
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
