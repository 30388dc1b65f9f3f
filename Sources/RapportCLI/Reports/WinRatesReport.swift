import Foundation
import Rapport

extension WinRates {
    /// The rates for people: periods, then the whole range.
    func text(for terminal: Terminal) -> String {
        let heading = "Win rates of deals by when they were closed, and by when they were opened (\(zone))"
        guard let overall else { return heading + "\nNo deals." }
        var table = TextTable(columns: [
            .init(by.rawValue.capitalized), .init("Won", .right), .init("Lost", .right), .init("Of closed", .right),
            .init("Opened", .right), .init("Won since", .right), .init("Lost since", .right), .init("Open", .right),
            .init("Of opened", .right),
        ])
        for point in points + [overall] {
            let counts = [point.opened, point.won, point.lost, point.open].map { NumberFormat.integer($0) }
            table.append(
                row: [
                    point.period, NumberFormat.integer(point.wonInPeriod), NumberFormat.integer(point.lostInPeriod),
                    NumberFormat.percent(
                        Int(point.wonInPeriod), of: Int(max(0, point.wonInPeriod + point.lostInPeriod))),
                ] + counts + [NumberFormat.percent(Int(point.won), of: Int(point.won + point.lost))])
        }
        return terminal.styled(heading, .bold) + "\n\n" + table.render(colour: terminal.showsColour)
    }

    /// One line for each period.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "wonInPeriod", "lostInPeriod", "closedWinRateBp", "opened", "won", "lost", "open",
            "openedWinRateBp",
        ])
        for point in points {
            table.append(
                point.period, point.wonInPeriod, point.lostInPeriod, point.closedWinRateBp, point.opened, point.won,
                point.lost, point.open, point.openedWinRateBp)
        }
        return table
    }
}
