import EventLog
import Rapport

extension ListPage<LoyaltyAnswer> {
    /// The answers for people.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No such answers." }
        var table = TextTable(columns: [
            .whole("Answered"), .whole("Customer"), .init("Score", .right), .init("Outcome"), .whole("Ordered"),
            .whole("Order"), .whole("Mature from"), .init("Survey"), .init("Question"),
        ])
        for row in rows {
            table.append(row: [
                calendar.date(of: row.answeredAt).description, row.customer ?? "(erased)", String(row.score),
                row.outcome.rawValue, row.orderedAt.map { calendar.date(of: $0).description } ?? "",
                row.orderID ?? "", row.maturesAt.map { calendar.date(of: $0).description } ?? "", row.survey,
                row.question,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + terminal.nextPage(next)
    }

    /// One line for each answer.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "customer", "survey", "question", "score", "answeredAt", "maturesAt", "outcome", "orderedAt", "orderID",
        ])
        for row in rows {
            table.append(
                row.customer, row.survey, row.question, row.score, row.answeredAt, row.maturesAt, row.outcome.rawValue,
                row.orderedAt, row.orderID)
        }
        return table
    }
}
