/// Rows of label, value and a bar in proportion to the value, drawn to an eighth of a column.
struct BarChart: Sendable {
    struct Bar: Sendable {
        let label: String
        /// What the length shows. A negative value has no bar; its text still shows it.
        let value: Int
        /// What stands for the value, as an amount with its currency.
        let text: String

        init(label: String, value: Int, text: String? = nil) {
            self.label = label
            self.value = value
            self.text = text ?? NumberFormat.integer(value)
        }
    }

    /// Over the labels.
    let labelTitle: String
    /// Over the values.
    let valueTitle: String
    let bars: [Bar]

    /// The chart as lines, without a line break at the end; narrower than `width` only where little fits anyway.
    func render(width: Int = 80, colour: Bool = false) -> String {
        let largest = bars.reduce(0) { max($0, $1.value) }
        return ChartFrame(width: width).render(colour: colour) { barWidth, labelWidth in
            var table = TextTable(columns: [
                .init(labelTitle), .init(valueTitle, .right), .init("", style: .cyan),
            ])
            for bar in bars {
                table.append(row: [
                    bar.label.truncated(toWidth: labelWidth), bar.text,
                    BarGlyphs.bar(of: bar.value, outOf: largest, width: barWidth),
                ])
            }
            return table
        }
    }
}
