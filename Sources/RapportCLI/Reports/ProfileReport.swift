import EventLog
import Rapport

extension CustomerProfile {
    /// The profile for people: a heading, the fields, the sales.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let fields = fieldTable(for: terminal, calendar) ?? (withheld.isEmpty ? withoutFields : nil)
        return [heading(for: terminal, calendar), fields, withheldLine, salesTable(for: terminal)]
            .compactMap { $0 }.joined(separator: "\n\n")
    }

    /// Why personal values are missing; nil where none is.
    private var withheldLine: String? {
        if withheld.isEmpty { return nil }
        let reasons = Set(withheld.values.map(\.rawValue)).sorted().joined(separator: ", ")
        return "Personal values withheld: \(reasons)"
    }

    /// The fields.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "name", "value", "isPersonal", "occurredAt", "recordedAt", "position", "eventID",
        ])
        for field in fields {
            table.append(
                field.name, field.value, field.isPersonal, field.occurredAt, field.recordedAt, field.position,
                field.eventID)
        }
        return table
    }

    private func heading(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let name = value(of: "name").map { "  " + $0.printable } ?? ""
        let days = "from \(calendar.date(of: firstSeen)) to \(calendar.date(of: lastSeen))"
        let heading = terminal.styled(customerID.printable + name, .bold)
        var lines = [heading]
        if let members { lines.append("also known as " + members.dropFirst().map(\.printable).joined(separator: ", ")) }
        lines.append(NumberFormat.count(events, "event") + " " + days)
        if let lastInteraction {
            let channel = lastChannel.map { " by \($0.printable)" } ?? ""
            let last = "the last\(channel) on \(calendar.date(of: lastInteraction))"
            lines.append(NumberFormat.count(interactions, "interaction") + ", " + last)
        }
        let counts = [
            NumberFormat.count(orders, "order"), NumberFormat.count(cases, "case"),
            NumberFormat.count(touchpoints, "touchpoint"), NumberFormat.count(complaints, "complaint"),
            NumberFormat.count(suggestions, "suggestion"), NumberFormat.count(referrals, "referral"),
        ].filter { !$0.hasPrefix("0 ") }
        if !counts.isEmpty { lines.append(counts.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    private func fieldTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if fields.isEmpty { return nil }
        var table = TextTable(columns: [
            .init("Field"), .init("Value"), .init("Since"), .init("Recorded"), .init("Event", .right), .init(""),
        ])
        for field in fields {
            table.append(row: [
                field.name, field.value, calendar.date(of: field.occurredAt).description,
                calendar.date(of: field.recordedAt).description, field.position.description,
                [field.isPersonal ? "personal" : nil, field.storedUnder].compactMap { $0 }.joined(separator: " "),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private var withoutFields: String {
        "None of these events gives the profile a field; rapport replay --customer \(customerID.printable) shows them."
    }

    private func salesTable(for terminal: Terminal) -> String? {
        if sales.isEmpty { return nil }
        var table = TextTable(columns: [
            .init("Won", .right), .init("Won value", .right), .init("Open", .right), .init("Open value", .right),
            .init("Lost", .right),
        ])
        for sale in sales {
            let values = [sale.wonValue, sale.openValue].map {
                NumberFormat.money(minorUnits: $0, currency: sale.currency)
            }
            table.append(row: [
                NumberFormat.integer(sale.won), values[0], NumberFormat.integer(sale.open), values[1],
                NumberFormat.integer(sale.lost),
            ])
        }
        return table.render(colour: terminal.showsColour)
    }
}
