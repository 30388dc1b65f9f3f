import EventLog
import Rapport
import Testing

/// Back-tests of public data: what came is what was published.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct BackTestGoldenTests {
    @Test("Maven: what was won in each month and quarter, and errors of every method on any day of them")
    func maven() async throws {
        let figures = try GoldenDataSets.figures(MavenFigures.self, of: "maven_crm")
        let folder = try await GoldenImport.shared(.maven).folder
        let crm = folder.crm
        for (period, day) in [(.month, 0), (.month, 15), (.quarter, 0), (.quarter, 45)] as [(Granularity, Int)] {
            var question = BackTestQuestion(
                period: period, from: .on("2017-01-01"), to: .on("2017-12-31"), day: day, basis: .happened)
            let found = try await crm.backTest(question, atLeast: folder.head)
            try check(found, figures)
            if period == .month { continue }
            question.by = "region"
            let byRegion = try await crm.backTest(question)
            #expect(byRegion.points.filter { $0.group == nil } == found.points)
            for point in found.points {
                let regions = byRegion.points.filter {
                    $0.group != nil && $0.period == point.period && $0.method == point.method
                        && $0.currency == point.currency
                }
                #expect(regions.reduce(0) { $0 + $1.actual } == point.actual)
            }
        }
        // Open deals have no amounts there, but some of them will be won.
        let quarter = try #require(CalendarPeriod("2017-Q4"))
        let forecast = try await crm.forecast(try ForecastQuestion(of: quarter, made: .on("2017-10-31")))
        let open = try #require(forecast.totals.first { $0.currency.isEmpty })
        #expect(open.expectedWinsCenti > 0)
        #expect(open.expectedWinsCenti < open.open.deals * 100)
    }

    private func check(_ found: ForecastBackTest, _ figures: MavenFigures) throws {
        var won: [String: Int64] = [:]
        for (month, figure) in figures.wonByMonth {
            let first = try #require(CalendarPeriod(month)).firstDay
            won[CalendarPeriod(found.period, containing: first).label, default: 0] += GoldenFigures.cents(figure[1])
        }
        let dollars = found.points.filter { $0.currency == "USD" }
        for method in ForecastMethod.allCases {
            let points = dollars.filter { $0.method == method && $0.actual != 0 }
            let actuals = Dictionary(points.map { ($0.period, $0.actual) }, uniquingKeysWith: +)
            #expect(actuals == won)
        }
        for point in dollars { #expect(point.error == point.forecast - point.actual) }
        let summaries = found.summaries.filter { $0.currency == "USD" }
        #expect(summaries.map(\.method) == ForecastMethod.allCases)
        for summary in summaries {
            let error = try #require(summary.mapeBp)
            #expect(error >= 0)
            #expect(summary.meanActual > 0)
        }
    }
}
