import ArgumentParser
import EventLog
import Foundation
import Rapport

/// `rapport report`: a page for a browser, and for paper, of what the other commands answer.
struct ReportCommand: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write one page with the funnels, the waterfall, scores, loyalty and cohorts.",
        discussion: """
            The page is one HTML file that asks nothing of the network: charts, and beside each the table with its \
            numbers, which print well and need no JavaScript. All of it is of one position, which stands on top; the \
            figures are those of funnel, behaviour, waterfall, satisfaction, loyalty and cohorts. Asked again of the \
            same position it is the same page, byte for byte.

              rapport report page.html --from 2017-01-01 --to 2017-12-31 --data crm
              rapport report page.html --funnel signup.yaml --language zh --as-of 5000

            --from and --to are the days of opening, of answers, of first orders, and of the waterfall; without them \
            the page is of all. Charts are drawn by Chart.js, which is read from the package libjs-chart.js of Debian \
            and Ubuntu; --charts or RAPPORT_CHARTS in the environment names another place. The file is written beside \
            its place and gets its name when it is complete; only its owner may read it. One that is there already \
            stays, unless --force is given.
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var validTime: ValidTimeOptions

    @Argument(help: "The file to write.", completion: .file(extensions: ["html"]))
    var file: String

    @Option(help: ArgumentHelp("The first day.", valueName: "day"))
    var from: CivilDate?

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: CivilDate?

    @Option(help: "The length of the periods.")
    var by = Granularity.quarter

    @Option(help: ArgumentHelp("Amounts in this currency only.", valueName: "currency"))
    var currency: String?

    @Option(help: ArgumentHelp("Deals of one pipeline; without it all together.", valueName: "pipeline"))
    var pipeline: String?

    @Option(help: "One metric; without it each that there are answers to.")
    var metric: SatisfactionMetric?

    @Option(help: ArgumentHelp("Answers to one survey; without it to all.", valueName: "survey"))
    var survey: String?

    @Option(
        name: .customLong("horizon"),
        help: ArgumentHelp("Within how many days after an answer an order counts.", valueName: "days"))
    var horizonDays = 180

    @Option(
        name: .customLong("funnel"),
        help: ArgumentHelp("A funnel of events that a file defines; may be given again.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var funnelFiles: [String] = []

    @Option(
        name: .customLong("saved"),
        help: ArgumentHelp("A funnel of events that was saved; may be given again.", valueName: "name"))
    var savedFunnels: [String] = []

    @Option(help: "The language of the page.")
    var language = PageLanguage.english

    @Option(
        help: ArgumentHelp("The file of Chart.js. Without it, RAPPORT_CHARTS in the environment.", valueName: "file"),
        completion: .file(extensions: ["js"]))
    var charts: String?

    @Flag(help: "Leave the charts out: tables only.")
    var noCharts = false

    @Flag(help: "Replace a file that is there.")
    var force = false

    func validate() throws {
        try requireRange(from: from, to: to)
        guard !query.json, !query.csv else {
            throw ValidationError("A page is HTML; for --json and --csv ask funnel, waterfall and so on by themselves.")
        }
        guard charts == nil || !noCharts else { throw ValidationError("--charts and --no-charts exclude each other.") }
        guard LoyaltyQuestion.horizons.contains(horizonDays) else {
            throw ValidationError(
                "--horizon takes 1 to \(LoyaltyQuestion.horizons.upperBound) days, not \(horizonDays).")
        }
        guard !file.isEmpty, file != "-" else { throw ValidationError("The page is written to a file of its own.") }
        guard !funnelFiles.contains("-") else {
            throw ValidationError("A funnel is read from a file, so that the same can be asked again.")
        }
    }

    var happenedBy: TimeBound? { validTime.at }
    var models: [String] { ["pipeline", "satisfaction", "loyalty", "orders"] }

    func rowModels(in crm: any CRMState) throws -> [String] {
        let funnels = try savedFunnels.map { try crm.askedFunnel($0) }
        return try models + funnels.filter { try crm.hasRows($0) }.map(\.readModel)
    }

    // MARK: Asking

    func answer(of crm: any CRMState) async throws -> Reply {
        let report = try await report(of: crm)
        return Reply(report, at: report.position, csv: report.csv) { _ in "A page of position \(report.position)." }
    }

    private func report(of crm: any CRMState) async throws -> CompanyReport {
        let files = try funnelFiles.map { BehaviourQuestion.Source.definition(try FunnelDefinition(file: $0)) }
        let saved = savedFunnels.map { BehaviourQuestion.Source.saved(name: $0) }
        let question = ReportQuestion(
            from: from, to: to, by: by, pipeline: pipeline, metric: metric?.rawValue, survey: survey,
            horizonDays: horizonDays, behaviour: files + saved, zone: query.zone,
            now: try validTime.at?.end(in: query.calendar))
        let report = try await question.ask(crm)
        let currencies = Set(report.waterfall.balances.map(\.currency) + report.funnel.values.map(\.currency))
        try KnownNames.require("currency", currency, among: currencies.subtracting([""]).sorted())
        return report
    }

    // MARK: Writing

    /// Asks, and writes the page. Nothing is asked before it is known that there is a place to write to and something
    /// to draw with.
    func run() async throws {
        let library = noCharts ? nil : try ChartLibrary(charts)
        let question = try Question(self, words: Self.words)
        let page = try ExportFile(at: file, replacing: force)
        defer { page.discard() }
        let answer = try await DataDirectory(query.data).withCRM { crm in try await question.ask(crm) }
        // A page is made of what JSON has: what an answer is kept as, and what its digest is of.
        let report = try JSONDecoder().decode(CompanyReport.self, from: Data(answer.reply.json().text.utf8))
        let html = try ReportPage(
            report: report, stamp: try answer.stamp(), language: language, currency: currency, library: library
        ).html()
        do {
            try page.handle.write(contentsOf: Data(html.utf8))
            try page.finish()
        } catch {
            throw page.failure(error)
        }
        let size = NumberFormat.decimal(Double(html.utf8.count) / 1000, fractionDigits: 0)
        let terminal = Terminal.output
        try Output.print("\(file.printable): a page of \(size) kB\n" + terminal.footer(of: answer))
    }
}
