import ArgumentParser
import EventLog
import Rapport

/// `rapport customer`: everything about one customer.
struct CustomerCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "customer",
        abstract: "Show everything about a customer, or the ten facts for the next minute.",
        discussion: """
            The profile, what happened last, open deals and cases, orders, satisfaction, consents, and what to do \
            next, each with the position of the event that says so. Any id of a person with several shows the person. \
            --card shows ten facts, always the same and in the same order. --csv gives what to do next, or the facts.

              rapport customer C-1 --data crm
              rapport customer C-1 --card --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Argument(help: "The customer's id: of the tag customer:C-1 the part C-1.")
    var id: String

    @Flag(help: "Show the ten facts of the arrival card.")
    var card = false

    @Option(
        help: ArgumentHelp(
            "What is due, and allowed, then; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        guard !id.isEmpty else { throw ValidationError("An id is not empty.") }
    }

    var models: [String] { ["profile", "pipeline", "cases", "orders", "leads", "privacy"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        guard let customer = try await crm.customer(id, at: time(in: crm)) else {
            throw CommandFailure(.notFound, "customer \(id): no event is about it; expected an id with a customer: tag")
        }
        let calendar = try query.calendar
        if card {
            let card = ArrivalCard(customer)
            return Reply(card, at: card.position, csv: card.csv) { card.text(for: $0, calendar) }
        }
        return Reply(customer, at: customer.position, csv: customer.csv) { customer.text(for: $0, calendar) }
    }
}
