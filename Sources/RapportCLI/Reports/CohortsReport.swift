import Rapport

extension Cohorts {
    /// The cohorts for people: a heat map, and the rates of all together.
    func text(for terminal: Terminal) -> String {
        if cohorts.isEmpty { return "No orders." }
        let rows = cohorts.map { cohort in
            let shares = cohort.active.map { count in
                count.map { $0 * 10_000 / max(1, cohort.customers) }
            }
            return (label: cohort.period, count: cohort.customers, cells: [cohort.repeatRateBp] + shares)
        }
        let periods = cohorts.map(\.active.count).max() ?? 0
        let map = HeatMap(
            rowTitle: "First order", countTitle: "Customers", rows: rows,
            columnLabels: ["Again"] + (0..<periods).map { "+\($0)" })
        let heading = "Customers who ordered again, by \(by.rawValue)" + (at.map { ", until \($0) (\(zone))" } ?? "")
        let total =
            "\(NumberFormat.integer(overall.customers)) customers, \(NumberFormat.integer(overall.orders)) orders; "
            + "again: \(NumberFormat.integer(overall.repeatCustomers)) (\(share(overall.repeatCustomers))), "
            + "on another day: \(NumberFormat.integer(overall.repeatOnOtherDay)) (\(share(overall.repeatOnOtherDay)))"
        return [
            terminal.styled(heading, .bold),
            map.render(width: terminal.drawingWidth, colour: terminal.showsColour), total,
        ].joined(separator: "\n\n")
    }

    private func share(_ customers: Int64) -> String {
        NumberFormat.percent(Int(customers), of: Int(overall.customers))
    }

    /// One line for each cohort and period since.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "cohort", "customers", "orders", "repeatCustomers", "repeatRateBp", "repeatOnOtherDay",
            "repeatOnOtherDayBp", "period", "active",
        ])
        for cohort in cohorts {
            for (number, active) in cohort.active.enumerated() {
                table.append(
                    cohort.period, cohort.customers, cohort.orders, cohort.repeatCustomers, cohort.repeatRateBp,
                    cohort.repeatOnOtherDay, cohort.repeatOnOtherDayBp, number, active)
            }
        }
        return table
    }
}
