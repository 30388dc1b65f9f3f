import EventLog
import Projection

/// What `rebuild --preview` tells of one read model; the shape of its JSON.
struct ModelPreview: Codable, Equatable {
    let name: String
    /// Of the rows; of the log where they are not shown.
    let position: Position
    /// The version that has made the rows that answer.
    let versionBefore: Int
    /// The version that this program has.
    let versionAfter: Int
    /// Nil where the rows are not shown, as the next.
    let digestBefore: String?
    let digestAfter: String?
    /// How many rows of each table would stay, and how many not.
    let tables: [PreviewSummary.Rows]
    /// The first rows that would not stay as they are.
    let changes: [RowChange]
    /// Why the rows are not shown; nil where they are.
    let notShown: String?

    init(_ summary: PreviewSummary, _ changes: [RowChange]) {
        name = summary.name
        position = summary.position
        versionBefore = summary.versionBefore
        versionAfter = summary.versionAfter
        digestBefore = summary.digestBefore
        digestAfter = summary.digestAfter
        tables = summary.tables
        self.changes = changes
        notShown = nil
    }

    /// Of a read model whose rows hold personal values.
    init(notShowing name: String, versionBefore: Int, versionAfter: Int, at position: Position) {
        self.name = name
        self.position = position
        self.versionBefore = versionBefore
        self.versionAfter = versionAfter
        digestBefore = nil
        digestAfter = nil
        tables = []
        changes = []
        notShown = "its rows hold personal values and are not shown"
    }

    /// Rows that would not stay as they are, shown or not.
    private var changedRows: Int { tables.reduce(0) { $0 + $1.added + $1.removed + $1.changed } }
}

// MARK: - For people

extension ModelPreview {
    static func text(of previews: [ModelPreview], for terminal: Terminal) -> String {
        if previews.isEmpty { return "Nothing to preview: this version of the program has made all rows." }
        return previews.map { $0.text(for: terminal) }.joined(separator: "\n\n")
    }

    private func text(for terminal: Terminal) -> String {
        let change =
            changedRows == 0
            ? "nothing would change" : "\(NumberFormat.integer(changedRows)) \(Self.rows(changedRows)) would change"
        let outcome = notShown ?? change
        let versions =
            versionBefore == versionAfter
            ? "version \(versionAfter)" : "version \(versionAfter) instead of \(versionBefore)"
        let heading = terminal.styled("\(name), \(versions): \(outcome)", .bold)
        if notShown != nil { return [heading, terminal.footer(at: position)].joined(separator: "\n") }
        var parts = [heading, "", counts(for: terminal)]
        if !changes.isEmpty { parts += ["", fields(for: terminal)] }
        let rest = changedRows - changes.count
        if rest > 0 {
            let more = "and \(NumberFormat.integer(rest)) more \(Self.rows(rest)); --limit says how many are shown"
            parts.append(terminal.styled(more, .dim))
        }
        return (parts + [terminal.footer(at: position)]).joined(separator: "\n")
    }

    private static func rows(_ count: Int) -> String { count == 1 ? "row" : "rows" }

    private func counts(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .init("Table"), .init("Same", .right), .init("Added", .right), .init("Removed", .right),
            .init("Changed", .right),
        ])
        for rows in tables {
            let counts = [rows.same, rows.added, rows.removed, rows.changed]
            table.append(row: [rows.table] + counts.map { NumberFormat.integer($0) })
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// A line for each field; the first of a row names it.
    private func fields(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .init("Table"), .init("Row"), .init("Field"), .init("Before", style: .red), .init("After", style: .green),
        ])
        for change in changes {
            for (number, field) in change.fields.enumerated() {
                let isFirst = number == 0
                table.append(row: [
                    isFirst ? change.table : "", isFirst ? change.key : "", field.path,
                    field.before ?? NumberFormat.none, field.after ?? NumberFormat.none,
                ])
            }
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}

// MARK: - For spreadsheets

extension ModelPreview {
    static func csv(of previews: [ModelPreview]) -> CSVTable {
        var table = CSVTable(columns: ["name", "table", "fold", "key", "kind", "path", "before", "after"])
        for preview in previews {
            for change in preview.changes {
                for field in change.fields {
                    table.append(
                        preview.name, change.table, change.fold, change.key, change.kind.rawValue, field.path,
                        field.before, field.after)
                }
            }
        }
        return table
    }
}
