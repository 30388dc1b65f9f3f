import ArgumentParser
import EventLog
import LMDB
import Rapport

/// A report as one HTML file that needs nothing else: it shows the answers, and on top what they are of. The same
/// answers give the same bytes.
struct ReportPage {
    let report: CompanyReport
    /// What the answers are of; the time of asking is not shown.
    let stamp: AnswerStamp
    let language: PageLanguage
    /// Shows amounts in this currency only; nil shows all.
    let currency: String?
    /// Draws the charts; nil leaves the tables alone.
    let library: ChartLibrary?

    private var words: PageWords { PageWords(language: language) }

    /// All sections, in their order.
    var sections: [PageSection] {
        var sections = [report.funnel.section(words, currency: currency)]
        for (index, funnel) in report.behaviour.enumerated() {
            var section = funnel.section(words, number: index + 1)
            if report.from != nil || report.to != nil { section.parts.insert(.paragraph(words.allDays), at: 0) }
            sections.append(section)
        }
        sections.append(report.waterfall.section(words, currency: currency))
        sections.append(report.satisfactionSection(words))
        sections.append(report.loyaltySection(words))
        sections.append(report.cohorts.section(words))
        return sections
    }

    /// The page.
    ///
    /// - Throws: what JSON cannot hold, as a number that is none.
    func html() throws -> String {
        let sections = sections
        let charts = library == nil ? [] : sections.flatMap(\.charts)
        var page = HTMLWriter()
        try page.element("html", [("lang", language.tag)]) { page in
            page.endLine()
            writeHead(to: &page)
            try page.element("body") { page in
                page.endLine()
                writeStamp(to: &page)
                for section in sections { section.write(drawsCharts: library != nil, to: &page) }
                guard let library else { return }
                page.verbatim(
                    "script", [("type", "application/json"), ("id", PageScript.chartsID)],
                    try PageChart.script(of: charts))
                page.verbatim("script", [], library.script)
                page.verbatim("script", [], PageScript.text)
            }
        }
        return "<!DOCTYPE html>\n" + page.text + "\n"
    }

    private func writeHead(to page: inout HTMLWriter) {
        page.element("head") { page in
            page.endLine()
            page.void("meta", [("charset", "utf-8")])
            page.void("meta", [("http-equiv", "Content-Security-Policy"), ("content", policy)])
            page.void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
            page.void("meta", [("name", "generator"), ("content", "rapport \(RapportCommand.configuration.version)")])
            page.line("title", [], "\(words.title) · \(report.position)")
            page.verbatim("style", [], PageStyle.text)
        }
        page.endLine()
    }

    /// What the page may do: run its own scripts and use its own style, and ask nobody for anything.
    private var policy: String {
        let scripts = library.map { [$0.script, PageScript.text].map { HTMLWriter.source(of: $0) } } ?? []
        let scriptSources = scripts.isEmpty ? "'none'" : scripts.joined(separator: " ")
        return "default-src 'none'; script-src \(scriptSources); style-src \(HTMLWriter.source(of: PageStyle.text)); "
            + "base-uri 'none'; form-action 'none'"
    }

    // MARK: What it is of

    private func writeStamp(to page: inout HTMLWriter) {
        page.line("h1", [], words.title)
        page.element("dl") { page in
            page.endLine()
            for fact in facts {
                page.line("dt", [], fact.name)
                page.line("dd", [], fact.value)
            }
        }
        page.endLine()
        page.line("p", [], words.intervals)
    }

    private var facts: [(name: String, value: String)] {
        var facts = [
            (name: words.position, value: "\(stamp.position)"),
            (name: words.recorded, value: text(of: report.recordedAt)),
        ]
        if let time = stamp.occurredUntil { facts.append((name: words.occurredUntil, value: "\(time)")) }
        let models = stamp.readModels.sorted { $0.key.compareBytes(to: $1.key) < 0 }.map { "\($0.key) \($0.value)" }
        facts.append((name: words.matureAt, value: text(of: report.now)))
        facts.append((name: words.range, value: words.range(report.from, report.to)))
        facts.append((name: words.periods, value: words.granularity(report.by)))
        if let pipeline = report.funnel.pipeline { facts.append((name: words.pipeline, value: pipeline)) }
        if let currency { facts.append((name: words.currency, value: currency)) }
        facts.append((name: words.zone, value: report.zone))
        facts.append((name: words.log, value: "\(stamp.logId)"))
        facts.append((name: words.readModels, value: models.joined(separator: ", ")))
        facts.append((name: words.digest, value: stamp.answerDigest))
        return facts
    }

    /// A time; of an empty log there is none.
    private func text(of time: Timestamp) -> String { time.microseconds == 0 ? words.nothing : "\(time)" }
}
