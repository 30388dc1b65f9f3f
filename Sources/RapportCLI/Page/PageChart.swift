import Foundation

/// What a chart of a page draws. The page's script reads it as JSON and hands it to the charting library.
struct PageChart: Encodable, Equatable, Sendable {
    /// How it is drawn.
    enum Kind: String, Encodable, Sendable {
        /// Bars from left to right, one for each label.
        case bars
        /// Bars from bottom to top, each from ``PageChart/low`` to ``PageChart/high``.
        case bridge
        /// A line within a filled band from ``PageChart/low`` to ``PageChart/high``; ``PageChart/fit`` is dashed.
        case band
    }

    /// Numbers under one name; a gap where there is none.
    struct Series: Encodable, Equatable, Sendable {
        let label: String
        let values: [Double?]

        init(_ label: String, _ values: [Double?]) {
            self.label = label
            self.values = values
        }
    }

    /// Charts of more bars get no higher.
    static let mostRows = 24

    /// The id of its place in the page.
    let id: String
    let kind: Kind
    /// What it shows, for those who cannot see it.
    let title: String
    /// What stands at the axis, one for each value.
    let labels: [String]
    /// What values are shown with, as ` %`.
    let unit: String
    /// How many digits of a value stand behind the point.
    let digits: Int
    /// Where the axis of the values begins; nil lets the library choose.
    var lowest: Double?
    /// Where it ends.
    var highest: Double?
    /// The lengths of bars, what a bar of a bridge adds or takes, or the points of a line.
    let value: Series
    /// What the band is, as `95 %`.
    var interval: String?
    /// The lower ends.
    var low: Series?
    /// The upper ends.
    var high: Series?
    /// A second line.
    var fit: Series?
    /// Of each bar of a bridge: 1 adds, -1 takes, 0 is what there is.
    var signs: [Int]?

    /// Writes its place: nothing is seen of it before the script has drawn there.
    func write(to page: inout HTMLWriter) {
        // Bars have the room that they need; the style knows the classes.
        let size = kind == .bars ? " rows\(min(max(labels.count, 2), Self.mostRows))" : ""
        page.element("figure", [("class", "chart" + size)]) { page in
            page.line("canvas", [("id", id), ("role", "img"), ("aria-label", title)], "")
        }
        page.endLine()
    }

    /// All charts of a page as JSON that a script element may hold; the same charts give the same text.
    static func script(of charts: [PageChart]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return HTMLWriter.scriptJSON(String(decoding: try encoder.encode(charts), as: UTF8.self))
    }
}
