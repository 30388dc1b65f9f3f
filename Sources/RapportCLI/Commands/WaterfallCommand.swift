import ArgumentParser
import EventLog
import Rapport

/// `rapport waterfall`: what moved the open value of the pipeline.
struct WaterfallCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "waterfall",
        abstract: "Show what moved the open value of deals between two days.",
        discussion: """
            From what was open when the first day began, over what came and went, to what was open when the last day \
            was over, by what was true then; no snapshot needs to have been taken. It balances to the minor unit in \
            each currency. --by shows it for each owner, team, territory, customer or attribute that deals were \
            opened with, with what went from one to another. --closing-from and --closing-to keep to deals expected \
            to be closed on these days, with what was pulled in and pushed out. --movements lists the deals behind \
            an item. --csv gives the items, or the deals.

              rapport waterfall --from 2017-04-01 --to 2017-06-30 --by region --data crm
              rapport waterfall --from 2017-04-01 --to 2017-06-30 --movements lost
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("The first day.", valueName: "day"))
    var from: CivilDate

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: CivilDate

    @Option(help: ArgumentHelp("One pipeline; without it all together.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("By owner, team, territory, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Option(help: ArgumentHelp("The first day of closing that is in scope.", valueName: "day"))
    var closingFrom: CivilDate?

    @Option(help: ArgumentHelp("The last day of closing that is in scope.", valueName: "day"))
    var closingTo: CivilDate?

    @Option(help: ArgumentHelp("List the deals behind this item.", valueName: "item"))
    var movements: WaterfallItem?

    func validate() throws {
        try requireRange(from: from, to: to)
        if let closingFrom, let closingTo {
            guard closingFrom <= closingTo else {
                throw ValidationError("--closing-from \(closingFrom) is after --closing-to \(closingTo).")
            }
        } else if closingFrom != nil || closingTo != nil {
            throw ValidationError("--closing-from and --closing-to go together.")
        }
        if movements == nil, page.after != nil || page.limit != usualPageSize {
            throw ValidationError("--limit and --after need --movements.")
        }
    }

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        var question = WaterfallQuestion(from: from, to: to, pipeline: pipeline, by: by, zone: query.zone)
        if let closingFrom, let closingTo { question.closing = closingFrom...closingTo }
        if let movements {
            let answer = try await crm.waterfallMovements(
                question, item: movements, limit: page.limit, after: page.after)
            if answer.rows.isEmpty { try crm.require(pipeline: pipeline) }
            let calendar = try query.calendar
            return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, by, calendar) }
        }
        let answer = try await crm.waterfall(question)
        if answer.balances.isEmpty { try crm.require(pipeline: pipeline) }
        if answer.groups?.allSatisfy({ $0.group?.isEmpty ?? true }) ?? false {
            try KnownNames.require("dimension", by, among: crm.dealDimensionsOverTime())
        }
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0) }
    }
}
