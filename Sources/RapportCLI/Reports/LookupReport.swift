import EventLog
import Rapport

extension FoundByIdentifier {
    /// The customers for people.
    func text(for terminal: Terminal) -> String {
        if customers.isEmpty { return "Nobody found." }
        var table = TextTable(columns: [.whole("Customer"), .init("Position", .right)])
        for customer in customers { table.append(row: [customer.customerID, customer.position.description]) }
        let heading = "\(NumberFormat.integer(customers.count)) found"
        return terminal.styled(heading, .bold) + "\n\n"
            + table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["customerID", "position", "eventID"])
        for customer in customers { table.append(customer.customerID, customer.position, customer.eventID) }
        return table
    }
}
