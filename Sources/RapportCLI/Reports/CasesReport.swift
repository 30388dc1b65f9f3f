import EventLog
import Foundation
import Rapport

extension ListPage where Row == CaseEntry {
    /// The cases for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "No cases." }
        var table = TextTable(columns: [
            .whole("Opened"), .whole("Case"), .whole("Status"), .whole("Customer"), .init("Category"),
            .init("Severity"),
            .init("Owner"), .init("Queue"), .init("Reopened", .right), .init("Last event"),
        ])
        for entry in rows {
            table.append(row: [
                calendar.date(of: entry.openedAt).description, entry.id, entry.status.rawValue, entry.customer ?? "",
                entry.category ?? "", entry.severity ?? "", entry.owner ?? "", entry.queue ?? "",
                entry.reopenings == 0 ? "" : NumberFormat.integer(entry.reopenings),
                calendar.date(of: entry.lastEventAt).description,
            ])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return drawing + terminal.nextPage(next)
    }
}

extension CaseFlow {
    /// What happened, for people.
    func text(for terminal: Terminal) -> String {
        let heading = "Cases" + grouping + range(from, to) + " (\(zone))"
        if points.isEmpty { return heading + "\nNo cases." }
        var table = countTable(of: ["Opened", "Responded", "First resolved", "Closed", "Reopened", "Open", "Unclosed"])
        for point in points {
            let counts = [
                point.opened, point.responded, point.firstResolved, point.closed, point.reopened, point.open,
                point.unclosed,
            ]
            table.append(row: cells(of: point) + counts.map { NumberFormat.integer($0) })
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }

    /// What was open at the end, for people.
    func openText(for terminal: Terminal) -> String {
        let heading = "Open cases" + grouping + (to.map { " at the end of \($0)" } ?? "") + " (\(zone))"
        let standing = points.filter { $0.open != 0 || $0.unclosed != 0 }
        if standing.isEmpty { return heading + "\nNo cases." }
        var table = countTable(of: ["Open", "Unclosed"])
        for point in standing {
            table.append(
                row: cells(of: point) + [NumberFormat.integer(point.open), NumberFormat.integer(point.unclosed)])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }

    private var grouping: String { dimension.map { " by \($0.printable)" } ?? "" }

    /// A table of counts behind the group and the period, as far as there are several.
    private func countTable(of counts: [String]) -> TextTable {
        var columns: [TextTable.Column] = []
        if let dimension { columns.append(.init(dimension)) }
        if let by { columns.append(.init(by.rawValue.capitalized)) }
        for count in counts { columns.append(.init(count, .right)) }
        return TextTable(columns: columns)
    }

    /// What stands before the counts of a point.
    private func cells(of point: Point) -> [String] {
        var cells: [String] = []
        if dimension != nil { cells.append(point.group ?? "") }
        if by != nil { cells.append(point.period) }
        return cells
    }
}

extension CaseTimes {
    /// The times for people: one line for each kind without a dimension, else one for each group.
    func text(for terminal: Terminal) -> String {
        let grouping = dimension.map { " by \($0.printable)" } ?? ""
        let heading = "Times of cases" + grouping + range(from, to, " opened") + " (\(zone))"
        guard let first = groups.first else { return heading + "\nNo cases." }
        let drawing =
            if dimension == nil {
                Self.kinds(of: first).render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n\n"
                    + "\(NumberFormat.count(Int(first.cases), "case")), reopened: "
                    + "\(NumberFormat.integer(first.reopened)) "
                    + "(\(NumberFormat.percent(Int(first.reopened), of: Int(first.cases))))"
            } else {
                groupTable.render(maximumWidth: terminal.width, colour: terminal.showsColour)
            }
        return terminal.styled(heading, .bold) + "\n\n" + drawing
    }

    private static func kinds(of group: Group) -> TextTable {
        var table = TextTable(columns: [
            .init("From opening to"), .init("Cases", .right), .init("Mean", .right), .init("Median", .right),
            .init("75 %", .right), .init("90 %", .right), .init("Longest", .right),
        ])
        let kinds = [
            ("first response", group.firstResponse), ("first resolution", group.firstResolution),
            ("first close", group.close), ("last event", group.life),
        ]
        for (name, summary) in kinds {
            let lengths = [
                summary?.meanMs, summary?.medianMs, summary?.p75Ms, summary?.p90Ms, summary?.maxMs,
            ]
            table.append(
                row: [name, NumberFormat.integer(summary?.count ?? 0)]
                    + lengths.map { DurationFormat.text(milliseconds: $0) })
        }
        return table
    }

    /// Medians.
    private var groupTable: TextTable {
        var table = TextTable(columns: [
            .init(dimension ?? ""), .init("Cases", .right), .init("First response", .right),
            .init("First resolution", .right), .init("First close", .right), .init("Last event", .right),
            .init("Reopened", .right),
        ])
        for group in groups {
            let medians = [group.firstResponse, group.firstResolution, group.close, group.life].map {
                DurationFormat.text(milliseconds: $0?.medianMs)
            }
            table.append(
                row: [group.value ?? "", NumberFormat.integer(group.cases)] + medians
                    + [NumberFormat.percent(Int(group.reopened), of: Int(group.cases))])
        }
        return table
    }
}

/// ` from 2017-01-01 to 2017-06-30`, as far as it is bounded.
private func range(_ from: String?, _ to: String?, _ what: String = "") -> String {
    if from == nil, to == nil { return "" }
    return what + (from.map { " from \($0)" } ?? "") + (to.map { " to \($0)" } ?? "")
}
