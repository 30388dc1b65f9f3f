import Rapport

extension RevenueRetention {
    /// The periods for people: what became of revenue, then who ordered for the first time and who again.
    func text(for terminal: Terminal) -> String {
        guard let at else { return "No orders." }
        let distance = apart == 1 ? "" : ", \(apart) periods apart"
        let heading = "Revenue of customers who came back, by \(by.rawValue)\(distance), until \(at) (\(zone))"
        var parts = [terminal.styled(heading, .bold)]
        if periods.isEmpty {
            parts.append("Nobody ordered in that time.")
        } else {
            parts.append(movementTable(terminal))
            parts.append(buyerTable(terminal))
        }
        if let lines = gaps.lines { parts.append(lines) }
        return parts.joined(separator: "\n\n")
    }

    /// In the currency of the answer; a dash for what is not known.
    private func amount(_ minorUnits: Int64?) -> String {
        guard let minorUnits, let currency else { return NumberFormat.none }
        return NumberFormat.money(minorUnits: minorUnits, currency: currency)
    }

    private func movementTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Period"), .whole("Against"), .init("NRR", .right), .init("GRR", .right), .init("Start", .right),
            .init("Expansion", .right), .init("Contraction", .right), .init("Churn", .right), .init("New", .right),
            .init("Reactivated", .right), .init("End", .right),
        ])
        for period in periods {
            let movement = period.movement
            table.append(row: [
                period.period, period.against, NumberFormat.winRate(movement?.netBp),
                NumberFormat.winRate(movement?.grossBp), amount(movement?.start.revenue),
                amount(movement?.expansion.revenue), amount(movement?.contraction.revenue),
                amount(movement?.churn.revenue), amount(movement?.new.revenue),
                amount(movement?.reactivated.revenue), amount(movement?.end.revenue),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func buyerTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Ordered in"), .init("First time", .right), .init("Orders", .right), .init("Revenue", .right),
            .init("Again", .right), .init("Orders", .right), .init("Revenue", .right),
        ])
        for period in periods {
            table.append(row: [period.period] + cells(period.firstTime) + cells(period.recurring))
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func cells(_ buyers: Buyers?) -> [String] {
        guard let buyers else { return [NumberFormat.none, NumberFormat.none, NumberFormat.none] }
        return [NumberFormat.integer(buyers.customers), NumberFormat.integer(buyers.orders), amount(buyers.revenue)]
    }

    /// One line for each period.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "against", "startCustomers", "start", "expansionCustomers", "expansion",
            "contractionCustomers", "contraction", "churnCustomers", "churn", "newCustomers", "new",
            "reactivatedCustomers", "reactivated", "endCustomers", "end", "netBp", "grossBp", "firstTimeCustomers",
            "firstTimeOrders", "firstTimeRevenue", "recurringCustomers", "recurringOrders", "recurringRevenue",
        ])
        for period in periods {
            let movement = period.movement
            let parts: [Part?] = [
                movement?.start, movement?.expansion, movement?.contraction, movement?.churn, movement?.new,
                movement?.reactivated, movement?.end,
            ]
            var numbers: [Int64?] = []
            for part in parts { numbers += [part?.customers, part?.revenue] }
            numbers += [movement?.netBp, movement?.grossBp]
            for buyers in [period.firstTime, period.recurring] {
                numbers += [buyers?.customers, buyers?.orders, buyers?.revenue]
            }
            table.append(row: [period.period, period.against] + numbers.map { $0.map { String($0) } ?? "" })
        }
        return table
    }
}
