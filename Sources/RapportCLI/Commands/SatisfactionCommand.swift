import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport satisfaction`: what customers answered, over time.
struct SatisfactionCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "satisfaction",
        abstract: "Show a satisfaction metric over time, with its uncertainty.",
        discussion: """
            nps and enps are promoters minus detractors in points, csat and rating the share of the two best scores, \
            ces the mean; each with its 95 % interval. Below stands whether the periods rise or fall (the test of Mann \
            and Kendall; of ratings the mean), and which of them do not fit the others (a control chart). Where people \
            were invited, the share of them who answered stands beside, by the time of the invitation. Without \
            --metric it lists what can be asked for. --csv gives the periods, without the row for all of them: nps in \
            points, the share of the two best scores in basis points, and the mean. --response-rate shows how many of \
            those who were asked have answered, for every survey. With --one-per-days 90, say, one answer of a person \
            to a question counts in 90 days.

              rapport satisfaction --metric nps --by quarter --dimension region --data crm
              rapport satisfaction --response-rate --dimension channel --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions

    @Option(help: "The metric.")
    var metric: SatisfactionMetric?

    @Option(help: ArgumentHelp("One survey; without it all that use the metric.", valueName: "survey"))
    var survey: String?

    @Option(help: ArgumentHelp("One question.", valueName: "question"))
    var question: String?

    @Option(help: "The length of the periods.")
    var by = Granularity.month

    @Option(help: ArgumentHelp("Break the answers down by this dimension.", valueName: "dimension"))
    var dimension: String?

    @Option(help: ArgumentHelp("The first day.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "Of a person's answers to a question, one counts in so many days; 0: all.", valueName: "days"))
    var onePerDays = 0

    @Flag(help: "Show response rates instead of a metric.")
    var responseRate = false

    func validate() throws {
        try requireRange(from: from, to: to)
        if !responseRate, metric == nil,
            survey != nil || question != nil || dimension != nil || from != nil || to != nil
        {
            throw ValidationError(
                "--survey, --question, --dimension, --from and --to need --metric or --response-rate.")
        }
        if onePerDays != 0, metric == nil { throw ValidationError("--one-per-days needs --metric.") }
        guard (0...SatisfactionQuestion.mostRepeatDays).contains(onePerDays) else {
            throw ValidationError(
                "--one-per-days takes 0 to \(SatisfactionQuestion.mostRepeatDays) days, not \(onePerDays).")
        }
        if responseRate, metric != nil || question != nil {
            throw ValidationError("--response-rate is of a whole survey; leave out --metric and --question.")
        }
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { onePerDays == 0 ? ["satisfaction"] : ["satisfaction", "loyalty"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        if responseRate {
            let rates = try await askResponseRates(of: crm)
            return Reply(rates, at: rates.position, csv: rates.csv) { rates.text(for: $0) }
        }
        guard let metric else {
            let list = try askSurveys(of: crm)
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0) }
        }
        let trend = try await askTrend(of: metric, crm)
        return Reply(trend, at: trend.position, csv: trend.csv) { trend.text(for: $0) }
    }

    private func askTrend(of metric: SatisfactionMetric, _ crm: any CRMState) async throws -> SatisfactionTrend {
        let trend = try await crm.satisfaction(
            SatisfactionQuestion(
                metric: metric.rawValue, survey: survey, question: question, by: by, dimension: dimension, from: from,
                to: to, zone: query.zone, onePerDays: onePerDays))
        if trend.points.isEmpty {
            let surveys = try crm.surveys()
            try KnownNames.require("survey", survey, among: Set(surveys.map(\.survey)).sorted())
            try KnownNames.require("question", question, among: Set(surveys.map(\.question)).sorted())
            try KnownNames.require("dimension", dimension, among: Set(surveys.flatMap(\.dimensions)).sorted())
        }
        return trend
    }

    private func askResponseRates(of crm: any CRMState) async throws -> ResponseRates {
        let rates = try await crm.responseRates(
            survey: survey, by: by, dimension: dimension, from: from, to: to, zone: query.zone)
        if rates.overall.isEmpty {
            let known = try crm.invitations()
            let surveys = try Set(known.map(\.survey) + crm.surveys().map(\.survey))
            try KnownNames.require("survey", survey, among: surveys.sorted())
            try KnownNames.require("dimension", dimension, among: Set(known.flatMap(\.dimensions)).sorted())
        }
        return rates
    }

    /// What can be asked for.
    private func askSurveys(of crm: any CRMState) throws -> SurveyList {
        while true {
            let position = try crm.rows.read("satisfaction") { $0.position }
            let surveys = try crm.surveys().map {
                SurveyList.Survey(
                    metric: $0.metric, survey: $0.survey, question: $0.question, dimensions: $0.dimensions)
            }
            // Between the two looks the rows may have come further.
            if try crm.rows.read("satisfaction", { $0.position }) == position {
                return SurveyList(surveys: surveys, position: position)
            }
        }
    }
}

/// The metrics by their words.
enum SatisfactionMetric: String, CaseIterable, ExpressibleByArgument {
    case nps, csat, ces, enps, rating
}
