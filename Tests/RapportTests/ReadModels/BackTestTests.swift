import EventLog
import Projection
@testable import Rapport
import Testing

/// Forecasts of the past against what came.
@Suite struct BackTestTests {
    /// What was known at the end of March stands at positions 1 and 2; the rest was recorded later, some of which had
    /// happened by then.
    private static func late() throws -> [NewEvent] {
        [
            try ForecastEvents.defined(),
            try ForecastEvents.opened("D-1", "2024-03-01", in: "offer", 10_000, closes: "2024-04-10", owner: "ada"),
            try ForecastEvents.opened("D-2", "2024-03-05", in: "offer", 7_000, closes: "2024-04-12", owner: "bo"),
            try DealEvents.revised("D-1", "2024-03-20", 15_000), try DealEvents.won("D-1", "2024-04-10"),
            try DealEvents.won("D-2", "2024-04-12", 8_000),
        ]
    }

    /// The back-test of April, forecast when the log ended at `known`.
    private static func test(
        _ events: [NewEvent], knownAt known: UInt64, by dimension: String? = nil
    ) async throws -> ForecastBackTest {
        let folder = try CRMFolder(events)
        try await folder.crm.projections.wait(for: folder.head, of: [PipelineModel.name])
        let question = BackTestQuestion(from: .on("2024-04-01"), to: .on("2024-04-30"), by: dimension)
        return try folder.crm.rows.read(PipelineModel.name) { reader in
            var run = try BackTestRun(question, .utc, reader)
            for period in try question.periods() {
                try run.forecast(period, knownAt: Position(known), reader)
            }
            try run.readActuals(reader)
            return try run.answer(LaterCorrections(), at: reader.position)
        }
    }

    // MARK: Known and happened

    @Test("what was recorded later was not known, though it had happened; what came is what is known now")
    func knownThen() async throws {
        for (known, forecast) in [(0, 0), (1, 0), (2, 10_000), (3, 17_000), (4, 22_000), (6, 22_000)]
            as [(UInt64, Int64)]
        {
            let found = try await Self.test(try Self.late(), knownAt: known)
            let point = try #require(found.points.first { $0.method == .commit })
            #expect([point.forecast, point.actual, point.error] == [forecast, 23_000, forecast - 23_000])
            #expect(found.periods.map(\.position) == [Position(known)])
        }
    }

    @Test("commit accuracy of each owner")
    func owners() async throws {
        let found = try await Self.test(try Self.late(), knownAt: 3, by: "owner")
        let commits = found.points.filter { $0.method == .commit }
        #expect(commits.map(\.group) == [nil, "ada", "bo"])
        #expect(commits.map(\.forecast) == [17_000, 10_000, 7_000])
        #expect(commits.map(\.actual) == [23_000, 15_000, 8_000])
        #expect(commits.map(\.errorBp) == [-2_609, -3_333, -1_250])
        let summaries = found.summaries.filter { $0.method == .commit }
        #expect(summaries.map(\.mapeBp) == [2_609, 3_333, 1_250])
        #expect(summaries.map(\.bias) == [-6_000, -5_000, -1_000])
    }

    @Test("a definition that was recorded later was not in force")
    func definitions() async throws {
        let later: [ForecastEvents.Stage] = [("offer", "pipeline", 5_000)]
        let events = try Self.late() + [try ForecastEvents.defined(later, version: 2, on: "2024-03-15")]
        let known = try await Self.test(events, knownAt: 6)
        #expect(known.points.first { $0.method == .commit }?.forecast == 22_000)
        let happened = try await Self.test(events, knownAt: 7)
        #expect(happened.points.first { $0.method == .commit }?.forecast == 0)
        #expect(happened.points.first { $0.method == .commit }?.upper == 22_000)
        #expect(happened.points.first { $0.method == .stageWeighted }?.forecast == 11_000)
    }

    @Test("a team that somebody was assigned to later, by what was recorded, was not known")
    func teams() async throws {
        let events = try Self.late() + [try DealEvents.assigned("ada", "2024-01-01", team: "north")]
        let known = try await Self.test(events, knownAt: 6, by: "team").points.filter { $0.method == .commit }
        #expect(known.map(\.group) == [nil, "", "north"])
        #expect(known.map(\.forecast) == [22_000, 22_000, 0])
        #expect(known.map(\.actual) == [23_000, 8_000, 15_000])
        let happened = try await Self.test(events, knownAt: 7, by: "team").points.filter { $0.method == .commit }
        #expect(happened.map(\.forecast) == [22_000, 7_000, 15_000])
    }

    @Test("asked of the CRM, nothing was known of what was recorded long after it happened")
    func recordedNow() async throws {
        let folder = try CRMFolder(try Self.late())
        var question = BackTestQuestion(from: .on("2024-03-15"), to: .on("2024-05-31"))
        let known = try await folder.crm.backTest(question, atLeast: folder.head)
        #expect(known.periods.map(\.period) == ["2024-04", "2024-05"])
        #expect(known.periods.map(\.position) == [.zero, .zero])
        #expect(known.points.map(\.forecast) == [0, 0, 0, 0, 0])
        #expect(known.points.map(\.actual) == [23_000, 23_000, 23_000, 23_000, 23_000])
        question.basis = .happened
        let happened = try await folder.crm.backTest(question)
        #expect(happened.periods.map(\.position) == [folder.head, folder.head])
        #expect(happened.points.first?.forecast == 22_000)
        // May: the run rate goes on as in April, and nothing else is there.
        #expect(happened.points.filter { $0.period == "2024-05" }.map(\.forecast) == [0, 0, 0, 0, 23_000])
    }

