import Foundation
import Rapport

extension ForecastBackTest {
    /// The back-test for people: what each method said of each period beside what came, then how good it was.
    func text(for terminal: Terminal) -> String {
        if points.isEmpty { return heading + "\nNo deals." }
        var parts = [terminal.styled(heading, .bold)]
        // Where nobody has stated an amount there was none to forecast.
        let stated = summaries.filter { !$0.currency.isEmpty }
        let totals = stated.filter { $0.group == nil }
        var tables = totals.filter { $0.method == .commit }.map { periodTable(of: $0.currency) }
        tables.append(summaryTable(totals, nil))
        if let by { tables.append(summaryTable(stated.filter { $0.group != nil }, by)) }
        parts += tables.map { $0.render(maximumWidth: terminal.width, colour: terminal.showsColour) }
        if basis == .known { parts.append(Self.knowledgeNote) }
        if !exact { parts.append(correctionNote) }
        return parts.joined(separator: "\n\n")
    }

    /// What each method said of each period, of all deals and of each group.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "currency", "method", "forecast", "lower", "upper", "actual", "error", "errorBp",
            "isWithin",
        ])
        for point in points {
            table.append(
                point.period, point.group, point.currency, point.method.rawValue, point.forecast, point.lower,
                point.upper, point.actual, point.error, point.errorBp, point.isWithin)
        }
        return table
    }

    private var heading: String {
        let made = day == 0 ? "the day before" : "day \(day)"
        let known = basis == .known ? "by what was recorded then" : "by what had happened"
        var parts = ["Forecasts from \(from) to \(to) by \(period.rawValue)", "made on \(made)", known]
        if let pipeline { parts.append("pipeline \(pipeline.printable)") }
        return parts.joined(separator: ", ") + " (\(zone))"
    }

    /// One row for each period: what came, and what the methods had said.
    private func periodTable(of currency: String) -> TextTable {
        let columns: [TextTable.Column] = [.whole(period.rawValue.capitalized), .init("Won", .right)]
        let methods = ForecastMethod.allCases.map { TextTable.Column($0.label.capitalizedFirst, .right) }
        var table = TextTable(columns: columns + methods)
        for period in periods {
            let these = points.filter {
                $0.period == period.period && $0.group == nil && $0.currency.utf8.elementsEqual(currency.utf8)
            }
            guard let first = these.first else { continue }
            let forecasts = these.map { NumberFormat.amount($0.forecast, currency) }
            table.append(row: [period.period, NumberFormat.amount(first.actual, currency)] + forecasts)
        }
        return table
    }

    /// One row for each method.
    private func summaryTable(_ summaries: [Summary], _ dimension: String?) -> TextTable {
        let columns: [TextTable.Column] = [
            .whole("Method"), .init("Periods", .right), .init("MAPE", .right), .init("Bias", .right),
            .init("of won", .right), .init("In band", .right), .init("Score", .right),
        ]
        var table = TextTable(columns: dimension.map { [TextTable.Column($0)] + columns } ?? columns)
        for summary in summaries {
            let row = [
                summary.method.label, NumberFormat.integer(summary.periods), NumberFormat.share(summary.mapeBp),
                NumberFormat.amount(summary.bias, summary.currency), NumberFormat.share(summary.biasBp),
                NumberFormat.share(summary.coverageBp),
                NumberFormat.amount(summary.weightedIntervalScore, summary.currency),
            ]
            table.append(row: dimension == nil ? row : [summary.group ?? ""] + row)
        }
        return table
    }

    private static let knowledgeNote =
        "Changes recorded later are left out; customers, attributes and corrections are as known now."

    private var correctionNote: String {
        let count = periods.map(\.laterCorrections).max() ?? 0
        return "Later corrections that nobody knew of then: up to \(NumberFormat.integer(count)) in a period; "
            + "--as-of shows a forecast without them."
    }
}

extension NumberFormat {
    /// A share in percent, where there is one.
    fileprivate static func share(_ basisPoints: Int64?) -> String {
        basisPoints.map { percent(basisPoints: Int($0)) } ?? none
    }
}

extension String {
    /// With a capital letter.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
