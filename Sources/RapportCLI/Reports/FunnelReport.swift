import Rapport

extension DealFunnel {
    /// The funnel for people: heading, chart, outcomes, values.
    func text(for terminal: Terminal) -> String {
        if opened == 0 { return heading + "\nNo deals." }
        let opening = [FunnelChart.Step(label: "opened", count: Int(opened))]
        let chart = FunnelChart(
            labelTitle: "Stage", steps: opening + steps.map { .init(label: $0.stage, count: Int($0.deals)) })
        let drawing = chart.render(width: terminal.drawingWidth, colour: terminal.showsColour)
        return [terminal.styled(heading, .bold), drawing, outcomes, valueTable(for: terminal)]
            .joined(separator: "\n\n")
    }

    /// The stages.
    var csv: CSVTable {
        var table = CSVTable(columns: ["stage", "deals", "ofOpenedBp", "ofPreviousBp"])
        for step in steps { table.append(step.stage, step.deals, step.ofOpenedBp, step.ofPreviousBp) }
        return table
    }

    private var heading: String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "Deals opened" + (range.isEmpty ? "" : " " + range), pipeline.map { "pipeline \($0.printable)" },
            at.map { "as at the end of \($0)" }, skipping == .strict ? "stages entered" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    private var outcomes: String {
        let rate = winRateBp.map { NumberFormat.percent(basisPoints: Int($0)) } ?? NumberFormat.none
        return "\(NumberFormat.integer(won)) won, \(NumberFormat.integer(lost)) lost, "
            + "\(NumberFormat.integer(open)) open; win rate \(rate)"
    }

    private func valueTable(for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Won", .right), .init("Open", .right), .init("Lost", .right)])
        for value in values where (value.wonValue, value.openValue, value.lostValue) != (0, 0, 0) {
            table.append(
                row: [value.wonValue, value.openValue, value.lostValue].map {
                    NumberFormat.money(minorUnits: $0, currency: value.currency)
                })
        }
        return table.render(colour: terminal.showsColour)
    }
}
