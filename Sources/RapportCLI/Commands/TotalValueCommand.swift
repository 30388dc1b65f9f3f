import ArgumentParser
import EventLog
import Rapport

/// `rapport value`: what customers are worth, all in all.
struct TotalValueCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "value",
        abstract: "Show what customers are worth, all in all, and how that differs from their sales.",
        discussion: """
            The value of a customer is the margin of the orders so far, what orders to come are expected to bring, \
            half of the margin of whom the customer sent to us (a quarter of whom these sent, and so on), what adopted \
            suggestions bring, less what service has cost. The list shows each of these and the ranks by value and by \
            sales; --sort moved begins with those whose ranks differ most. --csv gives the list. Amounts of different \
            currencies are never added.

              rapport value --currency EUR --at 2024-12-31 --data crm
              rapport value --sort moved --share 5000 --horizon 104 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(
        help: ArgumentHelp(
            "What had happened by the end of this day; without it, of the last one with anything that counts.",
            valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("The currency; needed where there are several.", valueName: "currency"))
    var currency: String?

    @Option(
        help: ArgumentHelp(
            "What part of a suggestion's benefit counts for who made it: 5000 is a half.", valueName: "bp"))
    var share: Int64 = 10_000

    @Option(help: "What times of expected orders are counted in.")
    var unit = LifetimeUnit.week

    @Option(help: ArgumentHelp("How many units ahead orders are expected; 0 expects none.", valueName: "units"))
    var horizon = 52

    @Option(help: ArgumentHelp("The discount rate of a year: 1000 is 10 %.", valueName: "bp"))
    var discount: Int64 = 1000

    @Option(help: "Who comes first: the greatest value, or the greatest difference of ranks.")
    var sort = TotalValueOrder.value

    var models: [String] { ["orders", "voice", "leads"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = TotalValueQuestion(
            at: at, currency: currency, suggestionShareBp: share, unit: unit, horizon: horizon,
            yearlyDiscountBp: discount, zone: query.zone)
        let answer = try await crm.totalValue(question, order: sort, limit: page.limit, after: page.after)
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
    }
}
