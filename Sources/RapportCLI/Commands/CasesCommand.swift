import ArgumentParser
import EventLog
import Rapport

/// `rapport cases`: what customers need help with, and how it goes.
struct CasesCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Show cases, how many were open, or how long they took.",
        discussion: """
            Without --flow, --times or --at it lists cases, the one opened first at the top. --flow counts what \
            happened, period by period, and what was open at the end of each; --at shows what was open at the end of \
            any past day. --times shows how long cases took from opening to first response, resolution and close. \
            --by groups them by channel, category, severity, owner, queue or an attribute they were opened with, \
            --times by customer, too.

              rapport cases --open --where severity=high --data crm
              rapport cases --flow --by category --period month --data crm
              rapport cases --times --by owner --from 2017-01-01 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: "List the cases that stand so.")
    var status: CaseStatus?

    @Flag(name: .customLong("open"), help: "List the cases that are neither resolved nor closed.")
    var openOnly = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "List the cases with this value of a dimension; with an empty one those that have none.",
            valueName: "dimension=value"))
    var filter: CaseFilter?

    @Flag(help: "Show what happened, and what was open.")
    var flow = false

    @Flag(help: "Show how long cases took.")
    var times = false

    @Option(help: ArgumentHelp("Show what was open at the end of this day.", valueName: "day"))
    var at: CivilDate?

    @Option(help: ArgumentHelp("Group cases by this dimension.", valueName: "dimension"))
    var by: String?

    @Option(help: ArgumentHelp("The first day; of opening, with --times.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The last day; of opening, with --times.", valueName: "day"))
    var to: CivilDate?

    @Option(help: "Cut --flow into periods of this length.")
    var period: Granularity?

    func validate() throws {
        let asked = (flow ? 1 : 0) + (times ? 1 : 0) + (at == nil ? 0 : 1)
        if asked > 1 { throw ValidationError("--flow, --times and --at are different questions; give one of them.") }
        let lists = status != nil || openOnly || filter != nil || page.limit != usualPageSize || page.after != nil
        if asked > 0, lists {
            throw ValidationError("--status, --open, --where, --limit and --after go with the list of cases only.")
        }
        if asked == 0, by != nil { throw ValidationError("--by needs --flow, --times or --at.") }
        if !flow, !times, from != nil || to != nil { throw ValidationError("--from and --to need --flow or --times.") }
        if flow || at != nil, by == "customer" {
            throw ValidationError("--flow and --at do not count by customer; --times does, and --where lists cases.")
        }
        if openOnly, let status, !status.isOpen {
            throw ValidationError("--open leaves out cases that are \(status.rawValue); give --open or --status.")
        }
        if !flow, period != nil { throw ValidationError("--period needs --flow.") }
        try requireRange(from: from, to: to)
    }

    var models: [String] { ["cases"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        if flow {
            let flow = try await askFlow(of: crm, to: to)
            return Reply(flow, at: flow.position, csv: flow.csv) { flow.text(for: $0) }
        }
        if times {
            let times = try await askTimes(of: crm)
            return Reply(times, at: times.position, csv: times.csv) { times.text(for: $0) }
        }
        if let at {
            let flow = try await askFlow(of: crm, to: at)
            return Reply(flow, at: flow.position, csv: flow.csv) { flow.openText(for: $0) }
        }
        let page = try await askList(of: crm)
        let calendar = try query.calendar
        return Reply(page, at: page.position, csv: page.csv) { page.text(for: $0, calendar) }
    }

    private func askFlow(of crm: any CRMState, to day: CivilDate?) async throws -> CaseFlow {
        let flow = try await crm.caseFlow(by: by, from: from, to: day, zone: query.zone, period: period)
        if flow.points.isEmpty { try crm.require(caseDimension: by) }
        return flow
    }

    private func askTimes(of crm: any CRMState) async throws -> CaseTimes {
        let times = try await crm.caseTimes(by: by, from: from, to: to, zone: query.zone)
        if times.groups.isEmpty { try crm.require(caseDimension: by) }
        return times
    }

    private func askList(of crm: any CRMState) async throws -> ListPage<CaseEntry> {
        let page = try await crm.cases(
            status: status, openOnly: openOnly, matching: filter.map { (dimension: $0.dimension, value: $0.value) },
            limit: page.limit, after: page.after)
        // No case has a value of a dimension that there is none of.
        if page.rows.isEmpty || filter?.value.isEmpty == true { try crm.require(caseDimension: filter?.dimension) }
        return page
    }
}

/// A dimension and the value that cases have in it, `queue=returns`; empty for those that have none, `owner=`.
struct CaseFilter: ExpressibleByArgument {
    let dimension: String
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        (dimension, value) = (String(parts[0]), String(parts[1]))
    }
}

extension CRMState {
    /// Ends the command when there are cases, but none can be grouped by this dimension.
    fileprivate func require(caseDimension dimension: String?) throws {
        if let dimension { try KnownNames.require("dimension", dimension, among: caseDimensions()) }
    }
}