    @Test("a period that is not over is not tested")
    func notOver() async throws {
        let folder = try CRMFolder(try Self.late())
        let found = try await folder.crm.backTest(
            BackTestQuestion(period: .year, from: .on("2023-01-01"), to: .on("2999-12-31")), atLeast: folder.head)
        #expect(found.periods.count < 900)
        #expect(found.periods.first?.period == "2023")
    }

    @Test("corrections of what was known are counted where they came later")
    func corrections() async throws {
        let folder = try CRMFolder(try Self.late())
        let crm = folder.crm
        let before = folder.head
        try await crm.annul(Position(4), reason: "mistake")
        let found = try LaterCorrections(.zero, through: folder.head, in: crm.log)
        for (known, count) in [(0, 0), (3, 0), (4, 1), (6, 1)] as [(UInt64, Int64)] {
            #expect(found.count(after: Position(known)) == count)
        }
        #expect(found.count(after: folder.head) == 0)
        #expect(try LaterCorrections(folder.head, through: folder.head, in: crm.log).count(after: before) == 0)
        let happened = try await crm.backTest(
            BackTestQuestion(from: .on("2024-04-01"), to: .on("2024-04-30"), basis: .happened), atLeast: folder.head)
        #expect(happened.exact)
        #expect(happened.points.first?.actual == 18_000)
    }

    // MARK: Scores

    private static func point(_ forecast: Int64, _ band: ClosedRange<Int64>?, actual: Int64) throws
        -> ForecastBackTest.Point
    {
        let estimate = SalesForecast.Estimate(
            method: .historic, value: forecast, lower: band?.lowerBound, upper: band?.upperBound)
        return try ForecastBackTest.Point("2024-04", group: nil, currency: "EUR", estimate, actual: actual)
    }

    @Test("errors, bias, coverage and interval scores by hand")
    func scores() throws {
        let points = [
            try Self.point(90, 80...120, actual: 100), try Self.point(150, 130...160, actual: 100),
            try Self.point(10, nil, actual: 0),
        ]
        #expect(points.map(\.error) == [-10, 50, 10])
        #expect(points.map(\.errorBp) == [-1_000, 5_000, nil])
        #expect(points.map(\.isWithin) == [true, false, nil])
        var score = BackTestScore()
        for point in points { score.add(point) }
        let found = try score.summary(points[0])
        #expect([found.periods, found.bands] == [3, 2])
        // 200/3, (10 % + 50 %)/2, 50/3 and 50/200.
        #expect([found.meanActual, found.mapeBp, found.bias, found.biasBp] == [67, 3_000, 17, 2_500])
        #expect(found.coverageBp == 5_000)
        // 40, and 30 + 10 · 30; then (5 · 10 + 40)/15 and (5 · 50 + 330)/15.
        #expect(found.intervalScore == 185)
        #expect(found.weightedIntervalScore == 22)
    }

    @Test("a miss on either side costs ten times its distance beside the width of the band")
    func intervalScores() {
        for (actual, expected) in [(100, 20), (120, 20), (110, 20), (99, 30), (125, 70)] as [(Int128, Int128)] {
            #expect(BackTestScore.intervalScore(100, 120, actual) == expected)
        }
    }

    @Test("where nothing was won there is no percentage, and without a band no score")
    func nothing() throws {
        var score = BackTestScore()
        let point = try Self.point(10, nil, actual: 0)
        score.add(point)
        let found = try score.summary(point)
        #expect([found.mapeBp, found.biasBp, found.coverageBp] == [nil, nil, nil])
        #expect([found.intervalScore, found.weightedIntervalScore] == [nil, nil])
        #expect(found.bias == 10)
    }

    // MARK: Questions

    @Test("periods lie between the days; a day behind the last of a period is its last")
    func periods() throws {
        let question = BackTestQuestion(from: .on("2024-01-15"), to: .on("2024-04-29"), day: 30)
        let periods = try question.periods()
        #expect(periods.map(\.label) == ["2024-02", "2024-03"])
        let made = periods.map { question.forecast(of: $0, .utc).madeAt.description }
        #expect(made == ["2024-02-29T23:59:59.999999Z", "2024-03-30T23:59:59.999999Z"])
        #expect(throws: InvalidForecast.day(-1)) {
            _ = try BackTestQuestion(from: .on("2024-01-01"), to: .on("2024-01-31"), day: -1).periods()
        }
        #expect(throws: InvalidForecast.tooManyPeriods) {
            _ = try BackTestQuestion(period: .day, from: .on("2000-01-01"), to: .on("2024-01-31")).periods()
        }
        #expect(throws: InvalidForecast.reversed(from: .on("2024-02-01"), to: .on("2024-01-31"))) {
            _ = try BackTestQuestion(from: .on("2024-02-01"), to: .on("2024-01-31")).periods()
        }
    }
}
