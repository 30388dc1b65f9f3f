/// Rows of cells as comma-separated values (RFC 4180): the columns' names first, each line with its line feed.
///
/// Cells hold raw values, as JSON has them: numbers without grouping, amounts in minor units, times in ISO 8601, shares
/// in basis points. What is not known is empty.
struct CSVTable: Sendable {
    private let columns: [String]
    private var rows: [[String]] = []

    init(columns: [String]) {
        precondition(!columns.isEmpty, "a table needs a column")
        self.columns = columns
    }

    /// Adds a row of one cell for each column.
    mutating func append(row: [String]) {
        precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
        rows.append(row)
    }

    /// Adds a row of one value for each column; nil is an empty cell.
    mutating func append(_ values: (any CustomStringConvertible)?...) {
        append(row: values.map { $0?.description ?? "" })
    }

    /// The table as lines.
    var text: String { ([columns] + rows).map { Self.line(of: $0) + "\n" }.joined() }
}

// MARK: - Lines

extension CSVTable {
    /// One line, without a line break at its end, for tables that are written row by row.
    static func line(of cells: [String]) -> String {
        // A single empty cell would be an empty line, which some readers pass over.
        if cells == [""] { return "\"\"" }
        return cells.map { needsQuotes($0) ? quoted($0) : $0 }.joined(separator: ",")
    }

    private static func needsQuotes(_ cell: String) -> Bool {
        guard let first = cell.utf8.first, let last = cell.utf8.last else { return false }
        return isBlank(first) || isBlank(last)
            || cell.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    }

    /// Readers may cut blanks at the ends of a cell without quotation marks.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Goes by scalars: a quotation mark with an accent is a quotation mark, too.
    private static func quoted(_ cell: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append("\"")
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { scalars.append(scalar) }
            scalars.append(scalar)
        }
        scalars.append("\"")
        return String(scalars)
    }
}
