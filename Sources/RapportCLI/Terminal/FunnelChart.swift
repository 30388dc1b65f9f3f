/// The steps of a funnel: how many reached each, as a share of the first step and of the step before, and a bar.
struct FunnelChart: Sendable {
    struct Step: Sendable {
        let label: String
        let count: Int
    }

    /// Over the labels.
    let labelTitle: String
    /// From the first step to the last.
    let steps: [Step]

    /// The chart as lines, without a line break at the end.
    func render(width: Int = 80, colour: Bool = false) -> String {
        ChartFrame(width: width).render(colour: colour) { barWidth, labelWidth in
            var table = TextTable(columns: [
                .init(labelTitle), .init("Count", .right), .init("Of first", .right), .init("Of previous", .right),
                .init("", style: .cyan),
            ])
            for index in steps.indices { table.append(row: row(index, barWidth, labelWidth)) }
            return table
        }
    }

    private func row(_ index: Int, _ barWidth: Int, _ labelWidth: Int) -> [String] {
        let step = steps[index]
        // In a funnel of unordered steps a later one may be the largest.
        let largest = steps.reduce(0) { max($0, $1.count) }
        return [
            step.label.truncated(toWidth: labelWidth),
            NumberFormat.integer(step.count),
            NumberFormat.percent(step.count, of: steps[0].count),
            index == 0 ? "" : NumberFormat.percent(step.count, of: steps[index - 1].count),
            BarGlyphs.bar(of: step.count, outOf: largest, width: barWidth),
        ]
    }
}
