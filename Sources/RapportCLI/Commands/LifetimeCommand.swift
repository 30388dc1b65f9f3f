import ArgumentParser
import EventLog
import Rapport

/// `rapport lifetime`: what customers will still buy and spend.
struct LifetimeCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifetime",
        abstract: "Show what customers will still buy and spend, and how well that was foretold.",
        discussion: """
            Fits two models to the purchases between --from and --to: BG/NBD says how often customers purchase and \
            whether they have left, Gamma-Gamma how much they spend. Orders of one day are one purchase. What follows \
            --to is held out: the weeks show what was expected of it and what came. --customers lists the customers, \
            the greatest expected value first. --csv gives the weeks, or the list.

              rapport lifetime --to 2024-06-30 --at 2024-12-31 --data crm
              rapport lifetime --customers --horizon 52 --discount 1000 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("Purchases from this day on; without it, all.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Purchases until the end of this day; without it, all.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "What had happened by the end of this day; without it, of the last order's.", valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("The currency; needed where there are several.", valueName: "currency"))
    var currency: String?

    @Option(help: "What times are counted in.")
    var unit = LifetimeUnit.week

    @Option(help: ArgumentHelp("How many units ahead.", valueName: "units"))
    var horizon = 52

    @Option(help: ArgumentHelp("The discount rate of a year: 1000 is 10 %.", valueName: "bp"))
    var discount: Int64 = 1000

    @Flag(help: "List the customers.")
    var customers = false

    func validate() throws {
        try requireRange(from: from, to: to)
        if !customers, page.after != nil || page.limit != usualPageSize {
            throw ValidationError("--limit and --after need --customers.")
        }
    }

    var models: [String] { ["orders"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = LifetimeQuestion(
            from: from, to: to, at: at, currency: currency, unit: unit, horizon: horizon, yearlyDiscountBp: discount,
            zone: query.zone)
        if customers {
            let list = try await crm.lifetimeCustomers(question, limit: page.limit, after: page.after)
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0) }
        }
        let answer = try await crm.lifetimeValues(question)
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
    }
}
