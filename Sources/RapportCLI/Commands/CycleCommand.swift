import ArgumentParser
import EventLog
import Rapport

/// `rapport cycle`: how long deals take, with those that are open still.
struct CycleCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "cycle",
        abstract: "Show how long deals take to a win or a close, open deals included.",
        discussion: """
            Open deals count as far as they have come: rapport pipeline --cycle-times, which takes closed deals alone, \
            shows the quick ones. The times are those of Kaplan and Meier; by the probabilities of Aalen and Johansen \
            a deal is won or lost so many days after it was opened. What is not known yet has a dash. --by groups \
            deals by owner, team, territory, customer or an attribute, as it was when they were opened. --curve shows \
            the share that is not won, and not closed, over time.

              rapport cycle --pipeline sales --at 2017-12-31 --data crm
              rapport cycle --by region --curve --csv --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("One pipeline; without it all of them.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("By owner, team, territory, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Flag(help: "Show the share of deals that are left over time, too.")
    var curve = false

    @Option(
        help: ArgumentHelp(
            "As it was then; a day counts to its end. Without it, now, or the time of --as-of.", valueName: "time"))
    var at: TimeBound?

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let answer = try await crm.cycleSurvival(
            now: time(in: crm), pipeline: pipeline, by: by, withCurve: curve)
        if answer.groups.isEmpty { try crm.require(pipeline: pipeline) }
        try crm.require(by, whenNoneOf: answer.groups.map(\.value))
        let calendar = try query.calendar
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
    }
}
