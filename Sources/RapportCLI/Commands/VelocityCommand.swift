import ArgumentParser
import EventLog
import Rapport

/// `rapport velocity`: how much open deals bring in a day.
struct VelocityCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "velocity",
        abstract: "Show how much the open deals bring in a day.",
        discussion: """
            Open deals at the end of the period, times the average win, times the win rate, over the days from \
            opening to win; wins and rate are those of the deals closed in the period. Beside it stands the win rate \
            of the deals opened in the period, by now. --by groups deals by owner, team, territory, customer or an \
            attribute, as it was when they were closed, or at the end where they are open.

              rapport velocity --from 2017-04-01 --to 2017-06-30 --data crm
              rapport velocity --by owner --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("One pipeline; without it all of them.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("The first day of the period.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The last day; without it, all that is recorded.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("By owner, team, territory, customer or an attribute.", valueName: "dimension"))
    var by: String?

    func validate() throws { try requireRange(from: from, to: to) }

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let answer = try await crm.velocity(pipeline: pipeline, from: from, to: to, by: by, zone: query.zone)
        if answer.rows.isEmpty { try crm.require(pipeline: pipeline) }
        try crm.require(by, whenNoneOf: answer.rows.map(\.value))
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
    }
}
