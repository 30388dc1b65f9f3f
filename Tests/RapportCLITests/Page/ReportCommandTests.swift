import Foundation
import Rapport
import TestSupport
import Testing

@testable import RapportCLI

/// `report`: the page of a company.
@Suite(.timeLimit(.minutes(5)))
struct ReportCommandTests {
    /// A row of figures as JSON has them; what is not known is empty.
    private static func row(_ values: (any CustomStringConvertible)?...) -> [String] {
        values.map { $0?.description ?? "" }
    }

    @Test("the deal funnel has the figures of funnel")
    func dealFunnel() async throws {
        let company = try await ReportCompany()
        let page = try await company.page("--from", "2017-01-01", "--to", "2017-12-31")
        let funnel = try await company.answer(
            DealFunnel.self, "funnel", "--from", "2017-01-01", "--to", "2017-12-31")
        let steps = funnel.steps.map { Self.row($0.stage, $0.deals, $0.ofOpenedBp, $0.ofPreviousBp) }
        #expect(page.rows("funnel") == [["opened", "4", "", ""]] + steps)
        #expect(funnel.steps.contains { $0.stage == ReportCompany.hostileStage })
        #expect(
            page.rows("funnel", 1) == [["Won", "1"], ["Lost", "1"], ["Open", "2"], ["Win rate", "5000"]])
        let values = funnel.values.map { Self.row($0.currency, $0.wonValue, $0.openValue, $0.lostValue) }
        #expect(page.rows("funnel", 2) == values)
    }

    @Test("the waterfall has the figures of waterfall, and goes by --currency")
    func waterfall() async throws {
        let company = try await ReportCompany()
        let waterfall = try await company.answer(
            PipelineWaterfall.self, "waterfall", "--from", "2017-02-01", "--to", "2017-02-28")
        let page = try await company.page("--from", "2017-02-01", "--to", "2017-02-28")
        for (number, balance) in waterfall.balances.enumerated() {
            var expected: [[String]] = []
            for item in WaterfallItem.allCases {
                guard let bar = balance.bar(item) else { continue }
                expected.append(Self.row(bar.count, item == .end ? bar.value : bar.value * item.sign))
            }
            #expect(page.rows("waterfall", number).map { Array($0.dropFirst()) } == expected)
        }
        #expect(page.tables["waterfall"]?.count == 2)
        let dollars = try await company.page("--currency", "USD")
        #expect(dollars.tables["waterfall"]?.count == 1)
        #expect(dollars.rows("waterfall").last == ["end", "1", "30000"])
        #expect(try company.html().contains("<dt>Currency</dt>\n<dd>USD</dd>"))
        _ = try await company.page("--pipeline", "sales")
        #expect(try company.html().contains("<dt>Pipeline</dt>\n<dd>sales</dd>"))
        let run = try await company.report("--force", "--currency", "JPY")
        #expect(run.status == 2)
        #expect(run.errors == "rapport: no currency is named JPY; expected EUR, USD\n")
    }

    @Test("scores, the orders after them and cohorts have the figures of their commands")
    func customers() async throws {
        let company = try await ReportCompany()
        let page = try await company.page()
        let trend = try await company.answer(
            SatisfactionTrend.self, "satisfaction", "--metric", "nps", "--by", "quarter")
        let points = trend.points.map { point in
            Self.row(point.period, point.counts.validCount, point.nps?.score, point.nps?.lower, point.nps?.upper)
        }
        #expect(page.rows("satisfaction").dropLast().map { Array($0.prefix(5)) } == points)
        #expect(page.rows("satisfaction").last?.prefix(2) == ["all", "3"])
        let curve = try await company.answer(LoyaltyCurve.self, "loyalty", "--metric", "nps")
        let scores = curve.scores.map { score in
            let count = score.count
            return Self.row(
                score.score, count.answered, count.matured, count.immature, count.repurchased, count.repurchasedBp,
                count.share?.lower)
        }
        #expect(page.rows("loyalty").dropLast().map { Array($0.prefix(7)) } == scores)
        let cohorts = try await company.answer(Cohorts.self, "cohorts", "--by", "quarter")
        let expected = cohorts.cohorts.map { cohort in
            let figures = Self.row(
                cohort.period, cohort.customers, cohort.orders, cohort.repeatRateBp, cohort.repeatOnOtherDayBp)
            return figures + cohort.active.flatMap { Self.row($0) }
        }
        #expect(page.rows("cohorts").dropLast().map { Array($0) } == expected)
    }

    @Test("a funnel of events is on the page, from a file and saved")
    func behaviour() async throws {
        let company = try await ReportCompany()
        let saved = try await Command(["funnels", "--save", company.funnel, "--data", company.data.path]).run()
        try #require(saved.status == 0, "\(saved.errors)")
        let page = try await company.page("--funnel", company.funnel, "--saved", "buying", "--at", "2018-12-31")
        let funnel = try await company.answer(
            BehaviourFunnel.self, "behaviour", "--saved", "buying", "--at", "2018-12-31")
        let steps = funnel.steps.map { step in
            let share = step.ofEntered
            return Self.row(step.name, step.count, step.dropped, share?.shareBp, share?.lowBp, share?.highBp)
        }
        for section in ["behaviour-1", "behaviour-2"] {
            #expect(page.rows(section).map { Array($0.prefix(6)) } == steps)
        }
        #expect(page.text.contains("Funnel: Asked & <bought>"))
        #expect(page.text.contains("Of all days") == false)
        let cut = try await company.page("--funnel", company.funnel, "--from", "2017-01-01")
        #expect(cut.text.contains("Of all days, whatever the range of the page."))
        let run = try await company.report("--force", "--saved", "nope")
        #expect(run.status == 2, "\(run.errors)")
    }

    @Test("nothing that comes from outside is code, and nothing is asked of the network")
    func safety() async throws {
        let company = try await ReportCompany()
        let page = try await company.page("--funnel", company.funnel)
        #expect(page.tags.filter { $0.name == "script" }.count == 3)
        #expect(page.scripts[1] == ChartLibraryTests.script)
        #expect(page.scripts[2] == PageScript.text)
        #expect(!page.scripts[0].contains("<"))
        let known: Set = [
            "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "dt", "dd", "section",
            "figure", "canvas", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "data", "script",
        ]
        #expect(Set(page.tags.map(\.name)).subtracting(known) == [])
        for tag in page.tags {
            let isOwn = [" src=", " href=", " style=", " on"].allSatisfy { !tag.attributes.contains($0) }
            #expect(isOwn || tag.name == "canvas" || tag.name == "meta", "\(tag)")
        }
        let policy = page.values(of: "content", "meta").first { $0.hasPrefix("default-src") } ?? ""
        #expect(policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
        #expect(policy.contains(HTMLWriter.source(of: PageScript.text)))
        #expect(!policy.contains("unsafe"))
        #expect(try company.html().contains("://") == false)
    }

    @Test("each chart has its place, and the numbers of its table")
    func charts() async throws {
        let company = try await ReportCompany()
        let page = try await company.page("--funnel", company.funnel)
        let ids = page.values(of: "id", "canvas")
        guard case .array(let charts) = try JSONTree(parsing: Array(page.scripts[0].utf8)) else {
            Issue.record("no charts")
            return
        }
        #expect(charts.map { $0.member("id")?.plainText ?? "" } == ids)
        #expect(ids.count == 6 && Set(ids).count == 6, "\(ids)")
        #expect(page.values(of: "id", "script") == ["charts"])
        let funnel = charts.first { $0.member("id")?.plainText == "chart-funnel" }
        guard case .array(let values)? = funnel?.member("value")?.member("values") else {
            Issue.record("no values")
            return
        }
        #expect(values.map(\.text) == page.rows("funnel").map { $0[1] })
    }

    @Test("in Chinese it has the same figures")
    func chinese() async throws {
        let company = try await ReportCompany()
        let english = try await company.page()
        let chinese = try await company.page("--language", "zh")
        #expect(ParsedPage.attribute("lang", chinese.tags[0].attributes) == "zh-Hans")
        #expect(chinese.text.contains("满意度趋势") && !chinese.text.contains("Satisfaction"))
        #expect(chinese.values(of: "value", "data") == english.values(of: "value", "data"))
    }

    @Test("asked again of the same position it is the same page, whatever has come since")
    func repeated() async throws {
        let company = try await ReportCompany()
        _ = try await company.page("--as-of", "20")
        let first = try company.html()
        #expect(first.contains("<dd>20</dd>"))
        let more = TinyCompany.lines[5].replacing("000000000006", with: "000000000098").replacing("O-3", with: "O-8")
        _ = try await rapport("append", "--data", company.data.path, input: more + "\n")
        _ = try await company.page("--as-of", "20")
        #expect(try company.html() == first)
        _ = try await company.page()
        #expect(try company.html() != first)
    }

    @Test("without charts there are tables only, and no script")
    func tablesOnly() async throws {
        let company = try await ReportCompany()
        let run = try await rapport("report", company.file, "--no-charts", "--data", company.data.path)
        #expect(run.status == 0, "\(run.errors)")
        let page = try ParsedPage(company.html())
        #expect(Set(page.tags.map(\.name)).isDisjoint(with: ["script", "canvas"]))
        #expect(page.rows("funnel").isEmpty == false)
    }

    @Test("an empty log has a page that says so")
    func emptyLog() async throws {
        let company = try await ReportCompany()
        let empty = try TemporaryDirectory()
        let line = TinyCompany.lines[2] + "\n"
        _ = try await rapport("append", "--data", empty.path, input: line)
        let run = try await rapport("report", company.file, "--charts", company.library, "--data", empty.path)
        #expect(run.status == 0, "\(run.errors)")
        let page = try ParsedPage(company.html())
        for sentence in ["No deals.", "No answers.", "No orders."] { #expect(page.text.contains(sentence)) }
    }

    @Test("a file that is there stays unless it is forced, and no part of a page is left")
    func files() async throws {
        let company = try await ReportCompany()
        try Data("mine\n".utf8).write(to: URL(filePath: company.file))
        let refused = try await company.report()
        #expect(refused.status == 3)
        #expect(refused.errors == "rapport: \(company.file): is there already; --force replaces it\n")
        #expect(try company.html() == "mine\n")
        let missing = try await rapport("report", company.file, "--force", "--data", "nowhere", "--no-charts")
        #expect(missing.status == 2)
        #expect(try company.html() == "mine\n")
        let forced = try await company.report("--force")
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.lines.first?.hasPrefix("\(company.file): a page of ") == true)
        #expect(forced.lines.last == "at position 23")
        #expect(try company.html().hasPrefix("<!DOCTYPE html>"))
        #expect(FileManager.default.fileExists(atPath: company.file + ".part") == false)
    }

    @Test("without a library nothing is asked, and it says what to install")
    func noLibrary() async throws {
        let directory = try TemporaryDirectory()
        let run = try await rapport(
            "report", directory.path + "/page.html", "--data", "nowhere",
            environment: ["RAPPORT_CHARTS": directory.path + "/nothing.js"])
        #expect(run.status == 2)
        #expect(run.errors.contains("nothing.js: no Chart.js here; apt-get install libjs-chart.js installs it"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test(
        "what does not go together is wrong usage",
        arguments: [
            ["--json"], ["--csv"], ["--from", "2017-02-02", "--to", "2017-02-01"], ["--horizon", "0"],
            ["--charts", "a.js", "--no-charts"], ["--language", "de"], ["--by", "decade"], ["--funnel", "-"],
        ])
    func wrongUsage(options: [String]) async throws {
        #expect(try await Command(["report", "page.html", "--data", "nowhere"] + options).run().status == 64)
    }
}
