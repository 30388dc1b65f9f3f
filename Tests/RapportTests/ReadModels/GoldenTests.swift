import EventLog
import Rapport
import Testing

/// Answers about public data, imported as the package's mappings say, against figures that were computed elsewhere.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenTests {
    // MARK: A sales pipeline

    @Test("Maven: stages, win rates, cycle times, groups, months and past days are the published ones")
    func maven() async throws {
        let figures = try GoldenDataSets.figures(MavenFigures.self, of: "maven_crm")
        let folder = try await GoldenImport.shared(.maven).folder
        let (crm, head) = (folder.crm, folder.head)
        try await checkPipeline(crm, head, figures)
        try await checkCycles(crm, figures)
        try await checkGroups(crm.deals(by: "manager"), figures.managers, areAll: true)
        try await checkGroups(crm.deals(by: "region"), figures.regions, areAll: true)
        try await checkGroups(crm.deals(by: "product"), figures.products, areAll: true)
        try await checkAgents(crm, figures)
        try await checkMonths(crm, figures)
        try await checkPastDays(crm, figures)
    }

    private func checkPipeline(_ crm: Rapport, _ head: Position, _ figures: MavenFigures) async throws {
        let now = try await crm.pipeline(atLeast: head)
        let open = Dictionary(now.stages.map { ($0.stage, $0.open) }, uniquingKeysWith: +)
        #expect(open == figures.byStage.filter { $0.key != "Won" && $0.key != "Lost" })
        #expect(now.deals.won == figures.byStage["Won"])
        #expect(now.deals.lost == figures.byStage["Lost"])
        #expect(now.deals.opened == figures.opportunities)
        #expect(now.deals.winRateBp == GoldenFigures.basisPoints(figures.winRate))
        let dollars = try #require(now.totals.first { $0.currency == "USD" })
        #expect(dollars.wonValue == GoldenFigures.cents(figures.wonValueTotal))
        #expect(dollars.won == figures.byStage["Won"])
    }

    private func checkCycles(_ crm: Rapport, _ figures: MavenFigures) async throws {
        let cycles = try await crm.cycleTimes()
        #expect(cycles.outcomes.map(\.outcome) == ["won", "lost"])
        for outcome in cycles.outcomes {
            let mean = try #require(figures.cycleDaysMean[outcome.outcome])
            let median = try #require(figures.cycleDaysMedian[outcome.outcome])
            #expect(outcome.meanDaysCenti == Int64((mean * 100).rounded()))
            #expect(outcome.medianDaysCenti == Int64((median * 100).rounded()))
        }
    }

    private func checkGroups(_ found: DealGroups, _ expected: [MavenFigures.Group], areAll: Bool) throws {
        for group in expected {
            let counts = try #require(found.counts.first { $0.value == group.name }).deals
            let dollars = try #require(found.groups.first { $0.value == group.name && $0.currency == "USD" })
            #expect(counts.won == group.won, "\(group.name)")
            #expect(counts.won + counts.lost == group.closed, "\(group.name)")
            #expect(counts.winRateBp == GoldenFigures.basisPoints(group.winRate), "\(group.name)")
            #expect(dollars.wonValue == GoldenFigures.cents(group.wonValue), "\(group.name)")
        }
        if areAll { #expect(Set(found.counts.map(\.value)) == Set(expected.map(\.name))) }
    }

    private func checkAgents(_ crm: Rapport, _ figures: MavenFigures) async throws {
        let agents = try await crm.deals(by: "owner")
        try checkGroups(agents, figures.agentsByWonValue + figures.agentsByWinRate, areAll: false)
        #expect(best(3, of: agents).map(\.value) == figures.agentsByWonValue.map(\.name))
        let byWinRate = agents.counts.sorted { left, right in
            left.deals.won * (right.deals.won + right.deals.lost) > right.deals.won * (left.deals.won + left.deals.lost)
        }
        #expect(byWinRate.prefix(3).map(\.value) == figures.agentsByWinRate.map(\.name))
        let accounts = best(3, of: try await crm.deals(by: "customer"))
        let values = Dictionary(uniqueKeysWithValues: accounts.map { ($0.value, $0.wonValue) })
        #expect(values == figures.accountsByWonValue.mapValues { GoldenFigures.cents($0) })
    }

    /// The groups that have brought the most dollars.
    private func best(_ count: Int, of groups: DealGroups) -> [DealGroups.Group] {
        Array(groups.groups.filter { $0.currency == "USD" }.sorted { $0.wonValue > $1.wonValue }.prefix(count))
    }

    /// What is won in a month is what is won by its end and was not by the end of the month before.
    private func checkMonths(_ crm: Rapport, _ figures: MavenFigures) async throws {
        var (won, value) = (Int64(0), Int64(0))
        for month in figures.wonByMonth.keys.sorted() {
            let period = try #require(CalendarPeriod(month))
            let end = try await crm.pipeline(at: period.lastDay)
            let dollars = try #require(end.totals.first { $0.currency == "USD" })
            let expected = try #require(figures.wonByMonth[month])
            #expect(Double(dollars.won - won) == expected[0], "\(month)")
            #expect(dollars.wonValue - value == GoldenFigures.cents(expected[1]), "\(month)")
            (won, value) = (dollars.won, dollars.wonValue)
        }
    }

    private func checkPastDays(_ crm: Rapport, _ figures: MavenFigures) async throws {
        #expect(figures.asOf.count == 4)
        for (day, expected) in figures.asOf {
            let then = try await crm.pipeline(at: .on(day))
            let funnel = try await crm.funnel(FunnelQuestion(pipeline: "sales", at: .on(day)))
            for (opened, open, won, lost) in [
                (then.deals.opened, then.deals.open, then.deals.won, then.deals.lost),
                (funnel.opened, funnel.open, funnel.won, funnel.lost),
            ] {
                #expect(opened == expected.engaged, "\(day)")
                #expect(open == expected.open, "\(day)")
                #expect(won == expected.won, "\(day)")
                #expect(lost == expected.lost, "\(day)")
            }
            #expect(
                then.totals.first { $0.currency == "USD" }?.wonValue == GoldenFigures.cents(expected.wonValue), "\(day)"
            )
            #expect(
                funnel.values.first { $0.currency == "USD" }?.wonValue == GoldenFigures.cents(expected.wonValue),
                "\(day)")
        }
    }

    // MARK: Surveys

    private static let overall = SatisfactionQuestion(
        metric: "csat", survey: "sfo-overall", question: "overall", by: .year, zone: "America/Los_Angeles")

    @Test("SFO: counts, means and shares of every year, day and boarding area are the published ones")
    func sfo() async throws {
        let figures = try GoldenDataSets.figures(SFOFigures.self, of: "sfo_survey")
        let folder = try await GoldenImport.shared(.sfo).folder
        // Beside them the import's beginning and end.
        #expect(folder.head == Position(UInt64(figures.respondents) + 2))
        let (crm, head) = (folder.crm, folder.head)
        try checkYears(try await crm.satisfaction(Self.overall, atLeast: head), figures)
        try await checkPromoters(crm, figures)

        var byDay = Self.overall
        (byDay.by, byDay.from, byDay.to) = (.day, .on("2016-01-01"), .on("2016-12-31"))
        let days = try await crm.satisfaction(byDay).points
        #expect(days.count == figures.byDay.count)
        for (text, expected) in figures.byDay {
            let parts = text.split(separator: "/")
            let point = try #require(days.first { $0.period == "\(parts[2])-\(parts[0])-\(parts[1])" })
            #expect(Double(point.counts.validCount) == expected[0], "\(text)")
            #expect(GoldenFigures.agree(point.mean?.mean, expected[1]), "\(text)")
        }

        var byArea = Self.overall
        (byArea.dimension, byArea.from, byArea.to) = ("boarding_area", .on("2017-01-01"), .on("2017-12-31"))
        let areas = try await crm.satisfaction(byArea).points
        #expect(Set(areas.compactMap(\.group)) == Set(figures.byArea.keys))
        for (area, expected) in figures.byArea {
            let point = try #require(areas.first { $0.group == area })
            #expect(Double(point.counts.validCount) == expected[0], "\(area)")
            #expect(GoldenFigures.agree(point.mean?.mean, expected[1]), "\(area)")
        }
    }

    private func checkYears(_ trend: SatisfactionTrend, _ figures: SFOFigures) throws {
        #expect(trend.points.map(\.period) == figures.overallByYear.keys.sorted())
        for point in trend.points {
            let year = try #require(figures.overallByYear[point.period])
            #expect(point.counts.respondents == year.respondents)
            #expect(point.counts.validCount == year.valid)
            #expect(point.counts.counts == (1...5).map { year.counts[String($0)] ?? 0 })
            #expect(point.counts.notApplicable == year.otherValues["6"] ?? 0)
            let notAnswered = year.otherValues.filter { $0.key != "6" }.values.reduce(0, +)
            #expect(point.counts.noAnswer == notAnswered)
            #expect(GoldenFigures.agree(point.mean?.mean, year.mean))
            #expect(GoldenFigures.agree(point.csat?.share, year.topTwoShare))
        }
    }

    private func checkPromoters(_ crm: Rapport, _ figures: SFOFigures) async throws {
        let question = SatisfactionQuestion(metric: "nps", by: .year, zone: "America/Los_Angeles")
        let trend = try await crm.satisfaction(question)
        #expect(trend.points.map(\.period) == figures.nps.keys.sorted())
        for point in trend.points {
            let year = try #require(figures.nps[point.period])
            let score = try #require(point.nps)
            #expect(score.n == year.valid)
            #expect(score.promoters == year.promoters)
            #expect(score.passives == year.passives)
            #expect(score.detractors == year.detractors)
            #expect(GoldenFigures.agree(score.score, year.nps, within: 0.005_1))
            #expect(GoldenFigures.agree(point.mean?.mean, year.mean))
        }
    }
}
