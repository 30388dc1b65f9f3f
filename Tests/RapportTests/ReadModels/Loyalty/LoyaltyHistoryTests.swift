import EventLog
import Projection
@testable import Rapport
import Testing
import TestSupport

/// The curve and its answers against a plain count, while persons merge, events are corrected and orders come late; and
/// as of every position on the way.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyHistoryTests {
    /// A log with what a plain count knows of it.
    private struct History {
        var random: RandomLoyalty
        let folder: CRMFolder
        /// Without those who were merged into others.
        var persons: [PlainPerson]
        var positions: [EventID: Position] = [:]
        private var lateOrders = 0

        init(seed: UInt64) throws {
            random = try RandomLoyalty(seed: seed, count: 15)
            let events = random.shuffled()
            folder = try CRMFolder(events)
            persons = random.persons
            for (number, event) in events.enumerated() { positions[event.id] = Position(UInt64(number + 1)) }
        }

        /// Changes something at random.
        mutating func change() async throws {
            switch random.number(0...3) {
            case 0: try await merge()
            case 1: try orderLate()
            case 2: try await annulAnOrder()
            default: try await moveAnAnswer()
            }
        }

        mutating func merge() async throws {
            guard persons.count > 2 else { return }
            let absorbed = persons.remove(at: random.number(0...persons.count - 1))
            let place = random.number(0...persons.count - 1)
            try await folder.crm.mergeCustomers(persons[place].id, absorbed.id, reason: "same")
            persons[place].answers += absorbed.answers
            persons[place].orders += absorbed.orders
            persons[place].complaints += absorbed.complaints
        }

        private mutating func orderLate() throws {
            lateOrders += 1
            let place = random.number(0...persons.count - 1)
            let (id, placed) = ("late-\(lateOrders)", random.time())
            let event = try LoyaltyStory.ordered(id, by: persons[place].id, at: placed)
            try folder.append([event])
            positions[event.id] = folder.head
            persons[place].orders.append(.init(id: id, placed: placed, cancelled: nil, event: event.id))
        }

        private mutating func annulAnOrder() async throws {
            let place = random.number(0...persons.count - 1)
            guard let order = persons[place].orders.popLast() else { return }
            try await folder.crm.annul(try #require(positions[order.event]), reason: "mistake")
        }

        private mutating func moveAnAnswer() async throws {
            let place = random.number(0...persons.count - 1)
            guard let answer = persons[place].answers.first else { return }
            let time = random.time()
            try await folder.crm.amend(try #require(positions[answer.event]), occurredAt: time)
            persons[place].answers[0].time = time
        }
    }

    /// An answer in a list, but for its person.
    private struct Line: Hashable {
        let time: Timestamp
        let score: Int
        let outcome: LoyaltyOutcome
        let order: String?
    }

    private static func expectAnswers(
        _ crm: any CRMState, _ persons: [PlainPerson], _ question: LoyaltyQuestion
    ) async throws {
        let found = try await GoldenImport.allRows { try await crm.loyaltyAnswers(question, limit: 7, after: $0) }
        var lines: [Line] = []
        for person in persons {
            for answer in person.scored(question) {
                let hasRepurchased = person.hasRepurchased(after: answer, question)
                let outcome: LoyaltyOutcome =
                    if let hasRepurchased { hasRepurchased ? .repurchased : .lost } else { .immature }
                lines.append(
                    Line(
                        time: answer.time, score: answer.score ?? 0, outcome: outcome,
                        order: person.firstOrder(after: answer, question)?.id))
            }
        }
        lines.sort { $0.time < $1.time }
        let listed = found.map {
            Line(time: $0.answeredAt, score: $0.score, outcome: $0.outcome, order: $0.orderID)
        }
        #expect(listed == lines, "\(question)")
        for outcome in LoyaltyOutcome.allCases {
            let some = try await crm.loyaltyAnswers(question, outcome: outcome, limit: 1_000).rows
            #expect(some == found.filter { $0.outcome == outcome })
        }
    }

    @Test(
        "after merges, corrections and late orders the curve is that of a plain count, also as of each position",
        arguments: Seeds.from(41, 2))
    func history(seed: UInt64) async throws {
        var history = try History(seed: seed)
        let crm = history.folder.crm
        var states: [(position: Position, persons: [PlainPerson])] = []
        for round in 0..<7 {
            if round > 0 { try await history.change() }
            states.append((position: history.folder.head, persons: history.persons))
            let question = history.random.question()
            let curve = try await crm.loyalty(question, atLeast: history.folder.head)
            LoyaltyPropertyTests.expect(curve, history.persons, question)
            try await Self.expectAnswers(crm, history.persons, question)
        }
        for state in states {
            let question = history.random.question()
            let past = try crm.state(asOf: state.position)
            LoyaltyPropertyTests.expect(try await past.loyalty(question), state.persons, question)
            try await Self.expectAnswers(past, state.persons, question)
        }
        try await crm.projections.wait(for: history.folder.head, of: crm.projections.names, seconds: 60)
        let live = try crm.projections.digest(of: LoyaltyModel.name).digest
        try crm.projections.rebuild([LoyaltyModel.name])
        #expect(try crm.projections.digest(of: LoyaltyModel.name).digest == live)
        withExtendedLifetime(history.folder) {}
    }

    /// Who was registered by some events, each once, sorted.
    private static func customers(_ events: [NewEvent]) -> [String] {
        var found: Set<String> = []
        for event in events where event.type == CustomerRegistered.eventType {
            for tag in event.tags where tag.kind == "customer" { found.insert(String(tag.id)) }
        }
        return found.sorted()
    }

    @Test("a made-up company whose customers merge and part at random has the rows of a rebuild in every read model")
    func mergedCompany() async throws {
        var random = SeededGenerator(seed: 9)
        let history = try DemoHistory(seed: 9, events: 900)
        let folder = try CRMFolder(Array(history.events.prefix(600)))
        let crm = folder.crm
        try await crm.projections.wait(for: folder.head, of: crm.projections.names, seconds: 60)
        var apart = Self.customers(Array(history.events.prefix(600)))
        var merges: [EventID] = []
        for _ in 0..<min(8, apart.count - 1) {
            let absorbed = apart.remove(at: Int.random(in: 0..<apart.count, using: &random))
            let survivor = apart[Int.random(in: 0..<apart.count, using: &random)]
            merges.append(
                try await crm.mergeCustomers(survivor, absorbed, reason: "same", evenIfDifferent: true).eventID)
        }
        #expect(merges.isEmpty == false)
        try await folder.appendSlowly(Array(history.events.dropFirst(600)), batch: 150)
        if let last = merges.last {
            _ = try await crm.unmergeCustomers(merge: .event(last), reason: "not the same")
        }
        try await crm.projections.wait(for: folder.head, of: crm.projections.names, seconds: 60)
        let names = crm.projections.readModels.filter(\.hasDigest).map(\.name)
        let asked = ["loyalty", "voice", "promises", "satisfaction", "cases", "orders"]
        #expect(Set(asked).isSubset(of: names))
        let live = try names.map { try crm.projections.digest(of: $0).digest }
        try crm.projections.rebuild()
        let rebuilt = try names.map { try crm.projections.digest(of: $0).digest }
        for (name, (before, after)) in zip(names, zip(live, rebuilt)) { #expect(before == after, "\(name)") }
        withExtendedLifetime(folder) {}
    }
}
