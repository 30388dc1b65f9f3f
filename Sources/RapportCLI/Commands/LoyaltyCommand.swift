import ArgumentParser
import EventLog
import Rapport

/// `rapport loyalty`: after which scores customers order again.
struct LoyaltyCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "loyalty",
        abstract: "Show after which scores customers order again.",
        discussion: """
            For each score how many answers there are, and after how many of those whose horizon is over the customer \
            placed an order within it that was not cancelled; the share with its 95 % interval, the curve that does \
            not fall with the score, the best score to the one below it, and, of five scores, whether the curve bends \
            upwards. Then the same answers by what had come of the complaints before them: none, told within the \
            horizon, or not. What is left out is counted. --score and --who show who stands behind it: the answers, \
            those given first at the top, with the order that came after each.

              rapport loyalty --metric csat --horizon 90 --data crm
              rapport loyalty --metric nps --first-only --from 2024-01-01 --data crm
              rapport loyalty --score 5 --who lost --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: "The metric.")
    var metric = SatisfactionMetric.csat

    @Option(help: ArgumentHelp("One survey; without it all that use the metric.", valueName: "survey"))
    var survey: String?

    @Option(help: ArgumentHelp("One question.", valueName: "question"))
    var question: String?

    @Option(help: ArgumentHelp("Within how many days after an answer an order counts.", valueName: "days"))
    var horizon = 180

    @Flag(help: "Count of each customer only the first answer.")
    var firstOnly = false

    @Option(help: ArgumentHelp("Answers from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Answers until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("List the answers with this score.", valueName: "score"))
    var score: Int?

    @Option(help: "List the answers of which this has become, or all.")
    var who: LoyaltyAudience?

    @Option(
        help: ArgumentHelp(
            "As it was then; a day counts to its end. Without it, now, or the time of --as-of.", valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        try requireRange(from: from, to: to)
        guard LoyaltyQuestion.horizons.contains(horizon) else {
            let (least, most) = (LoyaltyQuestion.horizons.lowerBound, LoyaltyQuestion.horizons.upperBound)
            throw ValidationError("--horizon takes \(least) to \(NumberFormat.integer(most)) days, not \(horizon).")
        }
        if !isList, page.after != nil || page.limit != usualPageSize {
            throw ValidationError("--limit and --after need --score or --who.")
        }
    }

    /// Whether answers are asked for, and not the curve.
    private var isList: Bool { score != nil || who != nil }

    var models: [String] { ["loyalty"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let asked = LoyaltyQuestion(
            now: try time(in: crm), metric: metric.rawValue, survey: survey, question: question, horizonDays: horizon,
            firstOnly: firstOnly, from: from, to: to, zone: query.zone)
        let calendar = try query.calendar
        if isList {
            let list = try await crm.loyaltyAnswers(
                asked, score: score, outcome: who?.outcome, limit: page.limit, after: page.after)
            if list.rows.isEmpty { try requireKnownNames(in: crm) }
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0, calendar) }
        }
        let curve = try await crm.loyalty(asked)
        if curve.scores.isEmpty { try requireKnownNames(in: crm) }
        return Reply(curve, at: curve.position, csv: curve.csv) { curve.text(for: $0, calendar) }
    }

    /// Ends the command when nobody was asked such a survey or question.
    private func requireKnownNames(in crm: any CRMState) throws {
        let known = try crm.loyaltySurveys()
        try KnownNames.require("survey", survey, among: Set(known.map(\.survey)).sorted())
        try KnownNames.require("question", question, among: Set(known.map(\.question)).sorted())
    }
}

/// Whose answers are listed.
enum LoyaltyAudience: String, CaseIterable, ExpressibleByArgument {
    case repurchased, lost, immature, all

    /// Nil takes all.
    fileprivate var outcome: LoyaltyOutcome? { LoyaltyOutcome(rawValue: rawValue) }
}
