import EventLog
import Projection
@testable import Rapport
import TestSupport
import Testing

/// In which order and how many at a time events arrive makes no difference, and the rows of a saved funnel say after
/// each of them what going through the events says.
@Suite(.timeLimit(.minutes(10))) struct FunnelArrivalTests {
    private static func pairs(in crm: Rapport) async throws -> [FunnelPair] {
        var pairs: [FunnelPair] = []
        for definition in FunnelVariety.all { pairs.append(try await FunnelPair(definition, in: crm)) }
        return pairs
    }

    // MARK: Any order

    /// What a funnel and its lists say, but for where the events stand in the log.
    private struct Told: Equatable {
        struct Row: Equatable {
            let subject: String?
            let enteredAt: Timestamp
            let steps: [String]
            let times: [Timestamp]
        }

        let answer: BehaviourFunnel
        let rows: [Row]

        init(_ pair: FunnelPair) async throws {
            answer = try await pair.answer { question in
                question.trend = .day
                question.bins = 0
            }
            rows = try await pair.subjects(.reached(step: 1)).map { row in
                Row(
                    subject: row.subject, enteredAt: row.enteredAt, steps: row.path.map(\.step),
                    times: row.path.map(\.at))
            }
        }
    }

    @Test(
        "T37: in whatever order events arrive, before or after the funnel was saved, the answers are the same",
        arguments: Seeds.from(1, 1))
    func anyArrival(seed: UInt64) async throws {
        var visits = RandomVisits(seed: seed)
        let both: [EntityTag] = try [.customer("C-1"), .customer("C-2")]
        let events = try visits.untied(40) + [NewEvent(IdentityStory.merged("C-1", "C-2"), about: both)]
        var random = SeededGenerator(seed: seed)
        var told: [[Told]] = []
        for round in 0..<3 {
            let folder = try CRMFolder()
            let arriving = round == 0 ? events : events.shuffled(using: &random)
            if round == 1 { try folder.append(arriving) }
            let pairs = try await Self.pairs(in: folder.crm)
            if round != 1 { try await folder.appendSlowly(arriving, batch: 7) }
            var said: [Told] = []
            for pair in pairs { said.append(try await Told(pair)) }
            told.append(said)
            withExtendedLifetime(folder) {}
        }
        for (number, said) in told[0].enumerated() {
            for others in told { #expect(others[number] == said, "\(FunnelVariety.all[number].name)") }
        }
        #expect(told[0].contains { $0.answer.converted > 0 && $0.answer.converted < $0.answer.entered })
    }

    // MARK: One by one

    @Test("T44: after every event the rows of a saved funnel say what all events say, and are those of a rebuild")
    func oneByOne() async throws {
        var visits = RandomVisits(seed: 11)
        let folder = try CRMFolder()
        let pairs = try await Self.pairs(in: folder.crm)
        var answers: [BehaviourFunnel] = []
        for number in 0..<60 {
            try folder.append([try visits.event()])
            answers.removeAll()
            for (index, pair) in pairs.enumerated() {
                let answer = try await pair.answer { question in
                    // Some of the windows are open then.
                    question.now = Visits.time(60)
                    if number % 15 == 14 { (question.trend, question.bins) = (.day, 0) }
                }
                answers.append(answer)
                guard number % 4 == index % 4 else { continue }
                try await pair.subjects(.reached(step: 1 + number % pair.definition.steps.count))
                let last = pair.definition.steps.count
                try await pair.subjects(.dropped(step: last))
            }
        }
        #expect(answers.count { $0.entered > 0 } > pairs.count / 2)
        #expect(answers.contains { $0.converted > 0 } && answers.contains { $0.immature > 0 })
        var live: [String] = []
        for pair in pairs { live.append(try await pair.digest()) }
        try folder.crm.projections.rebuild(pairs.map(\.saved.readModel))
        for (pair, digest) in zip(pairs, live) {
            #expect(try await pair.digest() == digest, "\(pair.definition.name)")
        }
        withExtendedLifetime(folder) {}
    }

    /// Merges, unmerges with exceptions, and corrections among the visits.
    @Test(
        "whoever turns out to be whom, and whatever is corrected, the rows say what the events say",
        arguments: Seeds.from(21, 1))
    func seenOtherwise(seed: UInt64) async throws {
        var visits = RandomVisits(seed: seed)
        var steps = RandomIdentitySteps(seed: seed)
        let folder = try CRMFolder()
        let pairs = try await Self.pairs(in: folder.crm)
        for _ in 0..<12 {
            let events = try visits.events(5)
            for event in events { steps.know(event) }
            try folder.append(events)
            for _ in 0..<2 {
                let said = try steps.next(in: folder.crm)
                if !said.isEmpty { try folder.append(said) }
            }
            for pair in pairs { try await pair.answer() }
        }
        for pair in pairs { try await pair.subjects(.reached(step: 2)) }
        var live: [String] = []
        for pair in pairs { live.append(try await pair.digest()) }
        try folder.crm.projections.rebuild(pairs.map(\.saved.readModel))
        for (pair, digest) in zip(pairs, live) {
            #expect(try await pair.digest() == digest, "\(pair.definition.name)")
        }
        withExtendedLifetime(folder) {}
    }
}
