import EventLog
import Rapport

extension FunnelSubjects {
    /// Those who are listed, for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "Nobody." }
        var table = TextTable(columns: [.whole("Entered"), .whole("Subject"), .init("Path")])
        for row in rows {
            table.append(row: [
                calendar.date(of: row.enteredAt).description, row.subject ?? "(erased)", row.pathText,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each step on a path, and one without a step for each that shows none.
    var csv: CSVTable {
        var table = CSVTable(columns: ["subject", "enteredAt", "step", "at", "position"])
        for row in rows {
            if row.path.isEmpty { table.append(row.subject, row.enteredAt, nil, nil, nil) }
            for visit in row.path {
                table.append(row.subject, row.enteredAt, visit.step, visit.at, visit.position)
            }
        }
        return table
    }
}

extension FunnelSubjects.Row {
    /// Each step with its event, and how long it took since the one before: `viewed (12), bought after 2 d 3 h (17)`.
    fileprivate var pathText: String {
        var parts: [String] = []
        var before: Timestamp?
        for visit in path {
            let length = before.map { max(0, visit.at.microseconds - $0.microseconds) / 1000 }
            let time = length.map { " after " + DurationFormat.text(milliseconds: $0) } ?? ""
            parts.append("\(visit.step)\(time) (\(visit.position))")
            before = visit.at
        }
        return parts.joined(separator: ", ")
    }
}
