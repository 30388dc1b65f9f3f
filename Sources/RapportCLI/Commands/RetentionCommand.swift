import ArgumentParser
import EventLog
import Rapport

/// `rapport retention`: who came back how long after the first order.
struct RetentionCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Show how many customers come back, by days since their first order.",
        discussion: """
            One line for each period of first orders. bracket shows who ordered from one of the days asked about until \
            the day before the next one, n-day who ordered on that very day, unbounded who has ordered on it or later. \
            What is not over for all of them is left empty. Below it: who ordered for the first time and who again, \
            period by period, and the share that was lost from bracket to bracket. Cancelled orders do not count. \
            --csv gives the cohorts.

              rapport retention --by quarter --days 1,30,90,180,365 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: "The length of the periods of first orders.")
    var by = Granularity.month

    @Option(
        help: ArgumentHelp("Days after the first order, ascending.", valueName: "day,..."),
        transform: { try RetentionCommand.days($0) })
    var days = RetentionQuestion.usualDays

    @Option(help: "What the table shows.")
    var show = RetentionKind.bracket

    @Option(help: ArgumentHelp("First orders from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("First orders until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "What had happened by the end of this day; without it, of the last order's.", valueName: "day"))
    var at: CivilDate?

    func validate() throws { try requireRange(from: from, to: to) }

    var models: [String] { ["orders"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = RetentionQuestion(by: by, days: days, from: from, to: to, at: at, zone: query.zone)
        let retention = try await crm.retention(question)
        return Reply(retention, at: retention.position, csv: retention.csv) { retention.text(for: $0, show) }
    }

    /// Reads days between commas.
    private static func days(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let day = Int(part) else {
                throw ValidationError("'\(part)' is no number of days; expected days like 1,7,30.")
            }
            return day
        }
    }
}

/// The kinds of retention by their words.
enum RetentionKind: String, CaseIterable, ExpressibleByArgument {
    case bracket
    case nDay = "n-day"
    case unbounded
}
