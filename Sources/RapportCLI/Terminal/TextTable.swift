/// Rows of text under a header and a rule, in columns two spaces apart.
///
/// Widths are those of the terminal, so Chinese and Latin cells line up. No line ends in spaces.
struct TextTable: Sendable {
    struct Column: Sendable {
        let title: String
        let alignment: TextAlignment
        /// How the cells look on a terminal with colour.
        let style: Style
        /// Whether its cells are never shortened: ids and days, which are good for nothing without their end.
        let isWhole: Bool

        init(_ title: String, _ alignment: TextAlignment = .left, style: Style = .plain, isWhole: Bool = false) {
            self.title = title.printable
            self.alignment = alignment
            self.style = style
            self.isWhole = isWhole || alignment == .right
        }

        /// A column of ids or days.
        static func whole(_ title: String) -> Column { Column(title, isWhole: true) }
    }

    private static let gap = "  "
    /// Shortening leaves at least this many columns of a cell.
    private static let leastShortenedWidth = 6

    private var columns: [Column]
    private var rows: [[String]] = []

    init(columns: [Column]) {
        precondition(!columns.isEmpty, "a table needs a column")
        self.columns = columns
    }

    /// Adds a row of one cell for each column.
    mutating func append(row: [String]) {
        precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
        rows.append(row.map { $0.printable.withoutTrailingSpaces })
    }

    /// Columns the widest line takes when nothing is shortened.
    var naturalWidth: Int { lineWidth(naturalWidths) }

    /// The table as lines, without a line break at the end.
    ///
    /// - Parameters:
    ///   - maximumWidth: Where the table is wider, its widest columns are shortened, and the last of them left out if
    ///     that is not enough; numbers, ids and days stay.
    ///   - colour: Whether to style header, rule and cells.
    func render(maximumWidth: Int? = nil, colour: Bool = false) -> String {
        let fitting = fitting(to: maximumWidth ?? .max)
        if fitting.columns.count < columns.count { return fitting.render(maximumWidth: maximumWidth, colour: colour) }
        let widths = fittedWidths(to: maximumWidth ?? .max)
        let titleStyles = columns.map { _ in Style.bold }
        let cellStyles = columns.map(\.style)
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap)
        let head = [
            line(columns.map(\.title), widths, titleStyles, colour: colour),
            Style.dim.applied(to: rule, when: colour),
        ]
        return (head + rows.map { line($0, widths, cellStyles, colour: colour) }).joined(separator: "\n")
    }

    private var naturalWidths: [Int] {
        columns.indices.map { column in
            rows.reduce(columns[column].title.displayWidth) { max($0, $1[column].displayWidth) }
        }
    }

    private func lineWidth(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + Self.gap.count * (widths.count - 1)
    }

    /// Takes one column at a time from the widest left-aligned cells until the line fits or none can give more.
    private func fittedWidths(to maximumWidth: Int) -> [Int] {
        var widths = naturalWidths
        var excess = lineWidth(widths) - maximumWidth
        let candidates = columns.indices.filter { !columns[$0].isWhole }
        while excess > 0, let widest = candidates.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.leastShortenedWidth
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    /// The table without the last columns that may be shortened, as many as need be for the others to fit; where there
    /// is nothing that must stay whole, all columns stay.
    private func fitting(to maximumWidth: Int) -> TextTable {
        var table = self
        while table.columns.contains(where: { $0.isWhole && $0.alignment == .left }),
            table.lineWidth(table.fittedWidths(to: maximumWidth)) > maximumWidth,
            let last = table.columns.lastIndex(where: { !$0.isWhole })
        {
            table.columns.remove(at: last)
            for row in table.rows.indices { table.rows[row].remove(at: last) }
        }
        return table
    }

    /// Spaces are written only before a cell that shows something, so that none end the line.
    private func line(_ cells: [String], _ widths: [Int], _ styles: [Style], colour: Bool) -> String {
        var line = ""
        var spaces = 0
        for (index, cell) in cells.enumerated() {
            let text = cell.truncated(toWidth: widths[index])
            let padding = widths[index] - text.displayWidth
            let isRight = columns[index].alignment == .right
            spaces += isRight ? padding : 0
            if !text.isEmpty {
                line += String(repeating: " ", count: spaces) + styles[index].applied(to: text, when: colour)
                spaces = 0
            }
            spaces += Self.gap.count + (isRight ? 0 : padding)
        }
        return line
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        guard let end = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...end])
    }
}
