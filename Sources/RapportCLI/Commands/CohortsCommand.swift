import ArgumentParser
import EventLog
import Rapport

/// `rapport cohorts`: who ordered again, and when.
struct CohortsCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "cohorts",
        abstract: "Show how many customers order again, by the period of their first order.",
        discussion: """
            One line for each period of first orders: how many customers, how many of them ordered again, and the \
            share of them that ordered in each period since. A period that is not over is left empty. Cancelled orders \
            do not count.

              rapport cohorts --by quarter --from 2024-01-01 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: "The length of the periods.")
    var by = Granularity.month

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
        let cohorts = try await crm.cohorts(CohortQuestion(by: by, from: from, to: to, at: at, zone: query.zone))
        return Reply(cohorts, at: cohorts.position, csv: cohorts.csv) { cohorts.text(for: $0) }
    }
}
