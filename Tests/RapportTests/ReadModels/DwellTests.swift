import EventLog
@testable import Rapport
import Testing

/// Time in stages: visits, returns, and those that are not over.
@Suite struct DwellTests {
    /// A month after the deals of ``DealStory/through(_:then:id:from:)`` begin.
    private static let now = Timestamp.at("2024-03-31T10:00:00Z")
    private static let stages = ["1", "2", "3"]

    private static func folder(_ stories: [DealStory]) throws -> CRMFolder {
        try CRMFolder([try pipelineDefined(stages)] + stories.flatMap { try $0.events() })
    }

    /// A stage as one line.
    private static func line(_ stage: StageDwell.Stage) -> String {
        func days(_ milliseconds: Int64?) -> String { milliseconds.map { "\($0 / 86_400_000)" } ?? "-" }
        let exits = stage.exits
        return "\(stage.stage): \(stage.deals) deals, \(stage.visits) visits, \(stage.reentries) again, "
            + "\(stage.openNow) open, longest \(days(stage.visit?.maxMs)), deal \(days(stage.deal?.medianMs)), "
            + "half \(days(stage.medianMs)), "
            + "\(exits.later) on \(exits.earlier) back \(exits.won) won \(exits.lost) lost"
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let stories: [DealStory]
        let lines: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "there and back, and won",
            stories: [.through(["1", "2", "1", "2"], then: .won(nil))],
            lines: [
                "1: 1 deals, 2 visits, 1 again, 0 open, longest 1, deal 2, half 1, 2 on 0 back 0 won 0 lost",
                "2: 1 deals, 2 visits, 1 again, 0 open, longest 1, deal 2, half 1, 0 on 1 back 1 won 0 lost",
            ]),
        Case(
            testDescription: "entering the stage that it is in is no other visit",
            stories: [.through(["1", "1", "1", "2"], then: .lost)],
            lines: [
                "1: 1 deals, 1 visits, 0 again, 0 open, longest 3, deal 3, half 3, 1 on 0 back 0 won 0 lost",
                "2: 1 deals, 1 visits, 0 again, 0 open, longest 1, deal 1, half 1, 0 on 0 back 0 won 1 lost",
            ]),
        Case(
            testDescription: "lost and opened again in the same stage",
            stories: [.through(["1"], then: .lost, .reopened(to: "1"))],
            lines: [
                "1: 1 deals, 2 visits, 1 again, 1 open, longest 1, deal -, half 1, 0 on 0 back 0 won 1 lost"
            ]),
        Case(
            testDescription: "opened again without a stage: it is where it was",
            stories: [.through(["2"], then: .won(nil), .reopened(to: ""), .won(nil))],
            lines: [
                "2: 1 deals, 2 visits, 1 again, 0 open, longest 1, deal 2, half 1, 0 on 0 back 2 won 0 lost"
            ]),
        Case(
            testDescription: "moved while it was closed: no visit before it is open again",
            stories: [.through(["1"], then: .won(nil), .moved(to: "3"), .reopened(to: ""))],
            lines: [
                "1: 1 deals, 1 visits, 0 again, 0 open, longest 1, deal 1, half 1, 0 on 0 back 1 won 0 lost",
                "3: 1 deals, 1 visits, 0 again, 1 open, longest -, deal -, half -, 0 on 0 back 0 won 0 lost",
            ]),
        Case(
            testDescription: "a stage that is defined nowhere comes behind, by name",
            stories: [.through(["b", "3", "a"])],
            lines: [
                "3: 1 deals, 1 visits, 0 again, 0 open, longest 1, deal 1, half 1, 1 on 0 back 0 won 0 lost",
                "a: 1 deals, 1 visits, 0 again, 1 open, longest -, deal -, half -, 0 on 0 back 0 won 0 lost",
                "b: 1 deals, 1 visits, 0 again, 0 open, longest 1, deal 1, half 1, 0 on 1 back 0 won 0 lost",
            ]),
        Case(
            testDescription: "two that left at once and three that are there still: half of them have not left",
            stories: ["D-1", "D-2"].map { DealStory.through(["1", "2"], id: $0) }
                + ["D-3", "D-4", "D-5"].map { DealStory.through(["1"], id: $0) },
            lines: [
                "1: 5 deals, 5 visits, 0 again, 3 open, longest 1, deal 1, half -, 2 on 0 back 0 won 0 lost",
                "2: 2 deals, 2 visits, 0 again, 2 open, longest -, deal -, half -, 0 on 0 back 0 won 0 lost",
            ]),
        Case(testDescription: "no deals", stories: [], lines: []),
        Case(
            testDescription: "won by its first event, it has stood in no stage",
            stories: [.through([], then: .won(nil))], lines: []),
    ]

    @Test("visits, returns and exits of a few deals", arguments: cases)
    func visits(_ one: Case) async throws {
        let folder = try Self.folder(one.stories)
        let found = try await folder.crm.dwell(DwellQuestion(now: Self.now), atLeast: folder.head)
        #expect(found.stages.map(Self.line) == one.lines)
        #expect(found.stages.allSatisfy { $0.pipeline == "sales" && $0.value == nil })
    }

    @Test("what has not happened by then does not count, and a visit is as long as it has lasted")
    func pastMoments() async throws {
        let folder = try Self.folder([.through(["1", "2", "1"], then: .won(nil))])
        for (now, lines) in [
            ("2024-03-01T09:59:59Z", []),
            (
                "2024-03-01T10:00:00Z",
                ["1: 1 deals, 1 visits, 0 again, 1 open, longest -, deal -, half -, 0 on 0 back 0 won 0 lost"]
            ),
            (
                "2024-03-03T10:00:00Z",
                [
                    "1: 1 deals, 2 visits, 1 again, 1 open, longest 1, deal -, half 1, 1 on 0 back 0 won 0 lost",
                    "2: 1 deals, 1 visits, 0 again, 0 open, longest 1, deal 1, half 1, 0 on 1 back 0 won 0 lost",
                ]
            ),
        ] as [(String, [String])] {
            let found = try await folder.crm.dwell(DwellQuestion(now: .at(now)), atLeast: folder.head)
            #expect(found.stages.map(Self.line) == lines, "\(now)")
            #expect(found.now == .at(now))
        }
    }

    @Test("visits are those that began on the days asked for, in the zone asked for")
    func ranges() async throws {
        let folder = try Self.folder([.through(["1", "2", "1", "2"], then: .won(nil))])
        for (from, to, zone, visits) in [
            ("2024-03-02", "2024-03-03", "UTC", ["2: 1", "1: 1"]), ("2024-03-04", nil, "UTC", ["2: 1"]),
            (nil, "2024-03-01", "UTC", ["1: 1"]), ("2024-03-01", "2024-03-04", "UTC", ["1: 2", "2: 2"]),
            // Ten o'clock is after midnight there: the first visit began on the second.
            (nil, "2024-03-01", "Pacific/Kiritimati", []), (nil, "2024-03-02", "Pacific/Kiritimati", ["1: 1"]),
            ("2024-03-03", "2024-03-02", "UTC", []),
        ] as [(String?, String?, String, [String])] {
            let question = DwellQuestion(
                now: Self.now, from: from.map { .on($0) }, to: to.map { .on($0) }, zone: zone)
            let found = try await folder.crm.dwell(question, atLeast: folder.head)
            #expect(Set(found.stages.map { "\($0.stage): \($0.visits)" }) == Set(visits), "\(question)")
            #expect(found.stages.allSatisfy { $0.reentries == $0.visits - $0.deals })
        }
    }

    @Test("a visit belongs to whoever owned the deal when it began")
    func owners() async throws {
        let start = Timestamp.at("2024-03-01T10:00:00Z")
        var story = DealStory(id: "D-1")
        story.changes = [
            .init(at: start, change: .opened(stage: "1", amount: nil, owner: "ada")),
            .init(at: start.plus(days: 2), change: .handed(to: "bo")),
            .init(at: start.plus(days: 3), change: .moved(to: "2")),
            .init(at: start.plus(days: 5), change: .handed(to: "")),
            .init(at: start.plus(days: 8), change: .moved(to: "3")),
        ]
        let folder = try Self.folder([story])
        var question = DwellQuestion(now: Self.now, dimension: "owner")
        let found = try await folder.crm.dwell(question, atLeast: folder.head)
        #expect(found.stages.map { "\($0.value ?? "nil") \($0.stage)" } == [" 3", "ada 1", "bo 2"])
        #expect(found.stages.map { $0.visit?.maxMs } == [nil, 3 * 86_400_000, 5 * 86_400_000])
        #expect(found.dimension == "owner")
        for (value, stages) in [("bo", ["2"]), ("", ["3"]), ("cem", [])] {
            question.value = value
            let one = try await folder.crm.dwell(question)
            #expect(one.stages.map(\.stage) == stages)
        }
    }

    @Test("the bottleneck is the stage with the greatest median, of each pipeline and value; of several the first")
    func bottlenecks() async throws {
        var slow = DealStory.through(["1", "2"], id: "D-1")
        slow.changes.append(.init(at: .at("2024-03-10T10:00:00Z"), change: .moved(to: "3")))
        var other = DealStory.through(["1", "2", "3"], id: "D-2")
        other.pipeline = "other"
        other.region = "north"
        let folder = try Self.folder([slow, other])
        let found = try await folder.crm.dwell(DwellQuestion(now: Self.now), atLeast: folder.head)
        let slowest = found.bottlenecks.map { "\($0.pipeline) \($0.stage) \($0.medianMs / 86_400_000)" }
        #expect(slowest == ["other 1 1", "sales 2 8"])
        let regions = try await folder.crm.dwell(DwellQuestion(now: Self.now, dimension: "region"))
        #expect(regions.bottlenecks.map(\.value) == ["", "north"])
        let sales = try await folder.crm.dwell(DwellQuestion(now: Self.now, pipeline: "sales"))
        #expect(sales.bottlenecks.map(\.pipeline) == ["sales"])
        let early = try await folder.crm.dwell(DwellQuestion(now: .at("2024-03-01T12:00:00Z")))
        #expect(early.stages.count == 2)
        #expect(early.bottlenecks == [])
    }

    // MARK: Random histories

    /// One stage, added up visit by visit.
    private struct Sum: Equatable {
        var deals: Set<String> = []
        var visits = 0
        var open = 0
        var lengths: [Int64] = []
        var exits: [String: Int] = [:]
    }

    @Test("sums over random histories are those of their visits one by one", arguments: 1...6 as ClosedRange<UInt64>)
    func randomHistories(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(60)
        let order = ["offer", "new", "deal", "talk"]
        let folder = try CRMFolder(
            [try pipelineDefined(order)] + deals.shuffled(try stories.flatMap { try $0.events() }))
        for round in 0..<4 {
            let now = round == 0 ? Timestamp.at("2026-01-01T00:00:00Z") : .at("\(deals.day())T12:34:56Z")
            let dimension = round % 2 == 0 ? nil : "owner"
            let found = try await folder.crm.dwell(
                DwellQuestion(now: now, dimension: dimension), atLeast: folder.head)
            var expected: [String: Sum] = [:]
            for story in stories {
                for visit in DealVisit.all(of: story, until: now) {
                    let key = (dimension == nil ? "" : visit.owner + " ") + visit.stage
                    expected[key, default: Sum()].deals.insert(story.id)
                    expected[key, default: Sum()].visits += 1
                    if let exit = visit.exit {
                        expected[key, default: Sum()].lengths.append(visit.length)
                        expected[key, default: Sum()].exits[exit, default: 0] += 1
                    } else {
                        expected[key, default: Sum()].open += 1
                    }
                }
            }
            #expect(found.stages.count == expected.count)
            for stage in found.stages {
                let sum = try #require(expected[(stage.value.map { $0 + " " } ?? "") + stage.stage])
                let counts = [sum.deals.count, sum.visits, sum.open].map { Int64($0) }
                #expect([stage.deals, stage.visits, stage.openNow] == counts)
                #expect(stage.reentries == stage.visits - stage.deals)
                #expect(stage.visit == DurationSummary(microseconds: sum.lengths))
                let rank = try #require(order.firstIndex(of: stage.stage))
                let moves = sum.exits.filter { order.contains($0.key) }
                let later = moves.filter { order.firstIndex(of: $0.key) ?? 0 > rank }.values.reduce(0, +)
                #expect(stage.exits.later == Int64(later))
                #expect(stage.exits.earlier == Int64(moves.values.reduce(0, +) - later))
                #expect(stage.exits.won == Int64(sum.exits["won"] ?? 0))
                #expect(stage.exits.lost == Int64(sum.exits["lost"] ?? 0))
            }
            let places = found.stages.map { (value: $0.value ?? "", rank: order.firstIndex(of: $0.stage) ?? 9) }
            #expect(zip(places, places.dropFirst()).allSatisfy { ($0.value, $0.rank) < ($1.value, $1.rank) })
        }
    }

    @Test(
        "the time of a deal in a stage is that of all its visits, once it has left",
        arguments: 11...13 as ClosedRange<UInt64>)
    func dealTotals(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(40)
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let now = Timestamp.at("2024-08-01T00:00:00Z")
        let found = try await folder.crm.dwell(DwellQuestion(now: now), atLeast: folder.head)
        for stage in found.stages {
            var totals: [Int64] = []
            for story in stories {
                let visits = DealVisit.all(of: story, until: now).filter { $0.stage == stage.stage }
                if visits.isEmpty || visits.contains(where: { $0.exit == nil }) { continue }
                totals.append(visits.reduce(0) { $0 + $1.length })
            }
            #expect(stage.deal == DurationSummary(microseconds: totals))
        }
        #expect(found.stages.count == 4)
    }
}
