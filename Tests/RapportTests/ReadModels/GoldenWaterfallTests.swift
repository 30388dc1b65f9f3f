import EventLog
import Rapport
import Testing

/// Waterfalls of public data: they balance, and lead from the published figures of one day to those of another.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenWaterfallTests {
    private static let days = ["2016-10-01", "2017-01-01", "2017-02-15", "2017-06-30", "2017-12-31"]

    /// What is open, as text, by currency.
    private static func open(_ bars: [(String, PipelineWaterfall.Bar)]) -> [String] {
        bars.filter { $0.1.count != 0 }.map { "\($0.0) \($0.1.count) \($0.1.value)" }
    }

    private static func open(_ pipeline: PipelineAtDate) -> [String] {
        open(pipeline.totals.map { ($0.currency, PipelineWaterfall.Bar(count: $0.open, value: $0.openValue)) })
    }

    @Test("Maven: between several days, by whatever it is grouped, and month by month")
    func maven() async throws {
        let figures = try GoldenDataSets.figures(MavenFigures.self, of: "maven_crm")
        let folder = try await GoldenImport.shared(.maven).folder
        let crm = folder.crm
        for (number, from) in Self.days.enumerated() {
            for to in Self.days[number...] {
                for by in [nil, "owner", "region", "product", "customer"] {
                    let question = WaterfallQuestion(from: .on(from), to: .on(to), by: by)
                    try await check(question, crm, folder.head)
                }
            }
        }
        for month in figures.wonByMonth.keys.sorted() {
            let period = try #require(CalendarPeriod(month))
            let question = WaterfallQuestion(from: period.firstDay, to: period.lastDay)
            let found = try await crm.waterfall(question)
            let expected = try #require(figures.wonByMonth[month])
            let won = found.balances.reduce(0) { $0 + $1.won.count }
            let dollars = try #require(found.balances.first { $0.currency == "USD" }).won.value
            #expect(Double(won) == expected[0], "\(month)")
            #expect(dollars == GoldenFigures.cents(expected[1]), "\(month)")
        }
    }

    /// It begins and ends as the pipeline stood, and holds what was opened, won and lost in between.
    private func check(_ question: WaterfallQuestion, _ crm: Rapport, _ head: Position) async throws {
        let found = try await crm.waterfall(question, atLeast: head)
        let before = CivilDate(daysSinceEpoch: question.from.daysSinceEpoch - 1)
        let first = try await crm.pipeline(at: before)
        let last = try await crm.pipeline(at: question.to)
        #expect(Self.open(found.balances.map { ($0.currency, $0.start) }) == Self.open(first), "\(question)")
        #expect(Self.open(found.balances.map { ($0.currency, $0.end) }) == Self.open(last), "\(question)")
        let groups = found.groups ?? found.balances
        #expect(groups.reduce(0) { $0 + $1.created.count } == last.deals.opened - first.deals.opened, "\(question)")
        #expect(groups.reduce(0) { $0 + $1.won.count } == last.deals.won - first.deals.won, "\(question)")
        #expect(groups.reduce(0) { $0 + $1.lost.count } == last.deals.lost - first.deals.lost, "\(question)")
    }
}
