import Rapport

extension RFM {
    /// Segments, scores and concentration for people.
    func text(for terminal: Terminal) -> String {
        guard let at else { return "No orders." }
        let window = windowDays.map { ", \(NumberFormat.integer($0)) days" } ?? ""
        var parts = [
            terminal.styled("Customers by recency and frequency, until \(at)\(window) (\(zone))", .bold),
            segmentTable(terminal), scoreTable(terminal), concentrationLines,
        ]
        if since != nil { parts.append(moveTable(terminal)) }
        if let lines = gaps.lines { parts.append(lines) }
        return parts.joined(separator: "\n\n")
    }

    private func amount(_ minorUnits: Int64) -> String {
        currency.map { NumberFormat.money(minorUnits: minorUnits, currency: $0) } ?? NumberFormat.none
    }

    private func segmentTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Segment"), .init("Customers", .right), .init("Share", .right), .init("Orders", .right),
            .init(measure == .net ? "Value" : "Margin", .right),
        ])
        for segment in segments {
            table.append(row: [
                segment.segment.rawValue, NumberFormat.integer(segment.customers),
                NumberFormat.winRate(segment.customersBp), NumberFormat.integer(segment.orders),
                amount(segment.total),
            ])
        }
        let all = customers > 0 ? 10_000 as Int64 : nil
        table.append(row: [
            "all", NumberFormat.integer(customers), NumberFormat.winRate(all), NumberFormat.integer(orders),
            amount(total),
        ])
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func scoreTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("Score"), .init("Days since last", .right), .init("Orders", .right),
            .init(measure == .net ? "Value" : "Margin", .right),
        ])
        for score in (1...5).reversed() {
            table.append(row: [
                "\(score)", range(recency, score) { NumberFormat.integer($0) },
                range(frequency, score) { NumberFormat.integer($0) }, range(value, score) { amount($0) },
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// From the least value of a score to the greatest; a dash where nobody has the score.
    private func range(_ scores: [Score], _ score: Int, _ text: (Int64) -> String) -> String {
        guard let found = scores.first(where: { $0.score == score }) else { return NumberFormat.none }
        let (least, greatest) = (text(found.least), text(found.greatest))
        return found.least == found.greatest ? least : "\(least) to \(greatest)"
    }

    private var concentrationLines: String {
        let gini = concentration.giniBp.map {
            NumberFormat.decimal(Double($0) / 10_000, fractionDigits: 4)
        }
        var lines = ["Gini coefficient: \(gini ?? NumberFormat.none)"]
        if let pareto = concentration.pareto {
            lines.append(
                "\(NumberFormat.integer(pareto.customers)) customers "
                    + "(\(NumberFormat.winRate(pareto.customersBp))) hold "
                    + "\(NumberFormat.winRate(pareto.heldBp)): from \(amount(pareto.least)) each")
        }
        if concentration.negativeCustomers > 0 {
            lines.append(
                "\(NumberFormat.integer(concentration.negativeCustomers)) customers below zero are left out here")
        }
        return lines.joined(separator: "\n")
    }

    private func moveTable(_ terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .whole("On \(since ?? "")"), .whole("On \(at ?? "")"), .init("Customers", .right),
        ])
        for move in moves {
            table.append(row: [
                move.from?.rawValue ?? "no orders", move.to?.rawValue ?? "no orders",
                NumberFormat.integer(move.customers),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each combination of scores.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "recency", "frequency", "value", "segment", "customers", "total", "currency",
        ])
        for cell in cells {
            table.append(
                cell.recency, cell.frequency, cell.value, cell.segment.rawValue, cell.customers, cell.total, currency)
        }
        return table
    }
}

extension ListPage<RFMCustomer> {
    /// The customers for people.
    func text(for terminal: Terminal) -> String {
        if rows.isEmpty { return "No customers." }
        var table = TextTable(columns: [
            .whole("Customer"), .init("Days since last", .right), .init("Orders", .right),
            .init("Minor units", .right), .whole("RFM"), .whole("Segment"),
        ])
        for row in rows {
            table.append(row: [
                row.customer ?? "(erased)", NumberFormat.integer(row.daysSinceLast), NumberFormat.integer(row.orders),
                NumberFormat.integer(row.value), "\(row.recencyScore)\(row.frequencyScore)\(row.valueScore)",
                row.segment.rawValue,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each customer.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "customer", "daysSinceLast", "orders", "value", "recencyScore", "frequencyScore", "valueScore", "segment",
        ])
        for row in rows {
            table.append(
                row.customer, row.daysSinceLast, row.orders, row.value, row.recencyScore, row.frequencyScore,
                row.valueScore, row.segment.rawValue)
        }
        return table
    }
}

extension PurchaseGaps {
    /// What is not counted as the rest, for people; nil where there is nothing of it.
    var lines: String? {
        let counts = [
            (ordersWithoutCustomer, "orders without a customer are left out"),
            (ordersWithoutAmount, "orders without an amount are worth nothing"),
            (ordersInOtherCurrencies, "orders in other currencies are left out"),
            (ordersWithoutCost, "orders without the cost of every line are worth nothing"),
        ]
        let lines = counts.filter { $0.0 > 0 }.map { "\(NumberFormat.integer($0.0)) \($0.1)" }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
