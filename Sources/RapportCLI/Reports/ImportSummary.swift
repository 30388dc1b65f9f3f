import EventLog
import Rapport

/// What an import did; the shape of its JSON.
struct ImportSummary: Codable, Equatable {
    struct Events: Codable, Equatable {
        let name: String
        let count: Int
    }

    struct Row: Codable, Equatable {
        let file: String
        let line: Int
        let column: String?
        let reason: String
    }

    /// Under which the log has the import; nil where it has none.
    let importID: String?
    let rows: Int
    /// Made of the rows, by their names in the mapping.
    let events: [Events]
    let appended: Int
    let alreadyThere: Int
    let changedRowCount: Int
    /// The first of them, as those below.
    let changedRows: [String]
    let badRowCount: Int
    let badRows: [Row]
    let warnings: [String]
    /// Whether a bad row ended a strict import.
    let isStopped: Bool
    /// The last position of the events; nil in a dry run.
    let position: Position?

    init(_ report: ImportReport, position: Position?) {
        importID = report.importID
        rows = report.rows
        events = report.events.map { Events(name: $0.name, count: $0.count) }
        appended = report.appended
        alreadyThere = report.alreadyThere
        changedRowCount = report.changedRowCount
        changedRows = report.changedRows.map(\.description)
        badRowCount = report.badRowCount
        badRows = report.badRows.map { Row(file: $0.file, line: $0.line, column: $0.column, reason: $0.reason) }
        warnings = report.warnings.map(\.description)
        isStopped = report.isStopped
        self.position = position
    }

    /// The summary for people.
    func text(for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Event"), .init(position == nil ? "Would be made" : "Made", .right)])
        for kind in events { table.append(row: [kind.name, NumberFormat.integer(kind.count)]) }
        let bad = badRows.map { "\($0.file):\($0.line): \($0.column.map { "\($0): " } ?? "")\($0.reason)" }
        let sections = [
            [totals],
            importID.map { ["import \($0)"] } ?? [],
            ["", table.render(colour: terminal.showsColour)],
            list("Bad rows", badRowCount, bad, for: terminal),
            list("Changed rows", changedRowCount, changedRows, for: terminal),
            list("Warnings", warnings.count, warnings, for: terminal),
            position.map { [terminal.footer(at: $0)] } ?? [],
        ]
        return sections.flatMap { $0 }.joined(separator: "\n")
    }

    /// The events that were made of the rows, or would be.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "count"])
        for kind in events { table.append(kind.name, kind.count) }
        return table
    }

    private var totals: String {
        let read = "\(NumberFormat.count(rows, "row")) read, \(NumberFormat.integer(badRowCount)) bad"
        if position == nil { return read }
        return read + "; events: \(NumberFormat.integer(appended)) new, "
            + "\(NumberFormat.integer(alreadyThere)) there already, \(NumberFormat.integer(changedRowCount)) changed"
    }

    private func list(_ title: String, _ count: Int, _ lines: [String], for terminal: Terminal) -> [String] {
        if count == 0 { return [] }
        let heading = terminal.styled("\(title): \(NumberFormat.integer(count))", .yellow)
        let missing = NumberFormat.integer(count - lines.count)
        let rest = count > lines.count ? ["  ... and \(missing) more; see --all-rows"] : []
        return ["", heading] + lines.map { "  " + $0.printable } + rest
    }
}
