import ArgumentParser
import EventLog
import Rapport

/// `rapport pipeline`: what is open, what came of the rest, and how long it took.
struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Show open deals by stage, deals by a dimension, or how long deals took.",
        discussion: """
            --at shows any past day, by what was true then; no snapshot needs to have been taken. --by groups deals \
            by owner, customer, or an attribute they were opened with. --cycle-times shows the days from opening to \
            win or loss. Amounts of different currencies are never added.

              rapport pipeline --at 2017-06-30 --by region --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("As at the end of this day; without it, after all that is recorded.", valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("Group deals by owner, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Flag(help: "Show how many whole days deals took.")
    var cycleTimes = false

    @Option(help: ArgumentHelp("One pipeline; without it all of them.", valueName: "pipeline"))
    var pipeline: String?

    func validate() throws {
        if cycleTimes, by != nil || at != nil {
            throw ValidationError("--cycle-times goes with --pipeline only, not with --by or --at.")
        }
        if by != nil, pipeline != nil {
            throw ValidationError("--by takes the deals of all pipelines; leave out --pipeline.")
        }
    }

    func run() async throws {
        if cycleTimes {
            let times = try await query.ask(["pipeline"]) { try await $0.cycleTimes(pipeline: pipeline) }
            try query.print(times, at: times.position) { times.text(for: $0) }
        } else if let by {
            let groups = try await query.ask(["pipeline"]) { try await $0.deals(by: by, at: at, zone: query.zone) }
            try query.print(groups, at: groups.position) { groups.text(for: $0) }
        } else {
            let state = try await query.ask(["pipeline"]) {
                try await $0.pipeline(at: at, zone: query.zone, pipeline: pipeline)
            }
            try query.print(state, at: state.position) { state.text(for: $0) }
        }
    }
}
