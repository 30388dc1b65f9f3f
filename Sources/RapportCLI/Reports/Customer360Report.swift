import EventLog
import Rapport

extension Customer360 {
    /// All of it for people: the profile, and a table for each of what there is.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let sections: [(title: String, body: String?)] = [
            ("Next", nextTable(for: terminal, calendar)), ("Open deals", dealTable(for: terminal, calendar)),
            ("Open cases", caseTable(for: terminal, calendar)), ("Orders", orderTable(for: terminal, calendar)),
            ("Satisfaction", scoreTable(for: terminal, calendar)), ("Allowed", consentLines(calendar)),
            ("Last events", happeningTable(for: terminal, calendar)),
        ]
        var parts = [profile.text(for: terminal, calendar)]
        if let states { parts.append(states) }
        for section in sections {
            if let body = section.body { parts.append(terminal.styled(section.title, .bold) + "\n" + body) }
        }
        return parts.joined(separator: "\n\n")
    }

    /// What to do next.
    var csv: CSVTable {
        var table = CSVTable(columns: ["kind", "about", "due", "because", "position"])
        for action in nextActions {
            table.append(
                action.kind.rawValue, action.about.text, action.due, action.because.joined(separator: "; "),
                action.position)
        }
        return table
    }

    /// What forbids something, and how many may be the same customer; nil where there is nothing of it.
    private var states: String? {
        var lines = restrictions.map { "restricted: \($0.scope?.printable ?? "all use"): event \($0.proof.position)" }
        lines += holds.map { "legal hold: \($0.matter.printable): event \($0.proof.position)" }
        if isErased { lines.append("an id of the person is erased") }
        if suspectedDuplicates > 0 {
            lines.append("\(NumberFormat.count(suspectedDuplicates, "suspected duplicate")) to review")
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func nextTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if nextActions.isEmpty { return nil }
        var table = TextTable(columns: [
            .init("What"), .whole("About"), .whole("Due"), .init("Because"), .init("Event", .right),
        ])
        for action in nextActions {
            table.append(row: [
                action.kind.title, action.about.text, action.due.map { calendar.date(of: $0).description } ?? "",
                action.because.joined(separator: ", "), action.position.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func dealTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if deals.isEmpty { return nil }
        var table = TextTable(columns: [
            .whole("Deal"), .init("Stage"), .init("Amount", .right), .init("Owner"), .whole("Closes"),
            .whole("Opened"), .init("Event", .right),
        ])
        for deal in deals {
            table.append(row: [
                deal.id, deal.stage ?? "",
                deal.amount.map { NumberFormat.money(minorUnits: $0, currency: deal.currency ?? "") } ?? "",
                deal.owner ?? "", deal.closeDate ?? "", calendar.date(of: deal.openedAt).description,
                deal.position.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func caseTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if cases.isEmpty { return nil }
        var table = TextTable(columns: [
            .whole("Case"), .init("Status"), .init("Category"), .init("Severity"), .init("Owner"),
            .init("Waits for"), .whole("Opened"), .init("Age", .right), .init("Event", .right),
        ])
        for open in cases {
            table.append(row: [
                open.id, open.status.rawValue, open.category ?? "", open.severity ?? "", open.owner ?? "",
                open.waitsFor ?? "", calendar.date(of: open.openedAt).description,
                DurationFormat.text(milliseconds: open.ageMs), open.position.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// The open orders, and the last one where it is not open.
    private func orderTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        guard let lastOrder, let orders else { return nil }
        var table = TextTable(columns: [
            .whole("Order"), .init("Status"), .whole("Placed"), .init("Amount", .right), .init("Event", .right),
        ])
        let shown = openOrders.contains { $0.orderID == lastOrder.orderID } ? openOrders : openOrders + [lastOrder]
        for order in shown {
            let amounts = order.amounts.map { NumberFormat.money(minorUnits: $0.net, currency: $0.currency) }
            table.append(row: [
                order.orderID, order.status.rawValue, calendar.date(of: order.placedAt).description,
                amounts.joined(separator: ", "), order.position?.description ?? "",
            ])
        }
        let net = orders.values.map { NumberFormat.money(minorUnits: $0.net, currency: $0.currency) }
        let total = "\(NumberFormat.count(Int(orders.counts.placed), "order")), net \(net.joined(separator: ", "))"
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n" + total.printable
    }

    private func scoreTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if satisfaction.isEmpty { return nil }
        var table = TextTable(columns: [
            .init("Metric"), .init("Score", .right), .init("Scale"), .whole("When"), .init("Event", .right),
        ])
        for score in satisfaction {
            table.append(row: [
                score.metric, "\(score.score)", "\(score.scaleMin) to \(score.scaleMax)",
                calendar.date(of: score.occurredAt).description, score.position.description,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func consentLines(_ calendar: ZonedCalendar) -> String? {
        if consents.isEmpty { return nil }
        return consents.map { consent in
            let end = consent.until.map { " until \(calendar.date(of: $0))" } ?? ""
            let (purpose, channel) = (consent.purpose ?? "any", consent.channel ?? "any channel")
            return "\(purpose.printable) by \(channel.printable)\(end): event \(consent.proof.position)"
        }.joined(separator: "\n")
    }

    private func happeningTable(for terminal: Terminal, _ calendar: ZonedCalendar) -> String? {
        if timeline.isEmpty { return nil }
        var table = TextTable(columns: [
            .init("Event", .right), .whole("When"), .init("What"), .init("About"),
        ])
        for happening in timeline {
            let type =
                happening.type.hasPrefix(EventCatalogue.package)
                ? String(happening.type.dropFirst(EventCatalogue.package.count)) : happening.type
            table.append(row: [
                happening.position.description, calendar.date(of: happening.occurredAt).description, type,
                happening.tags.joined(separator: " "),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}

extension NextAction.Kind {
    /// What to do, for people.
    var title: String {
        switch self {
        case .answerRequest: "answer the request"
        case .respondToCase: "respond to the case"
        case .followUpCase: "follow up the case"
        case .closeComplaintLoop: "say what came of the complaint"
        case .followUpDetractor: "follow up the low score"
        case .respondToLead: "respond to the lead"
        case .moveDeal: "decide the deal, or move its date"
        case .obtainConsent: "ask for consent"
        case .reviewDuplicates: "review duplicates"
        }
    }
}
