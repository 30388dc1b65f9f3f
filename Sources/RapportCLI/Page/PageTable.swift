/// One cell of a table of a page.
struct PageCell: Equatable, Sendable {
    /// What is shown.
    let shown: String
    /// A figure as JSON has it: without grouping, amounts in minor units, shares in basis points. Nil of a text.
    let raw: String?
    /// How dark the cell is, from 0 for nothing to 5; nil leaves it white.
    private(set) var shade: Int?

    private init(_ shown: String, raw: String?, shade: Int? = nil) {
        self.shown = shown
        self.raw = raw
        self.shade = shade
    }

    /// What is not known, or not over yet.
    static let empty = PageCell("", raw: nil)

    /// A text, as a name.
    static func text(_ text: String) -> PageCell { PageCell(text, raw: nil) }

    /// A number of things; empty where there is none.
    static func count(_ count: Int64?) -> PageCell {
        count.map { PageCell(NumberFormat.integer($0), raw: "\($0)") } ?? empty
    }

    /// A share in basis points, as percent; empty where there is none.
    static func share(_ basisPoints: Int64?) -> PageCell {
        basisPoints.map { PageCell(NumberFormat.percent(basisPoints: Int($0)), raw: "\($0)") } ?? empty
    }

    /// A share or a difference of shares, from -1 to 1, as percent; empty where there is none.
    static func percent(_ share: Double?) -> PageCell {
        share.map { PageCell(NumberFormat.decimal($0 * 100, fractionDigits: 1) + "%", raw: "\($0)") } ?? empty
    }

    /// How many of `whole`, as a share shaded by its size; empty where it is not known. Its figure is the number.
    static func heat(_ count: Int64?, of whole: Int64) -> PageCell {
        guard let count else { return empty }
        let basisPoints = whole > 0 ? count * 10_000 / whole : 0
        let shade = [1, 1000, 2500, 5000, 7500].filter { basisPoints >= $0 }.count
        return PageCell(NumberFormat.percent(Int(count), of: Int(whole)), raw: "\(count)", shade: shade)
    }

    /// An amount in minor units.
    static func money(_ minorUnits: Int64, _ currency: String) -> PageCell {
        // Nobody has stated a value: there is nothing to show in some currency.
        if currency.isEmpty { return count(minorUnits) }
        return PageCell(NumberFormat.money(minorUnits: minorUnits, currency: currency), raw: "\(minorUnits)")
    }

    /// A number with so many digits behind the point; empty where there is none.
    static func decimal(_ value: Double?, digits: Int) -> PageCell {
        value.map { PageCell(NumberFormat.decimal($0, fractionDigits: digits), raw: "\($0)") } ?? empty
    }

    /// A length of time in milliseconds; empty where there is none.
    static func duration(_ milliseconds: Int64?, _ words: PageWords) -> PageCell {
        milliseconds.map { PageCell(words.duration($0), raw: "\($0)") } ?? empty
    }
}

/// A table of a page: what a chart draws, in numbers.
struct PageTable: Equatable, Sendable {
    /// A column with its title.
    struct Column: Equatable, Sendable {
        let title: String
        /// Figures stand at the right.
        let isFigure: Bool

        /// A column of names.
        static func name(_ title: String) -> Column { Column(title: title, isFigure: false) }

        /// A column of figures.
        static func figure(_ title: String) -> Column { Column(title: title, isFigure: true) }
    }

    /// Tables of more columns are printed in small letters, so that they fit on paper.
    private static let mostUsualColumns = 12

    /// What the table is of.
    let caption: String
    let columns: [Column]
    private(set) var rows: [[PageCell]] = []

    init(_ caption: String, _ columns: [Column]) {
        self.caption = caption
        self.columns = columns
    }

    /// Adds a row of one cell for each column; cells that are missing at its end are empty.
    mutating func append(_ cells: [PageCell]) {
        precondition(cells.count <= columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells + Array(repeating: .empty, count: columns.count - cells.count))
    }

    /// Writes the table; the first cell of a row is its heading.
    func write(to page: inout HTMLWriter) {
        let size = columns.count > Self.mostUsualColumns ? " wide" : ""
        page.element("div", [("class", "table" + size)]) { page in
            page.element("table") { page in
                page.line("caption", [], caption)
                page.element("thead") { page in
                    page.element("tr") { page in
                        for column in columns { page.line("th", Self.attributes(column, "col"), column.title) }
                    }
                }
                page.endLine()
                page.element("tbody") { page in
                    for row in rows { write(row, to: &page) }
                }
            }
        }
        page.endLine()
    }

    private func write(_ row: [PageCell], to page: inout HTMLWriter) {
        page.element("tr") { page in
            for (number, cell) in row.enumerated() {
                let isHeading = number == 0
                let attributes =
                    isHeading
                    ? Self.attributes(columns[number], "row") : Self.attributes(columns[number], shade: cell.shade)
                page.element(isHeading ? "th" : "td", attributes) { page in
                    guard let raw = cell.raw else { return page.write(cell.shown) }
                    page.element("data", [("value", raw)]) { $0.write(cell.shown) }
                }
            }
        }
        page.endLine()
    }

    private static func attributes(_ column: Column, _ scope: String) -> HTMLWriter.Attributes {
        [(name: "scope", value: scope)] + attributes(column, shade: nil)
    }

    private static func attributes(_ column: Column, shade: Int?) -> HTMLWriter.Attributes {
        var classes = column.isFigure ? ["figure"] : []
        if let shade { classes.append("shade\(shade)") }
        return classes.isEmpty ? [] : [("class", classes.joined(separator: " "))]
    }
}
