import ArgumentParser
import EventLog
import Rapport

/// `rapport promises`: whether orders arrive when they were promised.
struct PromisesCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "promises",
        abstract: "Show whether orders arrive by when they were promised first.",
        discussion: """
            Each order is judged by its first promise, whatever was promised since. An order is due when that time has \
            come, unless it was cancelled by then: the share kept, the defects per million and the sigma level are of \
            those due. Slip is from the first promise to the arrival, less than zero for an order that was early; by \
            the last promise counts those that arrived by what was promised last. --period goes by when first promises \
            are due. --list shows the orders themselves, those due first at the top.

              rapport promises --by channel --period month --data crm
              rapport promises --list overdue --at 2017-06-30 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("By channel, customer or an attribute of orders.", valueName: "dimension"))
    var by: String?

    @Option(help: "Period by period.")
    var period: Granularity?

    @Option(help: ArgumentHelp("First promises that are due on this day or later.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("First promises that are due until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("List the orders of which this has become.", valueName: "outcome"))
    var list: PromiseOutcome?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "With --list: those with this value of a dimension; with an empty one those that have none.",
            valueName: "dimension=value"))
    var filter: CaseFilter?

    @Option(
        help: ArgumentHelp(
            "As it was then; a day counts to its end. Without it, now, or the time of --as-of.", valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        try requireRange(from: from, to: to)
        if list != nil, by != nil || period != nil || from != nil || to != nil {
            throw ValidationError("--list goes with --where, --limit and --after, not with options of the figures.")
        }
        if list == nil, filter != nil || page.after != nil || page.limit != usualPageSize {
            throw ValidationError("--where, --limit and --after need --list.")
        }
    }

    var models: [String] { ["promises"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let time = try time(in: crm)
        let calendar = try query.calendar
        if let list {
            let answer = try await crm.promises(
                list, matching: filter.map { (dimension: $0.dimension, value: $0.value) }, at: time,
                limit: page.limit, after: page.after)
            // No order has a value of a dimension that there is none of.
            if answer.rows.isEmpty || filter?.value.isEmpty == true {
                try crm.require(promiseDimension: filter?.dimension)
            }
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
        }
        let question = PromiseQuestion(
            now: time, dimension: by, by: period, from: from, to: to, zone: query.zone)
        let answer = try await crm.promiseKeeping(question)
        if answer.overall.allSatisfy({ ($0.group ?? "").isEmpty }) { try crm.require(promiseDimension: by) }
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
    }
}

extension CRMState {
    /// Ends the command when there are orders with promises, but none can be grouped by this dimension.
    fileprivate func require(promiseDimension dimension: String?) throws {
        if let dimension { try KnownNames.require("dimension", dimension, among: promiseDimensions()) }
    }
}
