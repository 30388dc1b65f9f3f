import ArgumentParser
import EventLog
import Rapport

/// `rapport orders`: the order book.
struct OrdersCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Show orders, one customer's orders, or sales over time.",
        discussion: """
            Without anything else it lists orders, those placed first before others. --customer shows what one \
            customer has ordered. --sales adds up what was placed, cancelled and given back in a range of days, or \
            period by period: each at the time it happened. Amounts of different currencies are never added.

              rapport orders --status placed --data crm
              rapport orders --sales --period month --by channel --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions
    @OptionGroup var page: PageOptions

    @Option(help: "Only orders that stand so.")
    var status: OrderStatus?

    @Option(help: ArgumentHelp("Only orders of this customer, with their sum.", valueName: "id"))
    var customer: String?

    @Flag(help: "Show sales instead of orders.")
    var sales = false

    @Option(help: ArgumentHelp("Sales by channel or an attribute of orders.", valueName: "dimension"))
    var by: String?

    @Option(help: "Sales period by period.")
    var period: Granularity?

    @Option(help: ArgumentHelp("Sales from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Sales until the end of this day.", valueName: "day"))
    var to: CivilDate?

    func validate() throws {
        try requireRange(from: from, to: to)
        if sales {
            guard status == nil, customer == nil, page.after == nil, page.limit == usualPageSize else {
                throw ValidationError(
                    "--sales goes with --by, --period, --from and --to, not with options of the list.")
            }
        } else if by != nil || period != nil || from != nil || to != nil {
            throw ValidationError("--by, --period, --from and --to need --sales.")
        }
        if status != nil, customer != nil { throw ValidationError("Give --status or --customer, not both.") }
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["orders"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let calendar = try query.calendar
        if sales {
            let answer = try await askSales(of: crm)
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
        }
        if let customer {
            let answer = try await askOrders(of: customer, crm)
            return Reply(answer, at: answer.orders.position, csv: answer.orders.csv) { answer.text(for: $0, calendar) }
        }
        let answer = try await crm.orders(status: status, limit: page.limit, after: page.after)
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
    }

    private func askSales(of crm: any CRMState) async throws -> OrderSales {
        let question = OrderSalesQuestion(dimension: by, by: period, from: from, to: to, zone: query.zone)
        let answer = try await crm.orderSales(question)
        if answer.overall.isEmpty { try KnownNames.require("dimension", by, among: crm.orderDimensions()) }
        return answer
    }

    /// How often sum and list are asked for together at most, while others append.
    private static let attempts = 100

    private func askOrders(of customer: String, _ crm: any CRMState) async throws -> CustomerOrders {
        for _ in 0..<Self.attempts {
            guard let summary = try await crm.orderSummary(of: customer) else {
                throw CommandFailure(
                    .notFound, "customer \(customer): has ordered nothing; expected the id of a customer with orders")
            }
            let orders = try await crm.orders(
                of: customer, limit: page.limit, after: page.after, atLeast: summary.position)
            // An answer is of one position, so that it can be asked for again.
            if orders.position == summary.position { return CustomerOrders(summary: summary, orders: orders) }
        }
        throw CommandFailure(
            .unavailable, "customer \(customer): the orders changed each time they were looked at; ask again")
    }
}

/// What one customer has ordered; the shape of the JSON with --customer.
struct CustomerOrders: Codable {
    let summary: OrderSummary
    let orders: ListPage<OrderEntry>
}
