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
            win or loss. Amounts of different currencies are never added. --csv gives the open deals by stage, the \
            groups, or the days; amounts have a row for each currency.

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
            let times = try await query.ask(["pipeline"]) { try await askCycleTimes(of: $0) }
            try query.print(times, at: times.position, csv: times.csv) { times.text(for: $0) }
        } else if let by {
            let groups = try await query.ask(["pipeline"]) { try await askGroups(by: by, of: $0) }
            try query.print(groups, at: groups.position, csv: groups.csv) { groups.text(for: $0) }
        } else {
            let state = try await query.ask(["pipeline"]) { try await askState(of: $0) }
            try query.print(state, at: state.position, csv: state.csv) { state.text(for: $0) }
        }
    }

    private func askCycleTimes(of crm: Rapport) async throws -> CycleTimes {
        let times = try await crm.cycleTimes(pipeline: pipeline)
        if times.outcomes.isEmpty { try crm.require(pipeline: pipeline) }
        return times
    }

    private func askGroups(by dimension: String, of crm: Rapport) async throws -> DealGroups {
        let groups = try await crm.deals(by: dimension, at: at, zone: query.zone)
        if groups.groups.isEmpty { try crm.require(dimension: dimension) }
        return groups
    }

    private func askState(of crm: Rapport) async throws -> PipelineAtDate {
        let state = try await crm.pipeline(at: at, zone: query.zone, pipeline: pipeline)
        if state.totals.isEmpty { try crm.require(pipeline: pipeline) }
        return state
    }
}
