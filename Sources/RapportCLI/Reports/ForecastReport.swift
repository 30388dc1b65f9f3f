import EventLog
import Rapport

extension SalesForecast {
    /// The forecast for people: for each currency what there is, and what the methods make of it; then the groups.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let heading = heading(calendar)
        if totals.isEmpty { return heading + "\nNo deals." }
        var parts = [terminal.styled(heading, .bold)]
        for line in totals {
            parts.append(line.dealTable.render(maximumWidth: terminal.width, colour: terminal.showsColour))
        }
        parts.append(estimateTable(totals, nil).render(maximumWidth: terminal.width, colour: terminal.showsColour))
        if let groups, !groups.isEmpty {
            parts.append(estimateTable(groups, by).render(maximumWidth: terminal.width, colour: terminal.showsColour))
        }
        return (parts + notes).joined(separator: "\n\n")
    }

    /// One line for each method, of all deals and of each group.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "group", "currency", "method", "forecast", "lower", "upper", "won", "openDeals", "openValue",
        ])
        for line in totals + (groups ?? []) {
            for estimate in line.estimates {
                table.append(
                    line.group, line.currency, estimate.method.rawValue, estimate.value, estimate.lower,
                    estimate.upper, line.won.value, line.open.deals, line.open.value)
            }
        }
        return table
    }

    private func heading(_ calendar: ZonedCalendar) -> String {
        let day = calendar.date(of: madeAt)
        let isEndOfDay = calendar.endOfDay(day) == madeAt.advanced(byMicroseconds: 1)
        var parts = ["Forecast of \(from) to \(to)", "made at " + (isEndOfDay ? "the end of \(day)" : "\(madeAt)")]
        if let pipeline { parts.append("pipeline \(pipeline.printable)") }
        return parts.joined(separator: ", ") + " (\(zone))"
    }

    /// One row for each method of each line; amounts name their currency.
    private func estimateTable(_ lines: [Line], _ dimension: String?) -> TextTable {
        let columns: [TextTable.Column] = [
            .whole("Method"), .init("Forecast", .right), .init("80 % from", .right), .init("to", .right),
        ]
        var table = TextTable(columns: dimension.map { [TextTable.Column($0)] + columns } ?? columns)
        // Where nobody has stated an amount there is none to forecast.
        for line in lines where !line.currency.isEmpty {
            for estimate in line.estimates {
                let row = [
                    estimate.method.label, NumberFormat.amount(estimate.value, line.currency),
                    NumberFormat.amount(estimate.lower, line.currency),
                    NumberFormat.amount(estimate.upper, line.currency),
                ]
                table.append(row: dimension == nil ? row : [line.group ?? ""] + row)
            }
        }
        return table
    }

    /// Where the historic forecast and the run rate come from.
    private var notes: [String] {
        let days = NumberFormat.hundredths(remainingDaysCenti)
        var notes = ["\(days) days left; run rate of the last \(NumberFormat.count(trailingDays, "day"))."]
        for line in totals {
            let bases = line.bases.map { "\(NumberFormat.count(Int($0.deals), "deal")) \($0.basis.label)" }
            if bases.isEmpty { continue }
            let wins = NumberFormat.hundredths(line.expectedWinsCenti)
            let currency = line.currency.isEmpty ? "no currency" : line.currency
            notes.append("Historic, \(currency): \(wins) wins expected; \(bases.joined(separator: ", ")).")
        }
        return [notes.joined(separator: "\n")]
    }
}

extension SalesForecast.Line {
    /// What was won, and the open deals by what is expected of them.
    fileprivate var dealTable: TextTable {
        var table = TextTable(columns: [
            .whole(currency.isEmpty ? "no currency" : currency), .init("Deals", .right), .init("Value", .right),
        ])
        func append(_ name: String, _ deals: Int64, _ value: Int64) {
            table.append(row: [name, NumberFormat.integer(deals), NumberFormat.amount(value, currency)])
        }
        append("won", won.deals, won.value)
        for category in categories {
            append(category.category.isEmpty ? "no category" : category.category, category.deals, category.value)
        }
        if otherDays.deals > 0 { append("expected on other days", otherDays.deals, otherDays.value) }
        if noDay.deals > 0 { append("without an expected day", noDay.deals, noDay.value) }
        append("open", open.deals, open.value)
        return table
    }
}

extension NumberFormat {
    /// An amount of one currency; of none where nobody has stated any, or it is not known.
    static func amount(_ minorUnits: Int64?, _ currency: String) -> String {
        guard let minorUnits, !currency.isEmpty else { return none }
        return money(minorUnits: minorUnits, currency: currency)
    }
}

extension ForecastMethod {
    /// In a table.
    var label: String {
        switch self {
        case .commit: "commit"
        case .bestCase: "best case"
        case .stageWeighted: "stage-weighted"
        case .historic: "historic"
        case .runRate: "run rate"
        }
    }
}

extension ForecastBasis {
    /// Behind a number of deals.
    fileprivate var label: String {
        switch self {
        case .stageAtAge: "by stage and age"
        case .stage: "by stage"
        case .pipelineAtAge: "by the pipeline at their age"
        case .pipeline: "by the pipeline"
        }
    }
}
