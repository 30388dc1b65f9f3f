import ArgumentParser
import EventLog
import LMDB
import Rapport

/// `rapport behaviour`: how many have come how far in a funnel of events.
struct BehaviourCommand: DatedQuestion {
    static let configuration = CommandConfiguration(
        commandName: "behaviour",
        abstract: "Show how many have come how far in a funnel of events.",
        discussion: """
            The funnel stands in a file, in YAML or JSON, or was saved by rapport funnels; the page Funnels of the \
            library describes it. It tells how many have reached each step, how many were lost before it, and how long \
            that took; shares have their 95 % intervals. Those whose window is still open at --at count as immature, \
            and the conversion is shown with and without them. The periods of --trend are those of --zone, or of the \
            funnel's own zone where none is given; days of --at and --as-of are those of --zone, or UTC.

              rapport behaviour signup.yaml --trend month --data crm
              rapport behaviour --saved signup --histogram --data crm
              rapport behaviour --saved signup --compare web --compare app --data crm

            --reached and --dropped list whose steps they are, by the name or the number of the step. --csv gives the \
            steps, with --trend a line for each period and step, and of a list one for each step on each path.

              rapport behaviour --saved signup --dropped 2 --data crm
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var page: PageOptions

    @Argument(
        help: "The definition of the funnel.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String?

    @Option(help: ArgumentHelp("A funnel that was saved, instead of a file.", valueName: "name"))
    var saved: String?

    @Option(help: ArgumentHelp("Period by period of entry, each a range of its own.", valueName: "period"))
    var trend: Granularity?

    @Option(
        defaultAsFlag: 0, parsing: .next,
        help: ArgumentHelp(
            "How many took how long, in as many bins, 1 to 90; without a number, or with 0, in as many as suit.",
            valueName: "bins"))
    var histogram: Int?

    @Option(
        name: .customLong("compare"),
        help: ArgumentHelp(
            "Given twice: whether two values of the breakdown differ; '' is that of attempts without one.",
            valueName: "value"))
    var compared: [String] = []

    @Option(help: ArgumentHelp("List those who have reached a step.", valueName: "step"))
    var reached: String?

    @Option(
        help: ArgumentHelp("List those who have reached the step before this one, and not this one.", valueName: "step")
    )
    var dropped: String?

    @Option(
        help: ArgumentHelp(
            "Who is who as of this position; without it, as of the one that is asked about.", valueName: "position"))
    var identityAt: Position?

    @Option(
        help: ArgumentHelp(
            "Whose window is open then is immature; a day counts to its end. Without it, now, or the time of --as-of.",
            valueName: "time"))
    var at: TimeBound?

    /// How many bins may be asked for; 0 stands for as many as suit.
    private static let binCounts = 0...90

    func validate() throws {
        guard (file == nil) != (saved == nil) else {
            throw ValidationError("Give the file of a funnel, or --saved with the name of one.")
        }
        guard file != "-" else {
            throw ValidationError("The funnel is read from a file, so that the same can be asked again.")
        }
        if let histogram, !Self.binCounts.contains(histogram) {
            throw ValidationError("--histogram takes 1 to \(Self.binCounts.upperBound) bins, not \(histogram).")
        }
        guard compared.isEmpty || compared.count == 2 else {
            throw ValidationError("--compare is given twice, with two values.")
        }
        guard reached == nil || dropped == nil else { throw ValidationError("Give --reached or --dropped, not both.") }
        if reached == nil, dropped == nil {
            guard page.after == nil, page.limit == usualPageSize else {
                throw ValidationError("--limit and --after need --reached or --dropped.")
            }
        } else if trend != nil || histogram != nil || !compared.isEmpty {
            throw ValidationError("A list goes with --limit and --after, not with --trend, --histogram and --compare.")
        }
    }

    /// The log alone knows which read model keeps the rows of a saved funnel.
    var models: [String] { [] }

    var asksRows: Bool { saved != nil }

    var noteWithoutRows: String? {
        "The events between are not named for a funnel that is gone through; they are for a saved one that has rows."
    }

    func rowModels(in crm: any CRMState) throws -> [String] {
        guard let saved, identityAt == nil else { return [] }
        let funnel = try crm.askedFunnel(saved)
        return try crm.hasRows(funnel) ? [funnel.readModel] : []
    }

    func answer(of crm: any CRMState) async throws -> Reply {
        do {
            return try await reply(of: crm)
        } catch let unknown as UnknownFunnel {
            throw CommandFailure(.notFound, "\(unknown)")
        } catch let unknown as UnknownGroup {
            throw CommandFailure(.notFound, "\(unknown)")
        }
    }

    private func reply(of crm: any CRMState) async throws -> Reply {
        let definition = try file.map { try FunnelDefinition(file: $0) }
        let source = definition.map { BehaviourQuestion.Source.definition($0) } ?? .saved(name: saved ?? "")
        var question = BehaviourQuestion(source, now: try time(in: crm))
        question.identityAsOf = identityAt
        guard reached != nil || dropped != nil else {
            question.trend = trend
            question.trendZone = query.givenZone
            question.bins = histogram
            question.compared = compared
            let funnel = try await crm.behaviour(question)
            let hasTrend = trend != nil
            return Reply(funnel, at: funnel.position, csv: hasTrend ? funnel.trendCSV : funnel.csv) {
                funnel.text(for: $0)
            }
        }
        let selection = try selection(in: definition ?? crm.askedFunnel(saved ?? "").definition)
        let subjects = try await crm.funnelSubjects(question, selection, limit: page.limit, after: page.after)
        let calendar = try query.calendar
        return Reply(subjects, at: subjects.position, csv: subjects.csv) { subjects.text(for: $0, calendar) }
    }

    /// Whom to list.
    private func selection(in definition: FunnelDefinition) throws -> FunnelSubjects.Selection {
        if let reached { return .reached(step: try definition.number(ofStep: reached)) }
        let dropped = dropped ?? ""
        let number = try definition.number(ofStep: dropped)
        guard number > 1, !definition.steps[number - 1].isOptional else {
            throw CommandFailure(
                .badInput,
                "funnel \(definition.name): nobody is lost before step \(dropped); expected a step behind the first "
                    + "that is not optional")
        }
        return .dropped(step: number)
    }
}
