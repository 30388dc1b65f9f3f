import EventLog
import Rapport

extension CycleSurvival {
    /// The times for people, and what becomes of deals over time.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let parts = [
            "Days from opening, open deals included", pipeline.map { "pipeline \($0.printable)" },
            dimension.map { "by \($0.printable)" }, "as of \(calendar.date(of: now))",
        ]
        let heading = parts.compactMap { $0 }.joined(separator: ", ") + " (\(calendar.name))"
        if groups.isEmpty { return heading + "\nNo deals." }
        var tables = [waitTable, markTable]
        if groups.contains(where: { $0.toWin.curve != nil }) { tables.append(curveTable) }
        let drawings = tables.map { $0.render(maximumWidth: terminal.width, colour: terminal.showsColour) }
        return ([terminal.styled(heading, .bold)] + drawings).joined(separator: "\n\n")
    }

    /// One line for each group; with curves one for each of their points.
    var csv: CSVTable { groups.contains { $0.toWin.curve != nil } ? curveCSV : groupCSV }

    // MARK: For people

    private func emptyTable(_ numbers: [String]) -> TextTable {
        var columns: [TextTable.Column] = dimension.map { [.init($0)] } ?? []
        columns.append(.init("Until"))
        for title in numbers { columns.append(.init(title, .right)) }
        return TextTable(columns: columns)
    }

    /// What stands before the numbers of a row.
    private func cells(_ group: Group, _ label: String) -> [String] {
        (dimension == nil ? [] : [group.value ?? ""]) + [label]
    }

    private var waitTable: TextTable {
        var table = emptyTable(["Deals", "Ended", "Open", "Median", "75 %", "90 %"])
        for group in groups {
            for (label, wait) in group.waits {
                let counts = [group.deals, wait.ended, group.open].map { NumberFormat.integer($0) }
                let days = [wait.medianDaysCenti, wait.p75DaysCenti, wait.p90DaysCenti].map { days in
                    days.map { NumberFormat.hundredths($0) } ?? NumberFormat.none
                }
                table.append(row: cells(group, label) + counts + days)
            }
        }
        return table
    }

    private var markTable: TextTable {
        let titles = Self.markDays.map { "\($0) d" } + ["in the end"]
        var table = emptyTable(titles)
        for group in groups {
            table.append(row: cells(group, "win") + group.marks.map { NumberFormat.winRate($0.wonBp) })
            table.append(row: cells(group, "loss") + group.marks.map { NumberFormat.winRate($0.lostBp) })
        }
        return table
    }

    private var curveTable: TextTable {
        var table = emptyTable(["Days", "At risk", "Left", "Low", "High"])
        for group in groups {
            for (label, wait) in group.waits {
                for point in wait.curve ?? [] {
                    let days = [NumberFormat.hundredths(point.daysCenti), NumberFormat.integer(point.atRisk)]
                    let shares = [point.survivalBp, point.lowBp, point.highBp].map { NumberFormat.winRate($0) }
                    table.append(row: cells(group, label) + days + shares)
                }
            }
        }
        return table
    }

    // MARK: For programs

    private var groupCSV: CSVTable {
        let labels = Self.markDays.map { String($0) } + [""]
        var table = CSVTable(
            columns: [
                "value", "deals", "won", "lost", "open", "winMedianDaysCenti", "winP75DaysCenti", "winP90DaysCenti",
                "closeMedianDaysCenti", "closeP75DaysCenti", "closeP90DaysCenti",
            ] + labels.flatMap { label in ["won\(label)Bp", "lost\(label)Bp"] })
        for group in groups {
            var numbers: [Int64?] = [group.deals, group.won, group.lost, group.open]
            for (_, wait) in group.waits {
                numbers += [wait.medianDaysCenti, wait.p75DaysCenti, wait.p90DaysCenti]
            }
            for mark in group.marks { numbers += [mark.wonBp, mark.lostBp] }
            table.append(row: [group.value ?? ""] + numbers.map { $0?.description ?? "" })
        }
        return table
    }

    private var curveCSV: CSVTable {
        var table = CSVTable(columns: ["value", "until", "daysCenti", "atRisk", "survivalBp", "lowBp", "highBp"])
        for group in groups {
            for (label, wait) in group.waits {
                for point in wait.curve ?? [] {
                    table.append(
                        group.value, label, point.daysCenti, point.atRisk, point.survivalBp, point.lowBp,
                        point.highBp)
                }
            }
        }
        return table
    }
}

extension CycleSurvival.Group {
    /// What deals are waited for to come to.
    fileprivate var waits: [(label: String, wait: CycleSurvival.Wait)] { [("win", toWin), ("close", toClose)] }
}
