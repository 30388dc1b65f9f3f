import ArgumentParser
import EventLog
import Rapport

/// `rapport rfm`: recency, frequency and value of customers.
struct RFMCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "rfm",
        abstract: "Show customers by how recently, how often and for how much they ordered.",
        discussion: """
            Each customer gets three scores from 1 to 5: by the days since the last order, the number of orders, and \
            what they are worth less what was given back. Equal values have the same score. Segments are named by the \
            first two. Below them: how much of the value few customers hold. --since shows who has moved from which \
            segment to which; --customers lists the customers, the greatest value first. --csv gives the numbers of \
            customers by their three scores, or the list. Amounts of different currencies are never added.

              rapport rfm --at 2024-12-31 --window 365 --since 2023-12-31 --data crm
              rapport rfm --customers --segment atRisk --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(
        help: ArgumentHelp(
            "What had happened by the end of this day; without it, of the last order's.", valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("Only orders of as many days up to that one; without it, all.", valueName: "days"))
    var window: Int?

    @Option(help: ArgumentHelp("Show who has moved since the end of this day.", valueName: "day"))
    var since: CivilDate?

    @Option(help: ArgumentHelp("The currency; needed where there are several.", valueName: "currency"))
    var currency: String?

    @Option(help: "What an order is worth; a margin needs the cost of every line.")
    var measure = PurchaseMeasure.net

    @Flag(help: "List the customers.")
    var customers = false

    @Option(help: "List only customers of this segment.")
    var segment: RFMSegment?

    func validate() throws {
        if customers {
            guard since == nil else { throw ValidationError("--since does not go with --customers.") }
        } else if segment != nil || page.after != nil || page.limit != usualPageSize {
            throw ValidationError("--segment, --limit and --after need --customers.")
        }
    }

    var models: [String] { ["orders"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = RFMQuestion(
            at: at, since: since, windowDays: window, currency: currency, measure: measure, zone: query.zone)
        if customers {
            let list = try await crm.rfmCustomers(question, segment: segment, limit: page.limit, after: page.after)
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0) }
        }
        let answer = try await crm.rfm(question)
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
    }
}
