import EventLog
import Rapport

extension ListPage<OrderEntry> {
    /// The orders for people.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No orders." }
        var table = TextTable(columns: [
            .whole("Placed"), .whole("Order"), .whole("Status"), .whole("Customer"), .init("Channel"),
            .init("Value", .right), .init("Returned", .right), .init("Reason"),
        ])
        for order in rows {
            let returned = order.amounts.filter { $0.returned != 0 }
            table.append(row: [
                calendar.date(of: order.placedAt).description, order.orderID, order.status.rawValue,
                order.customer ?? "", order.channel ?? "",
                NumberFormat.money(order.amounts.map { ($0.net, $0.currency) }),
                returned.isEmpty ? "" : NumberFormat.money(returned.map { ($0.returned, $0.currency) }),
                order.reason ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each order and currency.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "orderID", "status", "customer", "channel", "origin", "placedAt", "deliveredAt", "closedAt", "reason",
            "quantityMilli", "currency", "net", "returned",
        ])
        for order in rows {
            let none = OrderEntry.Amount?.none
            for amount in order.amounts.isEmpty ? [none] : order.amounts.map(Optional.some) {
                table.append(
                    order.orderID, order.status.rawValue, order.customer, order.channel, order.origin, order.placedAt,
                    order.deliveredAt, order.closedAt, order.reason, order.quantityMilli, amount?.currency,
                    amount?.net, amount?.returned)
            }
        }
        return table
    }
}

extension CustomerOrders {
    /// The sum, then the orders.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let (first, last) = (calendar.date(of: summary.firstPlacedAt), calendar.date(of: summary.lastPlacedAt))
        var lines = [
            terminal.styled("Orders of \(summary.customer.printable)", .bold), "",
            "\(NumberFormat.integer(summary.counts.placed)) placed, \(NumberFormat.integer(summary.counts.open)) open, "
                + "\(NumberFormat.integer(summary.counts.delivered)) delivered, "
                + "\(NumberFormat.integer(summary.counts.cancelled)) cancelled, "
                + "\(NumberFormat.integer(summary.counts.returned)) returned",
            "Net value: " + NumberFormat.money(summary.values.map { ($0.net, $0.currency) }),
        ]
        lines.append("First on \(first), last on \(last)")
        return lines.joined(separator: "\n") + "\n\n" + orders.text(for: terminal, calendar)
    }
}

extension OrderSales {
    /// The sales for people: periods, or the whole range.
    func text(for terminal: Terminal) -> String {
        if overall.isEmpty { return "No orders." }
        var table = TextTable(
            columns: [
                .init("Period"), .init(dimension ?? "", .left), .init("Placed", .right), .init("Value", .right),
                .init("Changed", .right), .init("Cancelled", .right), .init("Returned", .right),
                .init("Net", .right), .init("Open at end", .right),
            ].filter { !$0.title.isEmpty })
        for point in points + overall {
            var row = [point.period]
            if dimension != nil { row.append(point.group ?? "") }
            row += [
                NumberFormat.integer(point.counts.placed),
                NumberFormat.money(point.values.map { ($0.placed, $0.currency) }),
                NumberFormat.money(point.values.map { ($0.changed, $0.currency) }),
                NumberFormat.integer(point.counts.cancelled), NumberFormat.integer(point.counts.returned),
                NumberFormat.money(point.values.map { ($0.net, $0.currency) }), NumberFormat.integer(point.counts.open),
            ]
            table.append(row: row)
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each period, group and currency; the whole range where there are no periods.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "ordersPlaced", "ordersDelivered", "ordersCancelled", "ordersReturned", "ordersOpen",
            "quantityMilli", "currency", "placed", "changed", "cancelled", "returned", "net", "open",
        ])
        for point in points.isEmpty ? overall : points {
            let none = OrderValues?.none
            let counts = point.counts
            for value in point.values.isEmpty ? [none] : point.values.map(Optional.some) {
                table.append(
                    point.period, point.group, counts.placed, counts.delivered, counts.cancelled, counts.returned,
                    counts.open, counts.quantityMilli, value?.currency, value?.placed, value?.changed,
                    value?.cancelled, value?.returned, value?.net, value?.open)
            }
        }
        return table
    }
}
