import EventLog
import Rapport
import Testing

@Suite struct DealFunnelTests {
    private static let stages = ["1", "2", "3"]

    /// The funnel of one CRM that holds `stories`, appended in the order of the stories.
    private func funnel(
        _ stories: [DealStory], _ question: FunnelQuestion = FunnelQuestion(pipeline: "sales"), defined: Bool = true
    ) async throws -> DealFunnel {
        var events = defined ? [try pipelineDefined(Self.stages)] : []
        for story in stories { events += try story.events() }
        let folder = try CRMFolder(events)
        return try await folder.crm.funnel(question, atLeast: folder.head)
    }

    private static let three: [DealStory] = [
        .through(["1", "2", "1", "2", "3"], then: .lost, id: "D-1"),
        .through(["1", "3"], then: .won(nil), id: "D-2"),
        .through(["1", "2"], id: "D-3"),
    ]

    @Test("three deals: each counts once in a stage, lost ones stay in, a stage skipped counts as reached")
    func skippedCounts() async throws {
        let funnel = try await funnel(Self.three)
        #expect(funnel.steps.map(\.stage) == ["1", "2", "3"])
        #expect(funnel.steps.map(\.deals) == [3, 3, 2])
        #expect(funnel.steps.map(\.ofOpenedBp) == [10_000, 10_000, 6_667])
        #expect(funnel.steps.map(\.ofPreviousBp) == [10_000, 10_000, 6_667])
        #expect(funnel.opened == 3)
        #expect(funnel.won == 1)
        #expect(funnel.lost == 1)
        #expect(funnel.open == 1)
        #expect(funnel.winRateBp == 5_000)
    }

    @Test("the same three, strictly: only stages that were entered")
    func strict() async throws {
        let funnel = try await funnel(Self.three, FunnelQuestion(pipeline: "sales", skipping: .strict))
        #expect(funnel.steps.map(\.deals) == [3, 2, 2])
        #expect(funnel.steps.map(\.ofPreviousBp) == [10_000, 6_667, 10_000])
        #expect(funnel.won == 1)
    }

