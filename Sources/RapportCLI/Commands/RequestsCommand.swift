import ArgumentParser
import EventLog
import Rapport

/// `rapport requests`: what persons have asked for, and until when they must be answered.
struct RequestsCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "Show requests of persons about their data, by when an answer is due.",
        discussion: """
            Without --all it lists those that are open. Where a request does not state until when an answer is due, \
            that is under the GDPR one calendar month after it was received (Article 12(3)), and under any other law \
            that or 30 days, whichever is shorter, at the same time of day in UTC; such a day is marked as reckoned.

              rapport requests --data crm
              rapport requests --all --at 2026-06-30 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Flag(help: "List those that were answered, too.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "How they stood then; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    var models: [String] { ["privacy"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let time = try time(in: crm)
        let list = try await crm.requests(openOnly: !all, at: time, limit: page.limit, after: page.after)
        let calendar = try query.calendar
        return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0, calendar, openOnly: !all) }
    }
}
