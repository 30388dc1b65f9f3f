import EventLog
import Rapport

extension ListPage where Row == SubjectRequest {
    /// The requests for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar, openOnly: Bool) -> String {
        if rows.isEmpty { return openOnly ? "No open requests." : "No requests." }
        return rows.table(for: terminal, calendar, withSubject: true) + terminal.nextPage(next)
    }

    /// One line for each request; what was refused is left out.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "subject", "kind", "law", "identityProof", "receivedAt", "due", "isDueStated", "isOverdue", "answeredAt",
            "outcome", "artefactSHA256", "position", "eventID", "answerPosition", "answerEventID",
        ])
        for request in rows {
            table.append(
                request.subject, request.kind, request.law, request.identityProof, request.receivedAt, request.due,
                request.isDueStated, request.isOverdue, request.answeredAt, request.outcome, request.artefactSHA256,
                request.proof.position, request.proof.eventID, request.answer?.position, request.answer?.eventID)
        }
        return table
    }
}

extension [SubjectRequest] {
    /// One line for each request, with or without whose it is.
    func table(for terminal: Terminal, _ calendar: ZonedCalendar, withSubject: Bool) -> String {
        var columns: [TextTable.Column] = [.whole("Due"), .init("")]
        if withSubject { columns.append(.whole("Person")) }
        columns += [
            .init("For"), .init("Law"), .whole("Received"), .whole("Answered"), .init("Outcome"),
            .init("Event", .right),
        ]
        var table = TextTable(columns: columns)
        for request in self {
            let remarks = [request.isOverdue ? "overdue" : "", request.isDueStated ? "" : "reckoned"]
            var cells = [calendar.date(of: request.due).description]
            cells.append(remarks.filter { !$0.isEmpty }.joined(separator: ", "))
            if withSubject { cells.append(request.subject.text) }
            cells += [request.kind, request.law ?? "", calendar.date(of: request.receivedAt).description]
            cells.append(request.answeredAt.map { calendar.date(of: $0).description } ?? "")
            cells += [request.outcome ?? "", request.proof.position.description]
            table.append(row: cells)
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}
