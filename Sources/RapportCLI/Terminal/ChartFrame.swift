/// Divides a line between the columns of text of a chart and its drawing, which is the last column.
struct ChartFrame {
    private static let leastDrawingWidth = 10

    /// Columns of the whole line.
    let width: Int

    /// Renders the table that `table` makes for a drawing width and a greatest label width.
    ///
    /// `table` is called twice: first without a drawing, to see what the text leaves.
    func render(colour: Bool, table: (_ drawingWidth: Int, _ labelWidth: Int) -> TextTable) -> String {
        let labelWidth = max(Self.leastDrawingWidth, width / 3)
        let textWidth = table(0, labelWidth).naturalWidth
        return table(max(Self.leastDrawingWidth, width - textWidth), labelWidth).render(colour: colour)
    }
}
