import EventLog
import Rapport

extension ListPage<LeadEntry> {
    /// The leads for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No leads." }
        var table = TextTable(columns: [
            .whole("Captured"), .whole("Lead"), .whole("Status"), .init("Organisation"), .init("Source"),
            .init("Medium"),
            .init("Owner"), .init("Score", .right), .init("Due within", .right), .init("Response after", .right),
            .init("Closed"), .init("Reason"),
        ])
        for lead in rows {
            let due = lead.respondBy.map { ($0.microseconds - lead.capturedAt.microseconds) / 1000 }
            table.append(row: [
                calendar.date(of: lead.capturedAt).description, lead.leadID, lead.status.rawValue,
                lead.organisation ?? "", lead.source ?? "", lead.medium ?? "", lead.owner ?? "",
                lead.scoreBp.map { NumberFormat.percent(basisPoints: Int($0)) } ?? "",
                due.map { DurationFormat.text(milliseconds: $0) } ?? "",
                lead.firstResponseMs.map { DurationFormat.text(milliseconds: $0) } ?? "",
                lead.closedAt.map { calendar.date(of: $0).description } ?? "", lead.reason ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each lead.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "leadID", "status", "organisation", "source", "medium", "owner", "scoreBp", "capturedAt", "respondBy",
            "firstResponseAt", "firstResponseMs", "qualifiedAt", "closedAt", "reason", "customer", "opportunity",
            "isExistingOpportunity",
        ])
        for lead in rows {
            table.append(
                lead.leadID, lead.status.rawValue, lead.organisation, lead.source, lead.medium, lead.owner,
                lead.scoreBp, lead.capturedAt, lead.respondBy, lead.firstResponseAt, lead.firstResponseMs,
                lead.qualifiedAt, lead.closedAt, lead.reason, lead.customer, lead.opportunity,
                lead.isExistingOpportunity)
        }
        return table
    }
}

extension LeadFunnel {
    /// The funnel for people: a chart of one cohort, a table of several or of events; then the durations.
    func text(for terminal: Terminal) -> String {
        if overall.isEmpty { return heading + "\nNo leads." }
        let isOneCohort = basis == .captured && dimension == nil && period == nil
        let parts = [
            terminal.styled(heading, .bold), isOneCohort ? chart(for: terminal) : countTable(for: terminal),
            durationTable(for: terminal),
        ]
        return parts.compactMap { $0 }.joined(separator: "\n\n")
    }

    private var heading: String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let what =
            switch basis {
            case .captured: "Leads captured" + (range.isEmpty ? "" : " " + range) + ", as they stand now"
            case .event: "What happened to leads" + (range.isEmpty ? "" : " " + range)
            }
        return what + (dimension.map { ", by \($0.printable)" } ?? "") + " (\(zone))"
    }

    private func chart(for terminal: Terminal) -> String {
        let steps = [
            ("captured", total.captured), ("responded", total.responded), ("qualified", total.qualified),
            ("converted", total.converted),
        ]
        let chart = FunnelChart(labelTitle: "Leads", steps: steps.map { .init(label: $0.0, count: Int($0.1)) })
        return chart.render(width: terminal.drawingWidth, colour: terminal.showsColour)
            + "\n\n\(NumberFormat.integer(total.disqualified)) given up"
    }

    /// Periods and groups, then the whole range.
    private func countTable(for terminal: Terminal) -> String {
        let labels: [TextTable.Column] =
            (dimension.map { [.init($0)] } ?? []) + (period == nil ? [] : [.init("Period")])
        var titles = ["Captured", "Responded", "Qualified", "Given up", "Converted", "Conversion"]
        if basis == .event { titles.append("Open at end") }
        var table = TextTable(columns: labels + titles.map { .init($0, .right) })
        let lines = period == nil ? overall : points + overall
        for point in lines {
            let counts = [point.captured, point.responded, point.qualified, point.disqualified, point.converted]
            table.append(
                row: (dimension == nil ? [] : [point.group ?? ""]) + (period == nil ? [] : [point.period])
                    + counts.map { NumberFormat.integer($0) } + [NumberFormat.winRate(point.conversionBp)]
                    + (point.open.map { [NumberFormat.integer($0)] } ?? []))
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// How long it took; nil where nothing was measured.
    private func durationTable(for terminal: Terminal) -> String? {
        var table = TextTable(columns: [
            .init("From capture to"), .init("Leads", .right), .init("Mean", .right), .init("Median", .right),
            .init("75 %", .right), .init("90 %", .right), .init("Longest", .right), .init("Before capture", .right),
        ])
        var isEmpty = true
        for (name, summary, negative) in [
            ("first response", firstResponse, negativeFirstResponses), ("conversion", conversion, negativeConversions),
        ] {
            guard let summary else { continue }
            isEmpty = false
            let lengths = [summary.meanMs, summary.medianMs, summary.p75Ms, summary.p90Ms, summary.maxMs]
            table.append(
                row: [name, NumberFormat.integer(summary.count)]
                    + lengths.map { DurationFormat.text(milliseconds: $0) }
                    + [negative == 0 ? "" : NumberFormat.integer(negative)])
        }
        return isEmpty ? nil : table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each period and group; the whole range where there are no periods.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "captured", "responded", "qualified", "disqualified", "converted", "conversionBp",
            "open",
        ])
        for point in points {
            table.append(
                point.period, point.group, point.captured, point.responded, point.qualified, point.disqualified,
                point.converted, point.conversionBp, point.open)
        }
        return table
    }
}
