import EventLog
import Rapport
import Testing

/// Forecasts of random deals.
@Suite struct ForecastPropertyTests {
    private static func arrivals(of stories: [DealStory], _ deals: inout RandomDeals) throws -> [NewEvent] {
        var events = [try pipelineDefined(["new", "talk", "offer", "deal"])]
        for story in stories { events += try story.events() }
        return deals.shuffled(events)
    }

    /// A question about some months of the year, made on a day around them.
    private static func question(_ deals: inout RandomDeals, by dimension: String? = nil) throws -> ForecastQuestion {
        let first = deals.day()
        let last = CivilDate(daysSinceEpoch: first.daysSinceEpoch + deals.number(in: 0...100))
        let made = CivilDate(daysSinceEpoch: first.daysSinceEpoch + deals.number(in: -20...110))
        return try ForecastQuestion(
            from: first, to: last, made: made, pipeline: deals.one(of: [nil, "sales"]), by: dimension,
            trailingDays: deals.one(of: [nil, 40]), zone: deals.one(of: RandomDeals.zones))
    }

    @Test(
        "the forecast of a past day is that of a log that ends with that day", arguments: Seeds.from(1, 3))
    func atPastDays(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed, pipelines: ["sales", "elsewhere"])
        let events = try Self.arrivals(of: deals.stories(60), &deals)
        let whole = try CRMFolder(events)
        for _ in 0..<5 {
            let question = try Self.question(&deals, by: deals.one(of: [nil, "owner", "region"]))
            let until = try CRMFolder(events.filter { $0.occurredAt <= question.madeAt })
            let found = try await whole.crm.forecast(question, atLeast: whole.head)
            let expected = try await until.crm.forecast(question, atLeast: until.head)
            #expect(found.totals == expected.totals, "\(question)")
            #expect(found.groups == expected.groups, "\(question)")
        }
    }

    @Test("groups add up to all deals, and open deals to what is open", arguments: Seeds.from(11, 2))
    func addUp(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(80)
        let folder = try CRMFolder(try Self.arrivals(of: stories, &deals))
        for _ in 0..<5 {
            let question = try Self.question(&deals, by: deals.one(of: ["owner", "customer", "region"]))
            let found = try await folder.crm.forecast(question, atLeast: folder.head)
            for line in found.totals {
                let groups = (found.groups ?? []).filter { $0.currency == line.currency }
                #expect(groups.reduce(0) { $0 + $1.won.value } == line.won.value)
                #expect(groups.reduce(0) { $0 + $1.open.deals } == line.open.deals)
                for method in [ForecastMethod.commit, .bestCase, .stageWeighted, .historic] {
                    let together = groups.reduce(0) { $0 + ($1.says(method)[0] ?? 0) }
                    #expect(together == line.says(method)[0], "\(method), \(question)")
                }
                let parts = line.categories.reduce(0) { $0 + $1.deals } + line.otherDays.deals + line.noDay.deals
                #expect(parts == line.open.deals)
                #expect(line.estimates.map(\.method) == ForecastMethod.allCases)
                for estimate in line.estimates {
                    guard let lower = estimate.lower, let upper = estimate.upper else { continue }
                    #expect(lower <= upper)
                }
            }
            let end = question.madeAt.advanced(byMicroseconds: 1)
            let these = stories.compactMap { $0.standing(before: end) }
            #expect(found.totals.reduce(0) { $0 + $1.open.deals } == Int64(these.count { $0.outcome == .open }))
        }
    }

    // MARK: Back-tests

    @Test(
        "made when a period is over, every forecast is what came, and that is a plain count",
        arguments: Seeds.from(21, 2))
    func afterwards(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(80)
        let folder = try CRMFolder(try Self.arrivals(of: stories, &deals))
        for dimension in [nil, "owner"] {
            let zone = deals.one(of: RandomDeals.zones)
            let calendar = try ZonedCalendar(zone: zone)
            let found = try await folder.crm.backTest(
                BackTestQuestion(
                    period: deals.one(of: [.month, .quarter]), from: .on("2024-01-01"), to: .on("2024-12-31"), day: 400,
                    basis: .happened, by: dimension, zone: zone), atLeast: folder.head)
            #expect(!found.points.isEmpty)
            #expect(found.exact)
            for point in found.points {
                #expect(point.error == 0)
                let period = try #require(CalendarPeriod(point.period))
                let moments = calendar.moments(of: period)
                let won = stories.compactMap { $0.standing(before: moments.upperBound) }.filter { deal in
                    deal.outcome == .won && deal.closedAt.map { moments.contains($0) } ?? false
                        && deal.amount.currency == point.currency && (point.group ?? deal.owner) == deal.owner
                }
                #expect(point.actual == won.reduce(0) { $0 + $1.amount.minorUnits }, "\(point)")
            }
            for summary in found.summaries {
                #expect([summary.bias, summary.mapeBp ?? 0, summary.biasBp ?? 0] == [0, 0, 0])
                #expect(summary.coverageBp == 10_000)
                #expect([summary.intervalScore, summary.weightedIntervalScore] == [0, 0])
            }
        }
    }

    @Test("each point is the forecast of its day", arguments: Seeds.from(31, 2))
    func points(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let folder = try CRMFolder(try Self.arrivals(of: deals.stories(80), &deals))
        let day = deals.number(in: 0...20)
        let question = BackTestQuestion(
            from: .on("2024-02-01"), to: .on("2024-11-30"), day: day, basis: .happened, by: "region")
        let found = try await folder.crm.backTest(question, atLeast: folder.head)
        #expect(found.periods.count == 10)
        for period in found.periods {
            let month = try #require(CalendarPeriod(period.period))
            let forecast = try await folder.crm.forecast(
                ForecastQuestion(from: month.firstDay, to: month.lastDay, madeAt: period.madeAt, by: "region"))
            for line in forecast.totals + (forecast.groups ?? []) {
                let points = found.points.filter {
                    $0.period == period.period && $0.currency == line.currency && $0.group == line.group
                }
                #expect(points.map(\.forecast) == line.estimates.map(\.value))
                #expect(points.map(\.lower) == line.estimates.map(\.lower))
                #expect(points.map(\.upper) == line.estimates.map(\.upper))
            }
        }
    }
}
