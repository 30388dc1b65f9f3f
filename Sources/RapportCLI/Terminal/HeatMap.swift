/// Shares in rows and columns, each as a shade and a number: `2017-03  214  █ 100%  ▓ 48%  ▒ 21%`.
struct HeatMap: Sendable {
    /// Over the labels of the rows.
    let rowTitle: String
    /// Over the counts.
    var countTitle = "Count"
    /// Each with a cell for each column, in basis points; nil where nothing is known.
    let rows: [(label: String, count: Int64, cells: [Int64?])]
    let columnLabels: [String]

    /// The map as lines, with what the shades mean in the last one, without a line break at the end.
    ///
    /// Cells get narrower where `width` asks for it. Columns that do not fit even so are left out, and an ellipsis in
    /// the header says so; one column is always drawn.
    func render(width: Int = 80, colour: Bool = false) -> String {
        let columns = columnLabels.map(\.printable)
        let layouts = HeatMapCell.allCases.map { HeatMapLayout(self, columns, cell: $0, width: width) }
        // The last one is the narrowest.
        let layout = layouts.first(where: \.fits) ?? layouts[layouts.count - 1]
        var lines = [Style.bold.applied(to: layout.header, when: colour)]
        lines.append(Style.dim.applied(to: layout.rule, when: colour))
        for row in rows { lines.append(layout.line(row, colour)) }
        lines.append(Style.dim.applied(to: HeatMapShade.legend, when: colour))
        return lines.joined(separator: "\n")
    }
}

/// How dark a share is drawn. Steps get wider upwards: most shares of a map are small.
enum HeatMapShade {
    private static let steps: [(below: Int64, sign: Character)] = [(1, " "), (1000, "░"), (2500, "▒"), (5000, "▓")]

    static let legend = "░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more"

    /// Blank for nothing.
    static func sign(of basisPoints: Int64) -> Character {
        steps.first { basisPoints < $0.below }?.sign ?? "█"
    }
}

/// How a cell is written, the widest way first.
private enum HeatMapCell: CaseIterable {
    /// `▓▓ 48.2%`
    case tenths
    /// `▓ 48%`
    case whole
    /// `▓48`
    case tight

    var shadeWidth: Int { self == .tenths ? 2 : 1 }
    /// Between the shade and the widest number.
    var space: Int { self == .tight ? 0 : 1 }
    /// Between two columns.
    var gap: Int { self == .tight ? 1 : 2 }

    func number(_ basisPoints: Int64) -> String {
        switch self {
        case .tenths: NumberFormat.percent(basisPoints: Int(basisPoints))
        case .whole: NumberFormat.integer(Self.percent(basisPoints)) + "%"
        case .tight: NumberFormat.integer(Self.percent(basisPoints))
        }
    }

    /// Rounded half up.
    private static func percent(_ basisPoints: Int64) -> Int64 {
        let (quotient, remainder) = basisPoints.quotientAndRemainder(dividingBy: 100)
        return remainder >= 50 ? quotient + 1 : remainder < -50 ? quotient - 1 : quotient
    }
}

/// What stands in which column of the terminal.
private struct HeatMapLayout {
    private static let leastLabelWidth = 10
    private static let gap = 2
    /// Says that columns are left out.
    private static let ellipsis = " …"

    private let rowTitle: String
    private let countTitle: String
    private let columnLabels: [String]
    private let cell: HeatMapCell
    private let labelWidth: Int
    private let countWidth: Int
    private let numberWidth: Int
    private let columnWidth: Int
    /// Whether all columns of the map have room.
    let fits: Bool
    private let shownColumns: Int

    init(_ map: HeatMap, _ columnLabels: [String], cell: HeatMapCell, width: Int) {
        rowTitle = map.rowTitle.printable
        countTitle = map.countTitle.printable
        self.columnLabels = columnLabels
        self.cell = cell
        let widest = max(Self.leastLabelWidth, width / 3)
        labelWidth = map.rows.reduce(rowTitle.displayWidth) {
            max($0, min($1.label.printable.displayWidth, widest))
        }
        countWidth = map.rows.reduce(countTitle.displayWidth) {
            max($0, NumberFormat.integer($1.count).displayWidth)
        }
        let shares = map.rows.flatMap { $0.cells.prefix(columnLabels.count).compactMap { $0 } }
        numberWidth = shares.reduce(0) { max($0, cell.number($1).displayWidth) }
        let cellWidth = cell.shadeWidth + cell.space + numberWidth
        columnWidth = columnLabels.reduce(cellWidth) { max($0, $1.displayWidth) }
        // The first column of the map is as far from the counts as these from the labels.
        let room = width - labelWidth - Self.gap - countWidth - Self.gap + cell.gap
        let step = columnWidth + cell.gap
        fits = step * columnLabels.count <= room
        shownColumns = fits ? columnLabels.count : max(1, (room - Self.ellipsis.displayWidth) / step)
    }

    private func line(label: String, count: String, cells: [String]) -> String {
        let spaces = String(repeating: " ", count: Self.gap)
        let head =
            label.padded(toWidth: labelWidth, alignment: .left) + spaces
            + count.padded(toWidth: countWidth, alignment: .right)
        let gap = String(repeating: " ", count: cell.gap)
        return cells.isEmpty ? head : head + spaces + cells.joined(separator: gap)
    }

    var header: String {
        let labels = columnLabels.prefix(shownColumns).map { $0.padded(toWidth: columnWidth, alignment: .right) }
        let end = shownColumns < columnLabels.count ? Self.ellipsis : ""
        return line(label: rowTitle, count: countTitle, cells: labels) + end
    }

    var rule: String {
        let dashes = { (count: Int) in String(repeating: "─", count: count) }
        let cells = columnLabels.prefix(shownColumns).map { _ in dashes(columnWidth) }
        return line(label: dashes(labelWidth), count: dashes(countWidth), cells: cells)
    }

    /// One row of the map; cells of which nothing is known at its end are not written, so that no line ends in spaces.
    func line(_ row: (label: String, count: Int64, cells: [Int64?]), _ colour: Bool) -> String {
        var cells = row.cells.prefix(shownColumns)
        while let last = cells.last, last == nil { cells.removeLast() }
        return line(
            label: row.label.printable.truncated(toWidth: labelWidth), count: NumberFormat.integer(row.count),
            cells: cells.map { text(of: $0, colour) })
    }

    private func text(of share: Int64?, _ colour: Bool) -> String {
        guard let share else { return String(repeating: " ", count: columnWidth) }
        let shade = String(repeating: HeatMapShade.sign(of: share), count: cell.shadeWidth)
        let number = cell.number(share).padded(toWidth: numberWidth + cell.space, alignment: .right)
        let indent = String(repeating: " ", count: columnWidth - cell.shadeWidth - cell.space - numberWidth)
        return indent + Style.cyan.applied(to: shade, when: colour) + number
    }
}
