import ArgumentParser
import EventLog
import Rapport

/// `rapport funnel`: how far deals have come.
struct FunnelCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "funnel",
        abstract: "Show how far the deals opened in a time have come.",
        discussion: """
            Each deal counts once in each stage that it has reached, whatever became of it; reaching a stage means \
            entering it or a later one, or being won. Deals are those opened between --from and --to; --at shows how \
            they stood at the end of that day. --csv gives the stages.

              rapport funnel --from 2017-01-01 --to 2017-03-31 --at 2017-06-30 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("One pipeline; without it all together.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("The first day of opening.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The last day of opening.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("As at the end of this day; without it, after all that is recorded.", valueName: "day"))
    var at: CivilDate?

    @Flag(help: "A deal reaches only the stages that it has entered itself.")
    var strict = false

    func validate() throws { try requireRange(from: from, to: to) }

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = FunnelQuestion(
            pipeline: pipeline, from: from, to: to, at: at, skipping: strict ? .strict : .counts, zone: query.zone)
        let funnel = try await crm.funnel(question)
        if funnel.opened == 0 { try crm.require(pipeline: pipeline) }
        return Reply(funnel, at: funnel.position, csv: funnel.csv) { funnel.text(for: $0) }
    }
}
