/// A part of a page about one question: what it is, then charts and the tables with their numbers.
struct PageSection: Equatable, Sendable {
    /// What it consists of, in order.
    enum Part: Equatable, Sendable {
        case heading(String)
        case paragraph(String)
        case chart(PageChart)
        case table(PageTable)
    }

    /// What links to it end in.
    let id: String
    let title: String
    var parts: [Part]

    /// Its charts, in order.
    var charts: [PageChart] {
        parts.compactMap { part -> PageChart? in
            guard case .chart(let chart) = part else { return nil }
            return chart
        }
    }

    /// Writes the section; without the charts where no library is there to draw them.
    func write(drawsCharts: Bool, to page: inout HTMLWriter) {
        page.element("section", [("id", id)]) { page in
            page.endLine()
            page.line("h2", [], title)
            for part in parts {
                switch part {
                case .heading(let text): page.line("h3", [], text)
                case .paragraph(let text): page.line("p", [], text)
                case .chart(let chart): if drawsCharts { chart.write(to: &page) }
                case .table(let table): table.write(to: &page)
                }
            }
        }
        page.endLine()
    }
}
