import Rapport

extension SalesVelocity {
    /// The velocities for people.
    func text(for terminal: Terminal) -> String {
        if rows.isEmpty { return heading + "\nNo deals." }
        var columns: [TextTable.Column] = dimension.map { [.init($0)] } ?? []
        columns.append(.whole("Currency"))
        for title in ["Open", "Won", "Lost", "Average win", "Of closed", "Of opened", "Days", "A day"] {
            columns.append(.init(title, .right))
        }
        var table = TextTable(columns: columns)
        for row in rows {
            let counts = [row.open, row.won, row.lost].map { NumberFormat.integer($0) }
            let rates = [row.closedWinRateBp, row.openedWinRateBp].map { NumberFormat.winRate($0) }
            let days = row.cycleDaysCenti.map { NumberFormat.hundredths($0) } ?? NumberFormat.none
            let names = (dimension == nil ? [] : [row.value ?? ""]) + [row.currency]
            let average = amount(row.averageWonValue, row.currency)
            let velocity = amount(row.velocityPerDay, row.currency)
            table.append(row: names + counts + [average] + rates + [days, velocity])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }

    /// One line for each value and currency.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "value", "currency", "open", "won", "lost", "wonValue", "averageWonValue", "closedWinRateBp", "opened",
            "openedWon", "openedLost", "openedWinRateBp", "cycleDaysCenti", "velocityPerDay",
        ])
        for row in rows {
            table.append(
                row.value, row.currency, row.open, row.won, row.lost, row.wonValue, row.averageWonValue,
                row.closedWinRateBp, row.opened, row.openedWon, row.openedLost, row.openedWinRateBp,
                row.cycleDaysCenti, row.velocityPerDay)
        }
        return table
    }

    private var heading: String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "What open deals bring in a day", range.isEmpty ? nil : range, pipeline.map { "pipeline \($0.printable)" },
            dimension.map { "by \($0.printable)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    /// An amount, be it zero; a dash where there is none.
    private func amount(_ minorUnits: Int64?, _ currency: String) -> String {
        minorUnits.map { NumberFormat.money(minorUnits: $0, currency: currency) } ?? NumberFormat.none
    }
}
