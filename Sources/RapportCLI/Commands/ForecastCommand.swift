import ArgumentParser
import EventLog
import Rapport

/// `rapport forecast`: what will be won, and how good such forecasts were.
struct ForecastCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Show what will be won in a period by several methods, or how right they were.",
        discussion: """
            What was won from --from to --to so far, and what open deals add: by the categories of their stages \
            (commit, best case), by the probabilities of their stages, by what became of deals that had been in the \
            same stage for as long (historic), and by what was won on the last days (run rate), each with an 80 % \
            band. --made asks at the end of a past day, by what had happened by then; with --as-of, by what was known. \
            --back-test makes the forecast of each period in the range on its day --day, 0 being the one before it, \
            and compares it with what came: --basis known by what was recorded then, with customers, attributes and \
            corrections as they are known now, happened by what is recorded now of what had happened. The band is \
            right when it holds what came in about 80 % of the periods. Amounts of different currencies are never \
            added. --csv gives the methods, or what they said of each period.

              rapport forecast --from 2017-10-01 --to 2017-12-31 --made 2017-10-31
              rapport forecast --back-test --from 2017-01-01 --to 2017-12-31 --by owner
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("The first day of the period, or of all periods to test.", valueName: "day"))
    var from: CivilDate

    @Option(help: ArgumentHelp("The last day of the period, or of all periods to test.", valueName: "day"))
    var to: CivilDate

    @Option(
        name: [.customLong("made"), .customLong("at")],
        help: ArgumentHelp(
            "When the forecast is made; a day counts to its end. Without it, now, or at the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    @Option(help: ArgumentHelp("One pipeline; without it all together.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("By owner, team, territory, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Option(
        help: ArgumentHelp(
            "Of how many days the run rate is taken; without it, as many as the period has, at least 28.",
            valueName: "days"))
    var trailing: Int?

    @Flag(help: "Show how right the forecasts of past periods were.")
    var backTest = false

    @Option(help: "With --back-test: the length of the periods; without it, months.")
    var period: Granularity?

    @Option(help: ArgumentHelp("With --back-test: the day of each period; without it, 0.", valueName: "number"))
    var day: Int?

    @Option(help: "With --back-test: what forecasts go by; without it, what was known.")
    var basis: BackTestQuestion.Basis?

    func validate() throws {
        try requireRange(from: from, to: to)
        let limits = ForecastQuestion.trailingDayLimits
        if let trailing, !limits.contains(trailing) {
            throw ValidationError(
                "--trailing takes \(limits.lowerBound) to \(limits.upperBound) days, not \(trailing).")
        }
        if backTest {
            if at != nil {
                throw ValidationError("--back-test makes forecasts on --day of each period; leave out --made.")
            }
            if let day, day < 0 { throw ValidationError("--day takes 0 or more, not \(day).") }
        } else if period != nil || day != nil || basis != nil {
            throw ValidationError("--period, --day and --basis need --back-test.")
        }
    }

    var models: [String] { ["pipeline"] }

    /// Only a forecast is made at a time, which for most is now.
    func run() async throws {
        if backTest { try await run(asking: Self.words) } else { try await runDated() }
    }

    func answer(of crm: any CRMState) async throws -> Reply {
        if backTest {
            let test = try await askBackTest(of: crm)
            return Reply(test, at: test.position, csv: test.csv) { test.text(for: $0) }
        }
        let forecast = try await askForecast(of: crm)
        let calendar = try query.calendar
        return Reply(forecast, at: forecast.position, csv: forecast.csv) { forecast.text(for: $0, calendar) }
    }

    private func askForecast(of crm: any CRMState) async throws -> SalesForecast {
        let forecast = try await crm.forecast(
            ForecastQuestion(
                from: from, to: to, madeAt: try time(in: crm), pipeline: pipeline, by: by, trailingDays: trailing,
                zone: query.zone))
        if forecast.totals.isEmpty { try crm.require(pipeline: pipeline) }
        try require(forecast.groups?.compactMap(\.group), of: crm)
        return forecast
    }

    private func askBackTest(of crm: any CRMState) async throws -> ForecastBackTest {
        let test = try await crm.backTest(
            BackTestQuestion(
                period: period ?? .month, from: from, to: to, day: day ?? 0, basis: basis ?? .known,
                pipeline: pipeline, by: by, trailingDays: trailing, zone: query.zone))
        if test.points.isEmpty { try crm.require(pipeline: pipeline) }
        if by != nil { try require(test.points.compactMap(\.group), of: crm) }
        return test
    }

    /// Ends the command when no deal has a value of the dimension, and there is none of its name.
    private func require(_ groups: [String]?, of crm: any CRMState) throws {
        guard let groups, groups.allSatisfy(\.isEmpty) else { return }
        try KnownNames.require("dimension", by, among: crm.dealDimensionsOverTime())
    }
}
