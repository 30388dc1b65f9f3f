import EventLog
import Rapport
import Testing

/// The funnel as at past days, after late events, and in any order of arrival.
@Suite struct DealFunnelHistoryTests {
    private static let stages = ["new", "talk", "offer", "deal"]

    /// What a funnel says, but for where and when it was asked.
    private struct Figures: Equatable {
        let opened: Int64
        let won: Int64
        let lost: Int64
        let open: Int64
        let winRateBp: Int64?
        let steps: [DealFunnel.Step]
        let values: [DealFunnel.Value]

        init(_ funnel: DealFunnel) {
            opened = funnel.opened
            won = funnel.won
            lost = funnel.lost
            open = funnel.open
            winRateBp = funnel.winRateBp
            steps = funnel.steps
            values = funnel.values
        }
    }

    private static func arrivals(of stories: [DealStory], _ deals: inout RandomDeals) throws -> [NewEvent] {
        var events = [try pipelineDefined(stages)]
        for story in stories { events += try story.events() }
        return deals.shuffled(events)
    }

    @Test(
        "the funnel at a past day is the funnel of a log that ends with that day",
        arguments: Seeds.from(1, 3))
    func atPastDays(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed, pipelines: ["sales", "elsewhere"])
        let events = try Self.arrivals(of: deals.stories(50), &deals)
        let whole = try CRMFolder(events)
        for _ in 0..<5 {
            let (day, zone) = (deals.day(), deals.one(of: RandomDeals.zones))
            let end = try ZonedCalendar(zone: zone).endOfDay(day)
            let until = try CRMFolder(events.filter { $0.occurredAt < end })
            for pipeline in [nil, "sales", "elsewhere"] {
                var question = FunnelQuestion(
                    pipeline: pipeline, from: deals.one(of: [nil, deals.day()]), to: deals.one(of: [nil, deals.day()]),
                    skipping: deals.one(of: FunnelQuestion.Skipping.allCases), zone: zone)
                let expected = try await until.crm.funnel(question, atLeast: until.head)
                question.at = day
                let found = try await whole.crm.funnel(question, atLeast: whole.head)
                #expect(Figures(found) == Figures(expected), "\(question)")
            }
        }
    }

    @Test("at the end of time the funnel is the one of everything recorded", arguments: Seeds.from(11, 2))
    func atTheEnd(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let folder = try CRMFolder(try Self.arrivals(of: deals.stories(80), &deals))
        for skipping in FunnelQuestion.Skipping.allCases {
            var question = FunnelQuestion(pipeline: "sales", skipping: skipping)
            let now = try await folder.crm.funnel(question, atLeast: folder.head)
            question.at = .on("2030-01-01")
            let then = try await folder.crm.funnel(question, atLeast: folder.head)
            #expect(Figures(now) == Figures(then))
            #expect(now.opened == 80)
            #expect(now.opened == now.won + now.lost + now.open)
            #expect(now.won > 0)
        }
    }

    @Test("an event that is recorded days later counts where it happened")
    func lateEvent() async throws {
        let opened = DealStory.through(["new"], from: .at("2024-03-01T10:00:00Z"))
        let folder = try CRMFolder([try pipelineDefined(Self.stages)] + opened.events())
        var question = FunnelQuestion(pipeline: "sales")
        let before = try await folder.crm.funnel(question, atLeast: folder.head)
        #expect(before.steps.map(\.deals) == [1, 0, 0, 0])
        // Something else happens on 4 March and is recorded first.
        var other = DealStory.through(["new"], id: "D-2", from: .at("2024-03-04T10:00:00Z"))
        other.customer = "C-2"
        try folder.append(try other.events())
        let talk = DealStory.Dated(at: .at("2024-03-02T10:00:00Z"), change: .moved(to: "talk"))
        let late = DealStory(id: "D-1", changes: [talk])
        try folder.append(try late.events())
        let after = try await folder.crm.funnel(question, atLeast: folder.head)
        #expect(after.steps.map(\.deals) == [2, 1, 0, 0])
        for (day, deals) in [
            ("2024-03-01", [1, 0, 0, 0]), ("2024-03-02", [1, 1, 0, 0]), ("2024-03-04", [2, 1, 0, 0]),
        ] as [(String, [Int64])] {
            question.at = .on(day)
            let then = try await folder.crm.funnel(question, atLeast: folder.head)
            #expect(then.steps.map(\.deals) == deals, "\(day)")
        }
    }

    @Test("an opening that is recorded after everything else puts the deal into the range it was opened in")
    func lateOpening() async throws {
        let amount = DealStory.Amount(minorUnits: 500, currency: "EUR")
        let events = try DealStory.through(["new", "talk"], then: .won(amount)).events()
        let folder = try CRMFolder([try pipelineDefined(Self.stages)] + events.dropFirst())
        let march = FunnelQuestion(pipeline: "sales", from: .on("2024-03-01"), to: .on("2024-03-01"))
        let before = try await folder.crm.funnel(march, atLeast: folder.head)
        #expect(before.opened == 0)
        try folder.append([events[0]])
        let after = try await folder.crm.funnel(march, atLeast: folder.head)
        #expect(after.opened == 1)
        #expect(after.won == 1)
        #expect(after.steps.map(\.deals) == [1, 1, 1, 1])
        #expect(after.values.map(\.wonValue) == [500])
    }

    @Test(
        "whatever order events arrive in, and however few at a time, the answers are the same",
        arguments: Seeds.from(21, 2))
    func anyArrival(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(25)
        let question = FunnelQuestion(pipeline: "sales", skipping: .strict)
        var past = question
        past.at = deals.day()
        var answers: [[DealFunnel]] = []
        var pipelines: [PipelineAtDate] = []
        var groups: [DealGroups] = []
        var cycles: [CycleTimes] = []
        for _ in 0..<4 {
            let folder = try CRMFolder()
            try await folder.appendSlowly(try Self.arrivals(of: stories, &deals), batch: deals.number(in: 2...20))
            let (crm, head) = (folder.crm, folder.head)
            let now = try await crm.funnel(question, atLeast: head)
            let then = try await crm.funnel(past, atLeast: head)
            answers.append([now, then])
            pipelines.append(try await crm.pipeline(at: past.at, atLeast: head))
            groups.append(try await crm.deals(by: "region", atLeast: head))
            cycles.append(try await crm.cycleTimes(atLeast: head))
        }
        #expect(answers[0][0].opened == 25)
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect(pipelines.allSatisfy { $0 == pipelines[0] })
        #expect(groups.allSatisfy { $0 == groups[0] })
        #expect(cycles.allSatisfy { $0 == cycles[0] })
    }
}
