import EventLog
import Rapport

extension FoundByIdentifier {
    /// The customers for people.
    func text(for terminal: Terminal) -> String {
        let lack = withheld.map { withheld in
            let count = NumberFormat.count(withheld.count, "customer")
            return terminal.styled("\(count) withheld, who may be the one: \(withheld.reason.rawValue)", .yellow)
        }
        if customers.isEmpty { return lack ?? "Nobody found." }
        var table = TextTable(columns: [.whole("Customer"), .init("Position", .right)])
        for customer in customers {
            let id = customer.foundAs.map { "\(customer.customerID) (\($0))" } ?? customer.customerID
            table.append(row: [id, customer.position.description])
        }
        let heading = "\(NumberFormat.integer(customers.count)) found"
        return terminal.styled(heading, .bold) + "\n\n"
            + table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + (lack.map { "\n" + $0 } ?? "")
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["customerID", "position", "eventID"])
        for customer in customers { table.append(customer.customerID, customer.position, customer.eventID) }
        return table
    }
}
