import ArgumentParser
import EventLog
import Rapport

/// `rapport retention`: who came back how long after the first order, and how much of the revenue did.
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

            --revenue shows instead how much of the revenue of each period's customers was there again a period later, \
            or --apart periods later, less what was given back: what they paid more and less, what those paid who did \
            not come again, and what new and reactivated customers brought. NRR is what is left of the revenue with \
            expansion, GRR without it. Below it: the orders of customers who came for the first time, and of those \
            who had come before. A period that is not over is left empty. Amounts of different currencies are \
            never added.

            --silent shows instead what had become of the last orders of customers who then did not order for so many \
            days, next to those who did: whether they were kept, given back, even a part of them, or cancelled in \
            that time.

              rapport retention --by quarter --days 1,30,90,180,365 --data crm
              rapport retention --revenue month --apart 12 --currency EUR --data crm
              rapport retention --silent 180 --data crm
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

    @Option(help: "Show revenue instead, by periods of this length.")
    var revenue: Granularity?

    @Option(
        help: ArgumentHelp(
            "With --revenue: compare with as many periods before; without it, with the one before.",
            valueName: "periods"))
    var apart: Int?

    @Option(
        help: ArgumentHelp("With --revenue: the currency; needed where there are several.", valueName: "currency"))
    var currency: String?

    @Option(
        help: ArgumentHelp(
            "Show instead whom as many days without an order have made a lost customer.", valueName: "days"))
    var silent: Int?

    func validate() throws {
        try requireRange(from: from, to: to)
        guard revenue != nil || (apart == nil && currency == nil) else {
            throw ValidationError("--apart and --currency need --revenue.")
        }
        guard revenue == nil || silent == nil else {
            throw ValidationError("--silent does not go with --revenue.")
        }
        if revenue == nil, silent == nil { return }
        guard from == nil, to == nil, by == .month, show == .bracket, days == RetentionQuestion.usualDays else {
            throw ValidationError("--by, --days, --show, --from and --to do not go with --revenue or --silent.")
        }
    }

    var models: [String] { ["orders"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        if let revenue {
            let question = RevenueRetentionQuestion(
                by: revenue, apart: apart ?? 1, currency: currency, at: at, zone: query.zone)
            let answer = try await crm.revenueRetention(question)
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
        }
        if let silent {
            let answer = try await crm.lossPaths(LossPathQuestion(silentDays: silent, at: at, zone: query.zone))
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
        }
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
