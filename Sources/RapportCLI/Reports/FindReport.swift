import Rapport

extension FoundCustomers {
    /// The customers for people.
    func text(for terminal: Terminal) -> String {
        if total == 0 { return "Nobody found." }
        var table = TextTable(columns: [.whole("Customer"), .init("Name")])
        for row in page.rows {
            let id = row.foundAs.map { "\(row.customerID) (\($0))" } ?? row.customerID
            table.append(row: [id, row.name ?? row.withheld.map { "(\($0.rawValue))" } ?? ""])
        }
        let heading = "\(NumberFormat.integer(total)) found"
        return terminal.styled(heading, .bold) + "\n\n"
            + table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(page.next)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["customerID", "name", "match", "withheld"])
        for row in page.rows { table.append(row.customerID, row.name, row.match.rawValue, row.withheld?.rawValue) }
        return table
    }
}
