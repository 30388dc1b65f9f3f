import EventLog
import Rapport

extension PipelineWaterfall {
    /// The waterfall for people: a table for each currency, or for each group and currency and then for all groups.
    func text(for terminal: Terminal) -> String {
        if balances.isEmpty { return heading + "\nNo deals." }
        let tables = ((groups ?? []) + balances).map { balance in
            table(of: balance).render(maximumWidth: terminal.width, colour: terminal.showsColour)
        }
        return ([terminal.styled(heading, .bold)] + tables).joined(separator: "\n\n")
    }

    /// The items by currency, or by group and currency; amounts are those that an item adds or takes.
    var csv: CSVTable {
        var table = CSVTable(columns: ["group", "currency", "item", "count", "value"])
        for balance in groups ?? balances {
            for item in WaterfallItem.allCases {
                guard let bar = balance.bar(item) else { continue }
                table.append(balance.group, balance.currency, item.rawValue, bar.count, bar.value)
            }
        }
        return table
    }

    private var heading: String {
        var parts = ["Open value from \(from) to \(to)"]
        if let pipeline { parts.append("pipeline \(pipeline.printable)") }
        if let by { parts.append("by \(by.printable)") }
        if let closingFrom, let closingTo { parts.append("closing from \(closingFrom) to \(closingTo)") }
        return parts.joined(separator: ", ") + " (\(zone))"
    }

    private func table(of balance: Balance) -> TextTable {
        let currency = balance.currency.isEmpty ? "no currency" : balance.currency
        let group = balance.group.map { $0.isEmpty ? "none, " : "\($0), " } ?? (by == nil ? "" : "all, ")
        var table = TextTable(columns: [.whole(group + currency), .init("Count", .right), .init("Value", .right)])
        for item in WaterfallItem.allCases {
            guard let bar = balance.bar(item) else { continue }
            table.append(row: [
                item.label, NumberFormat.integer(bar.count), NumberFormat.money([(bar.value, balance.currency)]),
            ])
        }
        return table
    }
}

extension ListPage<WaterfallMovement> {
    /// The deals behind an item, for people.
    func text(for terminal: Terminal, _ dimension: String?, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No deals." }
        var columns: [TextTable.Column] = [.whole("Day"), .whole("Deal"), .init("Value", .right)]
        if let dimension { columns.append(.init(dimension)) }
        columns.append(.init("Position", .right))
        var table = TextTable(columns: columns)
        for movement in rows {
            var row = [
                calendar.date(of: movement.at).description, movement.deal,
                NumberFormat.money([(movement.value, movement.currency)]),
            ]
            if dimension != nil { row.append(movement.group ?? "") }
            table.append(row: row + [movement.position.description])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each deal, in order of time.
    var csv: CSVTable {
        var table = CSVTable(columns: ["deal", "item", "at", "value", "currency", "group", "position"])
        for movement in rows {
            table.append(
                movement.deal, movement.item.rawValue, movement.at, movement.value, movement.currency, movement.group,
                movement.position)
        }
        return table
    }
}

extension WaterfallItem {
    /// As a row of the waterfall.
    fileprivate var label: String {
        switch self {
        case .start: "start"
        case .created: "+ created"
        case .grown: "+ grown"
        case .shrunk: "- shrunk"
        case .pulledIn: "+ pulled in"
        case .pushedOut: "- pushed out"
        case .reopened: "+ reopened"
        case .won: "- won"
        case .lost: "- lost"
        case .currencyIn: "+ currency in"
        case .currencyOut: "- currency out"
        case .transferredIn: "+ transferred in"
        case .transferredOut: "- transferred out"
        case .end: "end"
        }
    }
}
