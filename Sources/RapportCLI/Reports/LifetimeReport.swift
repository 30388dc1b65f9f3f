import Rapport

extension LifetimeValues {
    /// The models, how well they foretold, and what they expect, for people.
    func text(for terminal: Terminal) -> String {
        var parts = [
            terminal.styled("What customers will still buy, from purchases of \(from) to \(to) (\(zone))", .bold),
            "\(NumberFormat.integer(customers)) customers, \(NumberFormat.integer(repeaters)) purchased again; "
                + "\(LifetimeNumber.text(expectedActiveMillionths, digits: 1)) are expected to be active",
            modelTable(terminal),
        ]
        let correlation = correlationMillionths.map { LifetimeNumber.text($0, digits: 3) } ?? NumberFormat.none
        parts.append("Correlation of how often and how much, taken for 0: \(correlation)")
        if let holdout {
            parts.append(
                "Held out, \(holdout.from) to \(holdout.to): "
                    + "\(NumberFormat.integer(holdout.actual)) purchases, expected "
                    + LifetimeNumber.text(holdout.expectedMillionths, digits: 1))
            parts.append(weekTable(terminal))
        }
        let value = currency.map { NumberFormat.money(minorUnits: total, currency: $0) } ?? NumberFormat.none
        parts.append(
            "Within \(NumberFormat.integer(horizon)) \(unit.rawValue)s: "
                + "\(LifetimeNumber.text(expectedPurchasesMillionths, digits: 1)) purchases, worth \(value) at "
                + "\(NumberFormat.percent(basisPoints: Int(yearlyDiscountBp))) a year")
        if earlierCustomers > 0 {
            parts.append("\(NumberFormat.integer(earlierCustomers)) customers who had purchased before are left out")
        }
        if let lines = gaps.lines { parts.append(lines) }
        return parts.joined(separator: "\n\n")
    }

    private func modelTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Model"), .whole("Parameter"), .init("Value", .right), .init("Standard error", .right),
            .init("Customers", .right), .init("Log-likelihood", .right),
        ])
        for model in [purchases, spending] {
            for (number, parameter) in model.parameters.enumerated() {
                let isFirst = number == 0
                table.append(row: [
                    isFirst ? model.model : "", parameter.name,
                    LifetimeNumber.text(parameter.valueMillionths, digits: 3),
                    LifetimeNumber.text(parameter.standardErrorMillionths, digits: 3),
                    isFirst ? NumberFormat.integer(model.customers) : "",
                    isFirst ? LifetimeNumber.text(model.logLikelihoodMillionths, digits: 2) : "",
                ])
            }
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func weekTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .init("Week", .right), .whole("Until"), .init("Repeats so far", .right), .init("Expected", .right),
        ])
        for week in weeks where week.isHeldOut {
            table.append(row: [
                NumberFormat.integer(week.week), week.lastDay, NumberFormat.integer(week.actual),
                LifetimeNumber.text(week.expectedMillionths, digits: 1),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each week.
    var csv: CSVTable {
        var table = CSVTable(columns: ["week", "lastDay", "isHeldOut", "actual", "expectedMillionths"])
        for week in weeks {
            table.append(week.week, week.lastDay, week.isHeldOut, week.actual, week.expectedMillionths)
        }
        return table
    }
}

extension ListPage<LifetimeCustomer> {
    /// The customers for people.
    func text(for terminal: Terminal) -> String {
        if rows.isEmpty { return "No customers." }
        var table = TextTable(columns: [
            .whole("Customer"), .init("Repeats", .right), .init("Last on day", .right), .init("Of days", .right),
            .init("Active", .right), .init("Purchases", .right), .init("Each, minor units", .right),
            .init("Value", .right),
        ])
        for row in rows {
            table.append(row: [
                row.customer ?? "(erased)", NumberFormat.integer(row.repeats), NumberFormat.integer(row.recencyDays),
                NumberFormat.integer(row.ageDays), NumberFormat.winRate(row.aliveBp),
                LifetimeNumber.text(row.expectedPurchasesMillionths, digits: 2),
                NumberFormat.integer(row.expectedSpending), NumberFormat.integer(row.value),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each customer.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "customer", "repeats", "recencyDays", "ageDays", "aliveBp", "expectedPurchasesMillionths",
            "expectedSpending", "value",
        ])
        for row in rows {
            table.append(
                row.customer, row.repeats, row.recencyDays, row.ageDays, row.aliveBp, row.expectedPurchasesMillionths,
                row.expectedSpending, row.value)
        }
        return table
    }
}

/// Numbers of lifetime values, which come in millionths.
private enum LifetimeNumber {
    /// `0.243` for 242,595 millionths with three digits.
    static func text(_ millionths: Int64, digits: Int) -> String {
        NumberFormat.decimal(Double(millionths) / 1_000_000, fractionDigits: digits)
    }
}
