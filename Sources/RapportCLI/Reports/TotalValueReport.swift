import Rapport

extension TotalValue {
    /// The terms of all customers together and those of each, for people.
    func text(for terminal: Terminal) -> String {
        guard let at else { return "No customers." }
        var parts = [
            terminal.styled("What customers are worth, until \(at) (\(zone))", .bold), termTable(terminal),
            customerTable(terminal) + terminal.nextPage(next),
            "\(NumberFormat.integer(moved)) of \(NumberFormat.integer(customers)) customers have another rank by value "
                + "than by sales",
        ]
        if !drivers.isEmpty { parts.append(driverTable(terminal)) }
        if let notExpected { parts.append("No orders to come are expected: \(notExpected)") }
        if let lines = gaps.lines { parts.append(lines) }
        if let lines = leftOut.lines { parts.append(lines) }
        return parts.joined(separator: "\n\n")
    }

    private func amount(_ minorUnits: Int64?) -> String {
        guard let currency, let minorUnits else { return NumberFormat.none }
        return NumberFormat.money(minorUnits: minorUnits, currency: currency)
    }

    private func termTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [.whole("All customers"), .init("Amount", .right)])
        let ahead = "\(NumberFormat.integer(horizon)) \(unit.rawValue)s"
        let rows = [
            ("margin so far", amount(total.margin)), ("expected within \(ahead)", amount(total.expected)),
            ("referrals", amount(total.referrals)), ("suggestions", amount(total.suggestions)),
            ("less service", amount(total.service)), ("value", amount(total.value)), ("sales", amount(sales)),
        ]
        for row in rows { table.append(row: [row.0, row.1]) }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func customerTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Customer"), .init("Value", .right), .init("Margin", .right), .init("Expected", .right),
            .init("Referrals", .right), .init("Suggestions", .right), .init("Service", .right), .init("Rank", .right),
            .init("By sales", .right), .init("Moved", .right),
        ])
        for row in rows {
            let terms = row.terms
            table.append(row: [
                row.customer ?? "(erased)", NumberFormat.integer(terms.value), NumberFormat.integer(terms.margin),
                terms.expected.map { NumberFormat.integer($0) } ?? NumberFormat.none,
                NumberFormat.integer(terms.referrals), NumberFormat.integer(terms.suggestions),
                NumberFormat.integer(terms.service), NumberFormat.integer(row.valueRank),
                NumberFormat.integer(row.salesRank), (row.moved > 0 ? "+" : "") + NumberFormat.integer(row.moved),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func driverTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [.whole("Service"), .init("Times", .right), .init("Cost", .right)])
        for driver in drivers {
            table.append(row: [
                driver.driver ?? NumberFormat.none, NumberFormat.integer(driver.costs), amount(driver.total),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each customer.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "customer", "value", "margin", "expected", "referrals", "suggestions", "service", "sales", "orders",
            "referees", "adopted", "valueRank", "salesRank", "moved", "currency",
        ])
        for row in rows {
            let terms = row.terms
            table.append(
                row.customer, terms.value, terms.margin, terms.expected, terms.referrals, terms.suggestions,
                terms.service, row.sales, row.orders, row.referees, row.adopted, row.valueRank, row.salesRank,
                row.moved, currency)
        }
        return table
    }
}

extension TotalValue.LeftOut {
    /// What is in no value, for people; nil where there is nothing of it.
    fileprivate var lines: String? {
        let counts = [
            (costsInOtherCurrencies, "service costs in other currencies are left out"),
            (costsWithoutAmount, "service costs without an amount are left out"),
            (benefitsInOtherCurrencies, "adopted suggestions with a benefit in other currencies are left out"),
            (adoptedWithoutBenefit, "adopted suggestions without an estimated benefit bring nothing"),
            (decidedUnknown, "decisions about suggestions that nobody is known to have made bring nothing"),
            (referralsOfNobody, "referrals of nobody who is a customer bring nothing"),
            (repeatedReferrals, "referrals of somebody who had been sent before are left out"),
            (selfReferrals, "referrals of oneself are left out"),
            (referralCircles, "circles of customers who sent each other are cut"),
        ]
        let lines = counts.filter { $0.0 > 0 }.map { "\(NumberFormat.integer($0.0)) \($0.1)" }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
