import ArgumentParser
import EventLog
import Rapport

/// `rapport leads`: the lead desk, and how far leads have come.
struct LeadsCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "leads",
        abstract: "Show leads, or how far they have come.",
        discussion: """
            Without --funnel it lists leads, those captured first before others; --untouched leaves those to whom \
            nobody has responded yet. With it, it counts how many of the leads captured in a range of days were \
            responded to, qualified, given up and converted since, and how long that took; --basis event counts what \
            happened in the range instead, whenever the leads were captured. --by groups them by source, medium, \
            owner or an attribute they were captured with. --csv gives the counts.

              rapport leads --untouched --owner ada --data crm
              rapport leads --funnel --by source --period month --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions
    @OptionGroup var page: PageOptions

    @Option(help: "Only leads that stand so.")
    var status: LeadStatus?

    @Option(help: ArgumentHelp("Only leads that this user, team or partner has.", valueName: "id"))
    var owner: String?

    @Flag(help: "Only open leads without a response.")
    var untouched = false

    @Flag(help: "Show how far leads have come.")
    var funnel = false

    @Option(help: ArgumentHelp("The funnel by source, medium, owner or an attribute.", valueName: "dimension"))
    var by: String?

    @Option(help: "The funnel period by period.")
    var period: Granularity?

    @Option(help: "Whether the days are those of the capture or of each event; without it, of the capture.")
    var basis: LeadFunnelQuestion.Basis?

    @Option(help: ArgumentHelp("The funnel from this day on.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The funnel until the end of this day.", valueName: "day"))
    var to: CivilDate?

    func validate() throws {
        if funnel {
            guard status == nil, owner == nil, !untouched, page.after == nil, page.limit == usualPageSize else {
                throw ValidationError(
                    "--funnel goes with --by, --period, --basis, --from and --to, not with options of the list.")
            }
        } else if by != nil || period != nil || basis != nil || from != nil || to != nil {
            throw ValidationError("--by, --period, --basis, --from and --to need --funnel.")
        }
        if untouched, let status, !status.isOpen {
            throw ValidationError("--untouched leaves open leads only; none of them is \(status.rawValue).")
        }
        try requireRange(from: from, to: to)
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["leads"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        if funnel {
            let answer = try await askFunnel(of: crm)
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
        }
        let answer = try await askList(of: crm)
        let calendar = try query.calendar
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
    }

    private func askFunnel(of crm: any CRMState) async throws -> LeadFunnel {
        let question = LeadFunnelQuestion(
            basis: basis ?? .captured, from: from, to: to, dimension: by, period: period, zone: query.zone)
        let answer = try await crm.leadFunnel(question)
        if answer.overall.isEmpty { try KnownNames.require("dimension", by, among: crm.leadDimensions()) }
        return answer
    }

    private func askList(of crm: any CRMState) async throws -> ListPage<LeadEntry> {
        let answer = try await crm.leads(
            status: status, owner: owner, untouched: untouched, limit: page.limit, after: page.after)
        if answer.rows.isEmpty { try KnownNames.require("owner", owner, among: crm.leadValues(of: "owner")) }
        return answer
    }
}
