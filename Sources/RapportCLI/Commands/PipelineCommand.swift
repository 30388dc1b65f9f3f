import ArgumentParser
import EventLog
import Rapport

/// `rapport pipeline`: what is open, what came of the rest, and how long it took.
struct PipelineCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Show open deals by stage, deals by a dimension, or how long deals took.",
        discussion: """
            --at shows any past day, by what was true then; no snapshot needs to have been taken. --by groups deals \
            by owner, customer, or an attribute they were opened with. --cycle-times shows the days from opening to \
            win or loss. --win-rate shows how many were won of those closed in a period, and of those opened in it. \
            Amounts of different currencies are never added. --csv gives the open deals by stage, the groups, the \
            days, or the periods; amounts have a row for each currency.

              rapport pipeline --at 2017-06-30 --by region --data crm
              rapport pipeline --win-rate --period quarter --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("As at the end of this day; without it, after all that is recorded.", valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("Group deals by owner, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Flag(help: "Show how many whole days deals took.")
    var cycleTimes = false

    @Flag(help: "Show win rates by the day of closing and by the day of opening.")
    var winRate = false

    @Option(help: "With --win-rate: the length of the periods; without it, months.")
    var period: Granularity?

    @Option(help: ArgumentHelp("With --win-rate: the first day.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("With --win-rate: the last day.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("One pipeline; without it all of them.", valueName: "pipeline"))
    var pipeline: String?

    func validate() throws {
        try requireRange(from: from, to: to)
        if winRate, cycleTimes || by != nil || at != nil {
            throw ValidationError("--win-rate goes with --pipeline, --period, --from and --to only.")
        }
        if !winRate, period != nil || from != nil || to != nil {
            throw ValidationError("--period, --from and --to need --win-rate.")
        }
        if cycleTimes, by != nil || at != nil {
            throw ValidationError("--cycle-times goes with --pipeline only, not with --by or --at.")
        }
        if by != nil, pipeline != nil {
            throw ValidationError("--by takes the deals of all pipelines; leave out --pipeline.")
        }
    }

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        if winRate {
            let rates = try await askWinRates(of: crm)
            return Reply(rates, at: rates.position, csv: rates.csv) { rates.text(for: $0) }
        }
        if cycleTimes {
            let times = try await askCycleTimes(of: crm)
            return Reply(times, at: times.position, csv: times.csv) { times.text(for: $0) }
        }
        if let by {
            let groups = try await askGroups(by: by, of: crm)
            return Reply(groups, at: groups.position, csv: groups.csv) { groups.text(for: $0) }
        }
        let state = try await askState(of: crm)
        return Reply(state, at: state.position, csv: state.csv) { state.text(for: $0) }
    }

    private func askWinRates(of crm: any CRMState) async throws -> WinRates {
        let rates = try await crm.winRates(
            pipeline: pipeline, by: period ?? .month, from: from, to: to, zone: query.zone)
        if rates.overall == nil { try crm.require(pipeline: pipeline) }
        return rates
    }

    private func askCycleTimes(of crm: any CRMState) async throws -> CycleTimes {
        let times = try await crm.cycleTimes(pipeline: pipeline)
        if times.outcomes.isEmpty { try crm.require(pipeline: pipeline) }
        return times
    }

    private func askGroups(by dimension: String, of crm: any CRMState) async throws -> DealGroups {
        let groups = try await crm.deals(by: dimension, at: at, zone: query.zone)
        if groups.groups.isEmpty { try crm.require(dimension: dimension) }
        return groups
    }

    private func askState(of crm: any CRMState) async throws -> PipelineAtDate {
        let state = try await crm.pipeline(at: at, zone: query.zone, pipeline: pipeline)
        if state.totals.isEmpty { try crm.require(pipeline: pipeline) }
        return state
    }
}
