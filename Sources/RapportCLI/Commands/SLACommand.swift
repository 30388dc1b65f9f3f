import ArgumentParser
import EventLog
import Rapport

/// `rapport sla`: how well promises about cases are kept, and which are due.
struct SLACommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "sla",
        abstract: "Show how well promises about cases are kept, and which are due.",
        discussion: """
            A service level promises that cases are answered and solved within some time, by all hours or by the hours \
            of work of a calendar. It is saved by rapport service-levels, or stands in a file; where one only is saved \
            it needs no name. Without --queue and --breaches it tells how many promises were kept. --queue lists the \
            clocks that run, in order of when they are due, so broken promises come first; --breaches lists broken \
            promises, in order of when they were broken.

              rapport sla --by severity --from 2024-01-01 --data crm
              rapport sla --queue --metric resolution --data crm
              rapport sla --breaches --from 2024-03-01 --to 2024-03-31 --data crm

            --calendar counts by the hours of another calendar, a saved one or that of a file, and compares what comes \
            of it for all cases.

              rapport sla --calendar longer-hours.yaml --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("The service level that is saved under this name.", valueName: "name"))
    var level: String?

    @Option(
        help: ArgumentHelp("The service level of this file, in YAML or JSON.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String?

    @Flag(help: "List the clocks that have not stopped.")
    var queue = false

    @Flag(help: "List the broken promises.")
    var breaches = false

    @Option(help: "With --queue or --breaches: only clocks of this promise.")
    var metric: ServiceLevel.Metric?

    @Option(help: ArgumentHelp("Group cases by this dimension.", valueName: "dimension"))
    var by: String?

    @Option(
        help: ArgumentHelp("The first day: of opening, with --breaches of being broken.", valueName: "day"))
    var from: CivilDate?

    @Option(
        help: ArgumentHelp("The last day: of opening, with --breaches of being broken.", valueName: "day"))
    var to: CivilDate?

    @Option(
        help: ArgumentHelp(
            "Count by this calendar: the name of a saved one, or a file, whose name has a dot or a slash.",
            valueName: "name|file"))
    var calendar: String?

    @Option(
        help: ArgumentHelp(
            "What happened later does not count; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    func validate() throws {
        guard level == nil || file == nil else { throw ValidationError("Give --level or --file, not both.") }
        guard file != "-" else {
            throw ValidationError("The service level is read from a file, so that the same can be asked again.")
        }
        guard !queue || !breaches else { throw ValidationError("Give --queue or --breaches, not both.") }
        if queue || breaches {
            if by != nil { throw ValidationError("--by counts promises; a list has all its clocks in one.") }
        } else {
            guard page.after == nil, page.limit == usualPageSize else {
                throw ValidationError("--limit and --after need --queue or --breaches.")
            }
            if metric != nil { throw ValidationError("--metric needs --queue or --breaches.") }
            if by != nil, calendar != nil {
                throw ValidationError("--calendar compares all cases together; give it without --by.")
            }
        }
        if by == "customer" { throw ValidationError("Promises are not counted by customer; give another dimension.") }
        try requireRange(from: from, to: to)
    }

    var models: [String] { ["cases"] }

    func answer(of crm: any CRMState) async throws -> Reply {
        let source = try file.map { ServiceLevelQuestion.Source.definition(try ServiceLevel(file: $0)) }
        var question = ServiceLevelQuestion(source ?? .saved(name: level), now: try time(in: crm))
        (question.from, question.to, question.zone) = (from, to, query.zone)
        let other = try calendar.map { try ServiceLevelQuestion.Calendar(argument: $0) }
        if queue || breaches {
            question.calendar = other
            let list = try await crm.serviceClocks(
                question, queue ? .open : .breached, of: metric, limit: page.limit, after: page.after)
            let days = try query.calendar
            return Reply(list, at: list.position, csv: list.csv) { list.text(for: $0, days) }
        }
        if let other {
            let comparison = try await crm.serviceLevels(question, under: other)
            return Reply(comparison, at: comparison.position, csv: comparison.csv) { comparison.text(for: $0) }
        }
        let figures = try await crm.serviceLevels(question, by: by)
        if let by { try KnownNames.require("dimension", by, among: crm.caseDimensions()) }
        return Reply(figures, at: figures.position, csv: figures.csv) { figures.text(for: $0) }
    }
}
