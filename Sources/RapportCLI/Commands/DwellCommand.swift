import ArgumentParser
import EventLog
import Rapport

/// `rapport dwell`: how long deals stay in the stages of their pipelines.
struct DwellCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "dwell",
        abstract: "Show how long deals stay in each stage, and which stage holds them up.",
        discussion: """
            Each time a deal enters a stage is a visit of its own, also when it comes back or is opened again. The \
            median takes visits that are not over as lasting longer (Kaplan and Meier); 90 % is that of the visits \
            that are over, and per deal the median of all that a deal was there, of those that have left. The \
            bottleneck is the stage with the greatest median. --by groups visits by owner, team, territory, customer \
            or an attribute that deals were opened with, as it was when each began.

              rapport dwell --pipeline sales --from 2017-01-01 --data crm
              rapport dwell --by owner --at 2017-06-30 --data crm
            """)

    @OptionGroup var query: QueryOptions

    @Option(help: ArgumentHelp("One pipeline; without it all of them.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: ArgumentHelp("Visits that began on this day or later.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("Visits that began until the end of this day.", valueName: "day"))
    var to: CivilDate?

    @Option(help: ArgumentHelp("By owner, team, territory, customer or an attribute.", valueName: "dimension"))
    var by: String?

    @Option(help: ArgumentHelp("With --by: only this value; an empty one for deals without any.", valueName: "value"))
    var value: String?

    @Option(
        help: ArgumentHelp(
            "As it was then; a day counts to its end. Without it, now, or the time of --as-of.", valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        try requireRange(from: from, to: to)
        guard value == nil || by != nil else { throw ValidationError("--value needs --by.") }
    }

    var models: [String] { ["pipeline"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let question = DwellQuestion(
            now: try time(in: crm), pipeline: pipeline, from: from, to: to, dimension: by, value: value,
            zone: query.zone)
        let answer = try await crm.dwell(question)
        if answer.stages.isEmpty { try crm.require(pipeline: pipeline) }
        try crm.require(by, whenNoneOf: answer.stages.map(\.value))
        let calendar = try query.calendar
        return Reply(answer, at: answer.position, csv: answer.csv) { answer.text(for: $0, calendar) }
    }
}

extension CRMState {
    /// Ends the command when deals are grouped by a dimension that none of them has, now or in the past.
    func require(_ dimension: String?, whenNoneOf values: [String?]) throws {
        guard dimension != nil, values.allSatisfy({ ($0 ?? "").isEmpty }) else { return }
        try KnownNames.require("dimension", dimension, among: dealDimensionsOverTime())
    }
}
