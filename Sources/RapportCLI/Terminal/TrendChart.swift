/// A value and its confidence interval for each of a row of periods, on one scale: `2017-03  39.8  214  ├──●──┤`.
struct TrendChart: Sendable {
    struct Point: Sendable {
        let label: String
        /// How many observations the estimate is made from.
        let count: Int
        /// Nil where there are too few observations for one.
        let estimate: Estimate?
        /// What stands in the chart's further columns; missing cells are empty.
        var cells: [String] = []
    }

    /// A value in its confidence interval.
    struct Estimate: Equatable, Sendable {
        let value: Double
        let low: Double
        let high: Double
    }

    /// Over the labels.
    let labelTitle: String
    /// Over the values.
    let valueTitle: String
    /// Decimals of the values.
    var fractionDigits = 1
    /// The ends of the axis; nil to take them from the intervals. What lies outside is drawn at the end.
    var axis: ClosedRange<Double>?
    /// The titles of further columns, between the numbers and the drawing.
    var furtherTitles: [String] = []
    let points: [Point]

    /// The chart as lines, without a line break at the end; the axis is the rule under the header.
    func render(width: Int = 80, colour: Bool = false) -> String {
        let estimates = points.compactMap(\.estimate)
        let scale = TrendScale(
            axis ?? TrendScale.axis(holding: estimates.flatMap { [$0.value, $0.low, $0.high] }),
            fractionDigits: fractionDigits)
        return ChartFrame(width: width).render(colour: colour) { drawingWidth, labelWidth in
            let further = furtherTitles.map { TextTable.Column($0, .right) }
            var table = TextTable(
                columns: [.init(labelTitle), .init(valueTitle, .right), .init("n", .right)] + further + [
                    .init(scale.labels(width: drawingWidth), style: .cyan)
                ])
            for point in points {
                let cells = further.indices.map { point.cells.indices.contains($0) ? point.cells[$0] : "" }
                table.append(
                    row: [
                        point.label.truncated(toWidth: labelWidth), text(of: point.estimate),
                        NumberFormat.integer(point.count),
                    ] + cells + [point.estimate.map { scale.drawing(of: $0, width: drawingWidth) } ?? ""])
            }
            return table
        }
    }

    private func text(of estimate: Estimate?) -> String {
        estimate.map { NumberFormat.decimal($0.value, fractionDigits: fractionDigits) } ?? NumberFormat.none
    }
}
