import Foundation
import Rapport

extension ResponseRates {
    /// The rates for people: periods, then the whole range.
    func text(for terminal: Terminal) -> String {
        let lines = responses.compactMap(\.line)
        if overall.isEmpty { return (["Nobody was invited."] + lines).joined(separator: "\n") }
        let groups = dimension.map { [TextTable.Column($0)] } ?? []
        var table = TextTable(
            columns: [.init("Survey")] + groups + [
                .init(by.rawValue.capitalized), .init("Invited", .right), .init("Answered", .right),
                .init("Rate", .right),
            ])
        for total in overall {
            for point in points.filter({ $0.isOfSeries(total) }) + [total] {
                table.append(
                    row: [point.survey] + (dimension == nil ? [] : [point.group ?? ""]) + [
                        point.period, NumberFormat.integer(point.invited), NumberFormat.integer(point.answered),
                        NumberFormat.percent(Int(point.answered), of: Int(point.invited)),
                    ])
            }
        }
        let rendered = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return lines.isEmpty ? rendered : rendered + "\n\n" + lines.joined(separator: "\n")
    }

    /// One line for each survey, group and period.
    var csv: CSVTable {
        var table = CSVTable(columns: ["survey", "group", "period", "invited", "answered", "rateBp"])
        for point in points {
            table.append(point.survey, point.group, point.period, point.invited, point.answered, point.rateBp)
        }
        return table
    }
}

extension ResponseRates.Point {
    /// Whether it is of the same survey and group, byte by byte.
    fileprivate func isOfSeries(_ other: Self) -> Bool {
        survey.utf8.elementsEqual(other.survey.utf8) && (group ?? "").utf8.elementsEqual((other.group ?? "").utf8)
    }
}
