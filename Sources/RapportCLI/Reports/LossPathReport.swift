import Rapport

extension LossPaths {
    /// What had become of last orders, for people.
    func text(for terminal: Terminal) -> String {
        guard let at else { return "No orders." }
        let heading = "Customers lost after \(NumberFormat.count(silentDays, "day")) of silence, until \(at)"
        var parts = [terminal.styled("\(heading) (\(zone))", .bold), table(terminal)]
        var lines: [String] = []
        if immature > 0 {
            lines.append("\(NumberFormat.integer(immature)) customers ordered first less than that long ago")
        }
        if ordersWithoutCustomer > 0 {
            lines.append("\(NumberFormat.integer(ordersWithoutCustomer)) orders without a customer are left out")
        }
        if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Last order"), .init("Customers", .right), .init("Lost", .right), .init("Share", .right),
            .init("Of all lost", .right), .init("Of all who stayed", .right),
        ])
        for path in paths {
            table.append(row: [
                path.lastOrder.rawValue, NumberFormat.integer(path.customers), NumberFormat.integer(path.lost),
                NumberFormat.winRate(path.lostBp), NumberFormat.winRate(path.shareOfLostBp),
                NumberFormat.winRate(path.shareOfRetainedBp),
            ])
        }
        table.append(row: [
            "all", NumberFormat.integer(customers), NumberFormat.integer(lost), NumberFormat.winRate(lostBp),
            NumberFormat.none, NumberFormat.none,
        ])
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each thing that can become of an order.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "lastOrder", "customers", "lost", "lostBp", "shareOfLostBp", "shareOfRetainedBp",
        ])
        for path in paths {
            table.append(
                path.lastOrder.rawValue, path.customers, path.lost, path.lostBp, path.shareOfLostBp,
                path.shareOfRetainedBp)
        }
        return table
    }
}
