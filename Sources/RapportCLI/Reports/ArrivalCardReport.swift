import EventLog
import Rapport

extension ArrivalCard {
    /// The card for people: a line for each fact.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        var table = TextTable(columns: [.whole(""), .init("Fact"), .init("Event", .right)])
        for fact in facts {
            table.append(row: [fact.label.title, fact.line(calendar), fact.position?.description ?? ""])
        }
        return terminal.styled(customerID.printable, .bold) + "\n\n"
            + table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// One line for each fact.
    var csv: CSVTable {
        var table = CSVTable(columns: ["priority", "label", "values", "amounts", "time", "position", "isPersonal"])
        for fact in facts {
            let amounts = fact.amounts.map { "\($0.minorUnits) \($0.currency)" }.joined(separator: "; ")
            table.append(
                fact.priority, fact.label.rawValue, fact.values.joined(separator: "; "), amounts, fact.time,
                fact.position, fact.isPersonal)
        }
        return table
    }
}

extension ArrivalCard.Fact {
    fileprivate func line(_ calendar: ZonedCalendar) -> String {
        var parts = phrases
        parts += amounts.map { NumberFormat.money(minorUnits: $0.minorUnits, currency: $0.currency) }
        if parts.isEmpty { return NumberFormat.none }
        if let time { parts.append(label.preposition + calendar.date(of: time).description) }
        return parts.joined(separator: ", ")
    }
}

extension ArrivalCard.Label {
    fileprivate var title: String {
        switch self {
        case .who: "Who"
        case .reach: "Reach by"
        case .lastContact: "Last contact"
        case .openProblem: "Open problem"
        case .promise: "Owed"
        case .openDeal: "Open deal"
        case .openOrder: "Open order"
        case .value: "Value"
        case .mood: "Mood"
        case .nextAction: "Do next"
        }
    }

    /// What stands before the time of a fact.
    fileprivate var preposition: String {
        switch self {
        case .who, .openProblem, .openDeal: "since "
        case .promise, .nextAction: "due "
        case .lastContact, .openOrder, .mood: "on "
        case .reach, .value: ""
        }
    }
}
