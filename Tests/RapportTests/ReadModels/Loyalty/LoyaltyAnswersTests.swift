import EventLog
import Projection
@testable import Rapport
import Testing

/// Who stands behind a score, worked out by hand.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyAnswersTests {
    private typealias Story = LoyaltyStory

    private static func day(_ day: Int64) -> Timestamp { Story.morning.plus(days: day) }

    /// C-1 came back, C-2 did not, C-3 cancelled; C-4 answered lately and has ordered, C-5 has not.
    private static func events() throws -> [NewEvent] {
        [
            try Story.answered("C-1", 5, at: day(0)), try Story.answered("C-2", 5, at: day(1)),
            try Story.answered("C-3", 4, at: day(2)), try Story.answered("C-4", 5, at: day(90)),
            try Story.answered("C-5", 4, at: day(91)), try Story.answered("C-1", nil, at: day(3)),
            try Story.answered(nil, 5, at: day(3)), try Story.ordered("A-2", by: "C-1", at: day(9)),
            try Story.ordered("A-1", by: "C-1", at: day(4)), try Story.ordered("A-3", by: "C-2", at: day(40)),
            try Story.ordered("A-4", by: "C-3", at: day(5)), try Story.cancelled("A-4", by: "C-3", at: day(6)),
            try Story.ordered("A-5", by: "C-4", at: day(95)), try Story.ordered("A-6", by: "C-5", at: day(105)),
        ]
    }

    private static let question = LoyaltyQuestion(now: day(100), horizonDays: 30)

    /// `customer score outcome order`.
    private static func lines(_ rows: [LoyaltyAnswer]) -> [String] {
        rows.map { "\($0.customer ?? "-") \($0.score) \($0.outcome.rawValue) \($0.orderID ?? "-")" }
    }

    @Test("answers stand in order of time, with what became of them and the first order that counts")
    func answers() async throws {
        let folder = try CRMFolder(try Self.events())
        let crm = folder.crm
        let all = try await crm.loyaltyAnswers(Self.question, atLeast: folder.head)
        let lines = [
            "C-1 5 repurchased A-1", "C-2 5 lost -", "C-3 4 lost -", "C-4 5 immature A-5", "C-5 4 immature -",
        ]
        #expect(Self.lines(all.rows) == lines)
        #expect(all.next == nil && all.position == folder.head)
        let first = try #require(all.rows.first)
        #expect(first.answeredAt == Self.day(0) && first.maturesAt == Self.day(30) && first.orderedAt == Self.day(4))
        #expect(first.survey == "service" && first.question == "q1")
        let fives = try await crm.loyaltyAnswers(Self.question, score: 5, outcome: .lost)
        #expect(Self.lines(fives.rows) == ["C-2 5 lost -"])
        // Before it was cancelled the order counted.
        let earlier = try await crm.loyaltyAnswers(.init(now: Self.day(5), horizonDays: 2), score: 4)
        #expect(Self.lines(earlier.rows) == ["C-3 4 lost -"])
        let meanwhile = try await crm.loyaltyAnswers(.init(now: Self.day(5), horizonDays: 3), score: 4)
        #expect(Self.lines(meanwhile.rows) == ["C-3 4 repurchased A-4"])
        withExtendedLifetime(folder) {}
    }

    @Test("pages follow each other, also as of a later moment; a cursor of another list is refused")
    func pages() async throws {
        let folder = try CRMFolder(try Self.events())
        let crm = folder.crm
        let first = try await crm.loyaltyAnswers(Self.question, limit: 2, atLeast: folder.head)
        let cursor = try #require(first.next)
        var later = Self.question
        later.now = Self.day(300)
        let rest = try await crm.loyaltyAnswers(later, limit: 9, after: cursor)
        #expect(Self.lines(rest.rows) == ["C-3 4 lost -", "C-4 5 repurchased A-5", "C-5 4 repurchased A-6"])
        for (score, outcome) in [(5, nil), (nil, LoyaltyOutcome.lost)] as [(Int?, LoyaltyOutcome?)] {
            await #expect(throws: ForeignCursor(cursor: cursor)) {
                try await crm.loyaltyAnswers(Self.question, score: score, outcome: outcome, after: cursor)
            }
        }
        withExtendedLifetime(folder) {}
    }

    @Test("two answers at one moment are two rows, page by page")
    func ties() async throws {
        var events: [NewEvent] = []
        for score in 1...5 { events.append(try Story.answered("C-1", score, at: Self.day(0))) }
        events.append(try Story.answered("C-1", 3, at: Self.day(0), question: "q2"))
        let folder = try CRMFolder(events)
        try await folder.crm.projections.wait(for: folder.head, of: ["loyalty"], seconds: 60)
        let rows = try await GoldenImport.allRows {
            try await folder.crm.loyaltyAnswers(Self.question, limit: 1, after: $0)
        }
        #expect(rows.filter { $0.question == "q1" }.map(\.score) == [1, 2, 3, 4, 5])
        #expect(rows.count == 6)
    }

    @Test("a score off the scale and answers on several scales are refused")
    func refused() async throws {
        let folder = try CRMFolder(
            try Self.events() + [try Story.answered("C-1", 7, at: Self.day(0), survey: "other", scale: 1...7)])
        let crm = folder.crm
        await #expect(throws: MixedScales.self) {
            try await crm.loyaltyAnswers(Self.question, atLeast: crm.log.head)
        }
        var question = Self.question
        question.survey = "service"
        for score in [0, 6, -1] {
            await #expect(throws: InvalidLoyaltyScore(score: score, scale: 1...5)) {
                try await crm.loyaltyAnswers(question, score: score)
            }
        }
        question.horizonDays = 0
        await #expect(throws: InvalidLoyaltyHorizon(days: 0)) { try await crm.loyaltyAnswers(question) }
        question.horizonDays = 30
        question.survey = "nope"
        #expect(try await crm.loyaltyAnswers(question, score: 99).rows == [])
        withExtendedLifetime(folder) {}
    }

    @Test("who was erased stands without an id, and without that of the order")
    func erased() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")] + Self.events())
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let rows = try await crm.loyaltyAnswers(Self.question, outcome: .repurchased, atLeast: crm.log.head).rows
        #expect(Self.lines(rows) == ["- 5 repurchased -"])
        #expect(rows.first?.orderedAt == Self.day(4))
    }

    // MARK: Answers that nothing could be made of

    @Test("a score off its scale, a scale upside down, too wide or too far out, a dimension stated twice: all refused")
    func unfitAnswers() throws {
        let cases: [(score: Int, scale: (low: Int32, high: Int32))] = [
            (6, (1, 5)), (0, (1, 5)), (3, (5, 1)), (1, (1, 1)), (50, (0, 101)),
            (2_002, (2_000, 2_004)), (1_000, (997, 1_001)), (-1_000, (-1_001, -997)),
        ]
        for (score, scale) in cases {
            var answer = SurveyAnswer()
            answer.question = "q1"
            answer.metric = .csat
            answer.scaleMin = scale.low
            answer.scaleMax = scale.high
            answer.score = Int32(score)
            let given = answer
            #expect(throws: UnfitEvent.self, "\(score) on \(scale)") {
                try NewEvent(SurveyAnswered.with { $0.answers = [given] }, about: [.survey("service")])
            }
        }
        var story = SurveyStory(at: Self.day(0))
        story.dimensions = [("region", "north"), ("region", "south")]
        let twice = story
        let refusal = #expect(throws: UnfitEvent.self) { try twice.event() }
        #expect(refusal?.reason == "dimension \"region\" stands twice; expected it once")
    }

    @Test("an answer that names a customer without being about one is of nobody, and is counted so")
    func unnamed() async throws {
        var answer = SurveyAnswer()
        answer.question = "q1"
        answer.metric = .csat
        answer.scaleMin = 1
        answer.scaleMax = 5
        answer.score = 5
        let given = answer
        let message = SurveyAnswered.with { message in
            message.surveyID = "service"
            message.customerID = "C-1"
            message.answers = [given]
        }
        let folder = try CRMFolder([
            try NewEvent(message, about: [.survey("service")], occurredAt: Self.day(0)),
            try Story.ordered("A-1", by: "C-1", at: Self.day(1)),
        ])
        let curve = try await folder.crm.loyalty(Self.question, atLeast: folder.head)
        #expect(curve.leftOut.anonymous == 1 && curve.scores == [] && curve.persons == 0)
        let list = try await folder.crm.loyaltyAnswers(Self.question)
        #expect(list.rows == [])
        let unknown = SurveyStory(at: Self.day(0), invitation: "I-9")
        try folder.append([try unknown.event()])
        let rates = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(rates.responses.map(\.unknownInvitations) == [1] && rates.overall == [])
    }
}