    /// One deal and how the funnel counts it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let story: DealStory
        let counts: [Int64]
        let strict: [Int64]
        let outcome: [Int64]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "to and fro, and still open", story: .through(["1", "2", "1", "2"]),
            counts: [1, 1, 0], strict: [1, 1, 0], outcome: [1, 0, 0]),
        Case(
            testDescription: "backward", story: .through(["1", "3", "2"]),
            counts: [1, 1, 1], strict: [1, 1, 1], outcome: [1, 0, 0]),
        Case(
            testDescription: "opened in a later stage", story: .through(["2"]),
            counts: [1, 1, 0], strict: [0, 1, 0], outcome: [1, 0, 0]),
        Case(
            testDescription: "lost in the first stage", story: .through(["1"], then: .lost),
            counts: [1, 0, 0], strict: [1, 0, 0], outcome: [0, 0, 1]),
        Case(
            testDescription: "won from the first stage", story: .through(["1"], then: .won(nil)),
            counts: [1, 1, 1], strict: [1, 0, 0], outcome: [0, 1, 0]),
        Case(
            testDescription: "won, then reopened", story: .through(["1", "2"], then: .won(nil), .reopened(to: "1")),
            counts: [1, 1, 0], strict: [1, 1, 0], outcome: [1, 0, 0]),
        Case(
            testDescription: "lost, reopened in a later stage, won",
            story: .through(["1"], then: .lost, .reopened(to: "2"), .won(nil)),
            counts: [1, 1, 1], strict: [1, 1, 0], outcome: [0, 1, 0]),
        Case(
            testDescription: "won, then lost after all", story: .through(["1", "2"], then: .won(nil), .lost),
            counts: [1, 1, 0], strict: [1, 1, 0], outcome: [0, 0, 1]),
        Case(
            testDescription: "won twice", story: .through(["1"], then: .won(nil), .won(nil)),
            counts: [1, 1, 1], strict: [1, 0, 0], outcome: [0, 1, 0]),
    ]

    @Test("one deal counts in the stages that it reached", arguments: cases)
    func oneDeal(_ one: Case) async throws {
        let folder = try CRMFolder([try pipelineDefined(Self.stages)] + one.story.events())
        let (crm, head) = (folder.crm, folder.head)
        let later = CivilDate.on("2025-01-01")
        for at in [nil, later] {
            let counts = try await crm.funnel(FunnelQuestion(pipeline: "sales", at: at), atLeast: head)
            #expect(counts.steps.map(\.deals) == one.counts)
            #expect([counts.open, counts.won, counts.lost] == one.outcome)
            #expect(counts.opened == 1)
            let question = FunnelQuestion(pipeline: "sales", at: at, skipping: .strict)
            let strict = try await crm.funnel(question, atLeast: head)
            #expect(strict.steps.map(\.deals) == one.strict)
        }
        withExtendedLifetime(folder) {}
    }

    @Test("a deal at each past day stands as it stood then")
    func dayByDay() async throws {
        let folder = try CRMFolder(
            [try pipelineDefined(Self.stages)]
                + DealStory.through(["1", "2", "1", "3"], then: .won(nil), .reopened(to: "2"), .lost).events())
        // Opened on 1 March, a change a day.
        for (day, counts, outcome) in [
            ("2024-02-29", [], [0, 0, 0]), ("2024-03-01", [1, 0, 0], [1, 0, 0]), ("2024-03-02", [1, 1, 0], [1, 0, 0]),
            ("2024-03-03", [1, 1, 0], [1, 0, 0]), ("2024-03-04", [1, 1, 1], [1, 0, 0]),
            ("2024-03-05", [1, 1, 1], [0, 1, 0]), ("2024-03-06", [1, 1, 1], [1, 0, 0]),
            ("2024-03-07", [1, 1, 1], [0, 0, 1]),
        ] as [(String, [Int64], [Int64])] {
            let question = FunnelQuestion(pipeline: "sales", at: .on(day))
            let funnel = try await folder.crm.funnel(question, atLeast: folder.head)
            #expect(funnel.opened == (counts.isEmpty ? 0 : 1), "\(day)")
            #expect((counts.isEmpty ? [] : funnel.steps.map(\.deals)) == counts, "\(day)")
            #expect([funnel.open, funnel.won, funnel.lost] == outcome, "\(day)")
            #expect(funnel.at == day)
        }
    }

    @Test("the stages of a pipeline that nobody has defined come by name, and behind those that are defined")
    func undefinedStages() async throws {
        let stories = [DealStory.through(["b", "a"]), .through(["2", "z"], id: "D-2")]
        let undefined = try await funnel(stories, defined: false)
        #expect(undefined.steps.map(\.stage) == ["2", "a", "b", "z"])
        #expect(undefined.steps.map(\.deals) == [2, 2, 2, 1])
        let defined = try await funnel(stories)
        #expect(defined.steps.map(\.stage) == ["1", "2", "3", "a", "b", "z"])
    }

    @Test("of a pipeline without deals there are the stages, and no shares")
    func noDeals() async throws {
        let empty = try await funnel([])
        #expect(empty.steps.map(\.stage) == Self.stages)
        #expect(empty.steps.map(\.deals) == [0, 0, 0])
        #expect(empty.steps.allSatisfy { $0.ofOpenedBp == nil && $0.ofPreviousBp == nil })
        #expect(empty.winRateBp == nil)
        #expect(empty.values == [])
        let unknown = try await funnel(Self.three, FunnelQuestion(pipeline: "elsewhere"))
        #expect(unknown.steps == [])
        #expect(unknown.opened == 0)
    }

    @Test(
        "a range takes the deals opened from the first moment of its first day to the last of its last, in its zone",
        arguments: [
            // Eight hours before UTC; a day of 23 hours; half an hour off.
            ("Asia/Shanghai", "2024-03-09T16:00:00Z", "2024-03-10T16:00:00Z"),
            ("America/New_York", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"),
            ("Asia/Kolkata", "2024-03-09T18:30:00Z", "2024-03-10T18:30:00Z"),
            ("UTC", "2024-03-10T00:00:00Z", "2024-03-11T00:00:00Z"),
        ])
    func rangeEdges(zone: String, start: String, end: String) async throws {
        let moments = [
            Timestamp.at(start).advanced(byMicroseconds: -1), .at(start),
            Timestamp.at(end).advanced(byMicroseconds: -1), .at(end),
        ]
        // Told apart by the stage they are in.
        let stories = moments.enumerated().map { number, moment in
            DealStory.through(["\(number)"], id: "D-\(number)", from: moment)
        }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let day = CivilDate.on("2024-03-10")
        for at in [nil, CivilDate.on("2024-12-31")] {
            for (from, to, within) in [
                (day, day, ["1", "2"]), (nil, day, ["0", "1", "2"]), (day, nil, ["1", "2", "3"]),
            ] as [(CivilDate?, CivilDate?, [String])] {
                let question = FunnelQuestion(
                    pipeline: "sales", from: from, to: to, at: at, skipping: .strict, zone: zone)
                let funnel = try await folder.crm.funnel(question, atLeast: folder.head)
                #expect(funnel.steps.filter { $0.deals == 1 }.map(\.stage) == within)
                #expect(funnel.opened == Int64(within.count))
                #expect(funnel.zone == zone)
            }
        }
    }

    @Test("a zone that does not exist is refused")
    func unknownZone() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        await #expect(throws: UnknownTimeZone.self) {
            try await crm.funnel(FunnelQuestion(zone: "Mars/Olympus"))
        }
        withExtendedLifetime(folder) {}
    }
}
