import Rapport

extension Retention {
    /// The cohorts for people: a heat map, then who came for the first time and who was lost.
    func text(for terminal: Terminal, _ kind: RetentionKind) -> String {
        if at == nil { return "No orders." }
        let until = at.map { ", until \($0) (\(zone))" } ?? ""
        let heading = "Customers who came back, by \(by.rawValue) of the first order" + until
        var parts = [terminal.styled(heading, .bold)]
        if cohorts.isEmpty {
            parts.append("Nobody ordered first in that time.")
        } else {
            let shown = overall.filter { kind != .bracket || $0.before != nil }
            let rows = cohorts.map { (label: $0.period, count: $0.customers, cells: cells($0.marks, kind)) }
            let all = (
                label: "all", count: cohorts.reduce(Int64(0)) { $0 + $1.customers }, cells: cells(overall, kind)
            )
            let map = HeatMap(
                rowTitle: "First order", countTitle: "Customers", rows: rows + [all],
                columnLabels: shown.map { label($0, kind) })
            parts.append(map.render(width: terminal.drawingWidth, colour: terminal.showsColour))
        }
        if !periods.isEmpty { parts.append(periodTable(terminal)) }
        if !hazards.isEmpty { parts.append(hazardTable(terminal)) }
        if ordersWithoutCustomer > 0 {
            parts.append("\(NumberFormat.integer(ordersWithoutCustomer)) orders without a customer are left out.")
        }
        return parts.joined(separator: "\n\n")
    }

    /// The shares of a kind, in basis points; nil where they are not known.
    private func cells(_ marks: [Mark], _ kind: RetentionKind) -> [Int64?] {
        switch kind {
        case .bracket: marks.filter { $0.before != nil }.map { $0.bracket?.activeBp }
        case .nDay: marks.map { $0.nDay?.activeBp }
        case .unbounded: marks.map { $0.unbounded?.activeBp }
        }
    }

    private func label(_ mark: Mark, _ kind: RetentionKind) -> String {
        switch kind {
        case .bracket: mark.before.map { $0 - 1 == mark.day ? "\(mark.day)" : "\(mark.day)-\($0 - 1)" } ?? ""
        case .nDay: "day \(mark.day)"
        case .unbounded: "\(mark.day)+"
        }
    }

    private func periodTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Ordered in"), .init("First time", .right), .init("Again", .right), .init("Share", .right),
        ])
        for period in periods {
            table.append(row: [
                period.period, period.firstTime.map { NumberFormat.integer($0) } ?? NumberFormat.none,
                period.recurring.map { NumberFormat.integer($0) } ?? NumberFormat.none,
                NumberFormat.winRate(period.recurringBp),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func hazardTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Days"), .init("At risk", .right), .init("Lost", .right), .init("Share", .right),
        ])
        for hazard in hazards {
            table.append(row: [
                "\(hazard.day)-\(hazard.before - 1)", NumberFormat.integer(hazard.atRisk),
                NumberFormat.integer(hazard.lost), NumberFormat.winRate(hazard.hazardBp),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each cohort and day, and for all cohorts together.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "cohort", "customers", "day", "before", "nDay", "nDayOf", "bracket", "bracketOf", "unbounded",
            "unboundedOf",
        ])
        func append(_ name: String, _ customers: Int64, _ marks: [Mark]) {
            for mark in marks {
                table.append(
                    name, customers, mark.day, mark.before, mark.nDay?.active, mark.nDay?.customers,
                    mark.bracket?.active, mark.bracket?.customers, mark.unbounded?.active, mark.unbounded?.customers)
            }
        }
        for cohort in cohorts { append(cohort.period, cohort.customers, cohort.marks) }
        append("all", cohorts.reduce(0) { $0 + $1.customers }, overall)
        return table
    }
}
