import Foundation

/// Prints a line now, so that a file that takes the output has it at once.
func show(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
}

func line(_ name: String, _ value: String) {
    show(name.padding(toLength: max(44, name.count + 2), withPad: " ", startingAt: 0) + value)
}

func number(_ value: Double) -> String {
    value >= 100 ? String(Int(value.rounded())) : String(format: "%.2f", value)
}

/// `p50 0.21 ms, p99 1.10 ms` of times in milliseconds.
func quantiles(_ shares: [(name: String, share: Double)], of times: [Double]) -> String {
    shares.map { "\($0.name) \(number(Spread.quantile($0.share, of: times))) ms" }.joined(separator: ", ")
}

/// A table of which each column was measured by itself, one after the other.
struct MarkdownTable {
    /// A column: its head, and its cells by the name of their row.
    struct Column {
        let head: String
        private(set) var cells: [(row: String, value: String)] = []

        init(_ head: String) {
            self.head = head
        }

        /// Adds the cell of a row, and prints it right away.
        mutating func add(_ row: String, _ value: String) {
            cells.append((row, value))
            line("\(head): \(row)", value)
        }
    }

    let corner: String
    var columns: [Column] = []

    /// Rows in the order of the first column; a cell that another one lacks is empty.
    var text: String {
        let rows = columns.first?.cells.map(\.row) ?? []
        let body = rows.map { row in
            [row] + columns.map { column in column.cells.first { $0.row == row }?.value ?? "" }
        }
        let head = [[corner] + columns.map(\.head), ["---"] + columns.map { _ in "---:" }]
        return (head + body).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
