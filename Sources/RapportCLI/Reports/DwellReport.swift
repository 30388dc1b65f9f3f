import EventLog
import Rapport

extension StageDwell {
    /// The stages for people, and where deals stay longest.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let title = heading(calendar)
        if stages.isEmpty { return title + "\nNo deals." }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        let parts = [terminal.styled(title, .bold), drawing, bottleneckLines]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// One line for each value, pipeline and stage.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "value", "pipeline", "stage", "deals", "visits", "reentries", "openNow", "medianMs", "visitMeanMs",
            "visitMedianMs", "visitP75Ms", "visitP90Ms", "visitMaxMs", "dealMeanMs", "dealMedianMs", "dealP75Ms",
            "dealP90Ms", "dealMaxMs", "later", "earlier", "won", "lost",
        ])
        for stage in stages {
            let (visit, deal) = (stage.visit, stage.deal)
            table.append(
                stage.value, stage.pipeline, stage.stage, stage.deals, stage.visits, stage.reentries, stage.openNow,
                stage.medianMs, visit?.meanMs, visit?.medianMs, visit?.p75Ms, visit?.p90Ms, visit?.maxMs,
                deal?.meanMs, deal?.medianMs, deal?.p75Ms, deal?.p90Ms, deal?.maxMs, stage.exits.later,
                stage.exits.earlier, stage.exits.won, stage.exits.lost)
        }
        return table
    }

    private func heading(_ calendar: ZonedCalendar) -> String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "Time in stages", range.isEmpty ? nil : "visits begun \(range)",
            pipeline.map { "pipeline \($0.printable)" }, dimension.map { "by \($0.printable)" },
            "as of \(calendar.date(of: now))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    private var table: TextTable {
        var columns: [TextTable.Column] = []
        if let dimension { columns.append(.init(dimension)) }
        columns += [.init("Pipeline"), .init("Stage")]
        let numbers = [
            "Deals", "Visits", "Again", "Open", "Median", "90 %", "Per deal", "On", "Back", "Won", "Lost",
        ]
        for title in numbers { columns.append(.init(title, .right)) }
        var table = TextTable(columns: columns)
        for stage in stages {
            let counts = [stage.deals, stage.visits, stage.reentries, stage.openNow].map { NumberFormat.integer($0) }
            let times = [stage.medianMs, stage.visit?.p90Ms, stage.deal?.medianMs].map {
                DurationFormat.text(milliseconds: $0)
            }
            let exits = [stage.exits.later, stage.exits.earlier, stage.exits.won, stage.exits.lost].map {
                NumberFormat.integer($0)
            }
            let names = (dimension == nil ? [] : [stage.value ?? ""]) + [stage.pipeline, stage.stage]
            table.append(row: names + counts + times + exits)
        }
        return table
    }

    private var bottleneckLines: String {
        let lines = bottlenecks.map { found in
            let value = found.value.map { $0.isEmpty ? ", none" : ", \($0.printable)" } ?? ""
            return "Bottleneck of \(found.pipeline.printable)\(value): \(found.stage.printable), median "
                + DurationFormat.text(milliseconds: found.medianMs)
        }
        return lines.joined(separator: "\n")
    }
}
