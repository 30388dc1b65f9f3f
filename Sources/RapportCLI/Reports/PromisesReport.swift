import EventLog
import Foundation
import Rapport

extension PromiseKeeping {
    /// How promises were kept, for people: periods, then the whole range.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let title = heading(calendar)
        let rest = lines.isEmpty ? "" : "\n\n" + lines.joined(separator: "\n")
        if overall.isEmpty { return title + "\nNo promises." + rest }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(title, .bold) + "\n\n" + drawing + rest
    }

    private func heading(_ calendar: ZonedCalendar) -> String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "Promises of delivery", range.isEmpty ? nil : "due \(range)", dimension.map { "by \($0.printable)" },
            "as of \(calendar.date(of: now))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    private var table: TextTable {
        var columns: [TextTable.Column] = []
        if let by { columns.append(.init(by.rawValue.capitalized)) }
        if let dimension { columns.append(.init(dimension)) }
        let numbers = [
            "Orders", "Kept", "Broken", "Overdue", "Open", "Cancelled", "Kept of due", "95 %", "By the last", "Slip",
            "90 %", "Moved", "Moved by", "Per million", "Sigma",
        ]
        for title in numbers { columns.append(.init(title, .right)) }
        var table = TextTable(columns: columns)
        for point in points + overall {
            var row: [String] = []
            if by != nil { row.append(point.period) }
            if dimension != nil { row.append(point.isErased ? "(erased)" : point.group ?? "") }
            table.append(row: row + point.cells)
        }
        return table
    }

    /// What is not in the figures, as far as there is anything.
    private var lines: [String] {
        let counts: [(count: Int, one: String, several: String)] = [
            (withoutPromise, "order without a promise", "orders without a promise"),
            (uncounted.ofUnknownOrders, "promise of an unknown order", "promises of unknown orders"),
            (uncounted.afterDelivery, "promise after the delivery", "promises after the delivery"),
            (uncounted.afterCancellation, "promise after the cancellation", "promises after the cancellation"),
            (uncounted.withoutTime, "promise without a time", "promises without a time"),
        ]
        let found = counts.filter { $0.count > 0 }.map { entry in
            "\(NumberFormat.integer(entry.count)) \(entry.count == 1 ? entry.one : entry.several)"
        }
        return found.isEmpty ? [] : ["Not in these figures: " + found.joined(separator: ", ")]
    }

    /// One line for each period and group; the whole range where there are no periods.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "orders", "kept", "broken", "overdue", "open", "cancelled", "cancelledOverdue", "due",
            "keptOfDueBp", "keptOfDueLowerBp", "keptOfDueUpperBp", "keptOfDeliveredBp", "keptLastOfDeliveredBp",
            "defects", "perMillion", "sigma", "promises", "moved", "inParts", "slipMeanMs", "slipMedianMs", "slipP75Ms",
            "slipP90Ms", "slipMaxMs", "delayMedianMs", "delayP90Ms", "inflationMeanMs", "inflationMedianMs",
            "inflationP90Ms", "inflationMaxMs", "isErased",
        ])
        for point in points.isEmpty ? overall : points {
            let due = point.keptOfDue
            let shares = [
                due?.share, due?.lower, due?.upper, point.keptOfDelivered?.share, point.keptLastOfDelivered?.share,
            ].map { share in share.map { NumberFormat.basisPoints($0) } }
            let (slip, inflation) = (point.slip, point.inflation)
            table.append(
                point.period, point.group, point.orders, point.kept, point.broken, point.overdue, point.open,
                point.cancelled, point.cancelledOverdue, point.due, shares[0], shares[1], shares[2], shares[3],
                shares[4], point.defects?.defects, point.defects?.perMillion, point.defects?.sigma, point.promises,
                point.moved, point.inParts, slip?.meanMs, slip?.medianMs, slip?.p75Ms, slip?.p90Ms, slip?.maxMs,
                point.delay?.medianMs, point.delay?.p90Ms, inflation?.meanMs, inflation?.medianMs, inflation?.p90Ms,
                inflation?.maxMs, point.isErased)
        }
        return table
    }
}

extension PromiseKeeping.Point {
    /// The figures behind the period and the group.
    fileprivate var cells: [String] {
        let counts = [orders, kept, broken, overdue, open, cancelled].map { NumberFormat.integer($0) }
        let shares = [Self.percent(keptOfDue), interval, Self.percent(keptLastOfDelivered)]
        let times = [slip?.medianMs, slip?.p90Ms].map { DurationFormat.text(milliseconds: $0) }
        let moves = [NumberFormat.integer(moved), DurationFormat.text(milliseconds: inflation?.meanMs)]
        let perMillion = defects.map { NumberFormat.integer($0.perMillion) } ?? NumberFormat.none
        let sigma = defects?.sigma.map { NumberFormat.decimal($0, fractionDigits: 2) } ?? NumberFormat.none
        return counts + shares + times + moves + [perMillion, sigma]
    }

    /// The 95 % interval of those kept of those due.
    private var interval: String {
        guard let keptOfDue else { return NumberFormat.none }
        let bounds = [keptOfDue.lower, keptOfDue.upper].map { bound in
            NumberFormat.percent(basisPoints: NumberFormat.basisPoints(bound))
        }
        return bounds.joined(separator: "–")
    }

    private static func percent(_ share: WilsonInterval?) -> String {
        share.map { NumberFormat.percent($0.successes, of: $0.n) } ?? NumberFormat.none
    }
}

extension ListPage where Row == PromiseEntry {
    /// The orders for people.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No such orders." }
        var table = TextTable(columns: [
            .whole("Promised"), .whole("Order"), .init("Outcome"), .whole("Customer"), .init("Channel"),
            .whole("Last promise"), .init("Promises", .right), .whole("Arrived"), .init("Slip", .right),
            .init("Reason"),
        ])
        for order in rows {
            table.append(row: [
                calendar.date(of: order.firstPromise).description, order.orderID, order.outcome.rawValue,
                order.customer ?? "", order.channel ?? "", calendar.date(of: order.lastPromise).description,
                NumberFormat.integer(order.promises), order.deliveredAt.map { calendar.date(of: $0).description } ?? "",
                DurationFormat.text(milliseconds: order.slipMs), order.reason ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each order; attributes are left out, for every order has others.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "orderID", "outcome", "customer", "channel", "placedAt", "firstPromise", "lastPromise", "promises",
            "confidenceBp", "reason", "deliveredAt", "cancelledAt", "slipMs", "inflationMs",
        ])
        for order in rows {
            table.append(
                order.orderID, order.outcome.rawValue, order.customer, order.channel, order.placedAt,
                order.firstPromise, order.lastPromise, order.promises, order.confidenceBp, order.reason,
                order.deliveredAt, order.cancelledAt, order.slipMs, order.inflationMs)
        }
        return table
    }
}
