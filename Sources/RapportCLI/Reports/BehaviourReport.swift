import EventLog
import Rapport

extension BehaviourFunnel {
    /// The funnel for people: heading, chart, steps, what has come of it, groups, periods, times.
    func text(for terminal: Terminal) -> String {
        let heading = terminal.styled(heading, .bold)
        if entered == 0 { return ([heading, "Nobody has entered."] + exclusionLines).joined(separator: "\n") }
        let outcome = [conversionLine, immatureLine] + exclusionLines
        let parts: [String?] = [
            heading, chart(for: terminal), stepTable(for: terminal), outcome.joined(separator: "\n"),
            groupTable(for: terminal), comparison?.sentence, trendTable(for: terminal), timeChart(for: terminal),
        ]
        return parts.compactMap { $0 }.joined(separator: "\n\n")
    }

    private var heading: String {
        let range = [from.map { "from \($0)" }, to.map { "before \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            (title.isEmpty ? funnel : title).printable, "by \(subject.printable)", orderWords, countingWords, range,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ") + " (\(zone))"
    }

    private var orderWords: String {
        switch FunnelDefinition.Order(rawValue: order) {
        case .ordered: "in order"
        case .strict: "in order, with nothing in between"
        case .any: "in any order"
        case nil: order.printable
        }
    }

    private var countingWords: String {
        switch FunnelDefinition.Counting(rawValue: counting) {
        case .unique: "each once"
        case .total: "every attempt"
        case .session: "every session"
        case nil: counting.printable
        }
    }

    /// Shares of optional steps would say nothing of the steps behind them: the chart shows the others.
    private func chart(for terminal: Terminal) -> String {
        let required = steps.filter { !$0.isOptional }
        let chart = FunnelChart(
            labelTitle: "Step", steps: required.map { .init(label: $0.name.printable, count: Int($0.count)) })
        return chart.render(width: terminal.drawingWidth, colour: terminal.showsColour)
    }

    private func stepTable(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .init("Step"), .init("Count", .right), .init("Dropped", .right), .init("Of entered", .right),
            .init("95 %", .right), .init("Of previous", .right), .init("Median", .right), .init("90 %", .right),
        ])
        for step in steps {
            table.append(row: [
                step.name + (step.isOptional ? " (optional)" : ""), NumberFormat.integer(step.count),
                step.dropped.map { NumberFormat.integer($0) } ?? "", step.ofEntered.percent,
                step.ofEntered?.interval ?? "", step.ofPrevious?.percent ?? "",
                step.timeToConvert.map { DurationFormat.text(milliseconds: $0.medianMs) } ?? "",
                step.timeToConvert.map { DurationFormat.text(milliseconds: $0.p90Ms) } ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    // MARK: Lines

    private var conversionLine: String {
        let times = timeToConvert.map { times in
            "; half of them within \(DurationFormat.text(milliseconds: times.medianMs)), nine of ten within "
                + DurationFormat.text(milliseconds: times.p90Ms)
        }
        return Self.converted(converted, of: entered, conversion) + (times ?? "")
    }

    private var immatureLine: String {
        if immature == 0 { return "None is immature at \(now)." }
        let rest = Self.converted(mature.converted, of: mature.entered, mature.conversion)
        return "\(NumberFormat.integer(immature)) immature at \(now), of whom more may come; of the others \(rest)"
    }

    private var exclusionLines: [String] {
        excluded == 0 ? [] : ["\(NumberFormat.integer(excluded)) more left out because of exclusions"]
    }

    /// `10 of 25 converted, 40.0% (23.4%–59.3%)`.
    private static func converted(_ part: Int64, of whole: Int64, _ share: Share?) -> String {
        let counts = "\(NumberFormat.integer(part)) of \(NumberFormat.integer(whole)) converted"
        return counts + (share.map { ", \($0.percent) (\($0.interval))" } ?? "")
    }

    // MARK: Groups, periods, times

    /// More steps than that have no column each.
    private static let mostStepColumns = 6
    /// Columns of the terminal for the name of a step over its counts.
    private static let stepTitleWidth = 16

    /// The numbers of the steps that groups and periods show: all, or the first and the last required one.
    private var shownSteps: [Int] {
        if steps.count <= Self.mostStepColumns { return Array(steps.indices) }
        return [0, steps.lastIndex { !$0.isOptional } ?? 0]
    }

    private struct CountRow {
        let label: String
        let counts: [Int64]
        let conversion: Share?
        let last: String
    }

    private func countTable(
        _ title: String, _ last: String, _ rows: [CountRow], for terminal: Terminal
    ) -> String? {
        if rows.isEmpty { return nil }
        let names = shownSteps.map { steps[$0].name.printable.truncated(toWidth: Self.stepTitleWidth) }
        let figures = (names + ["Conversion", "95 %", last]).map { TextTable.Column($0, .right) }
        var table = TextTable(columns: [TextTable.Column(title)] + figures)
        for row in rows {
            let counts = shownSteps.map { $0 < row.counts.count ? NumberFormat.integer(row.counts[$0]) : "" }
            table.append(
                row: [row.label] + counts + [row.conversion.percent, row.conversion?.interval ?? "", row.last])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private func groupTable(for terminal: Terminal) -> String? {
        let rows = groups.map { group in
            CountRow(
                label: group.value ?? group.unnamedLabel, counts: group.counts,
                conversion: group.conversion, last: DurationFormat.text(milliseconds: group.medianMs))
        }
        return countTable("Group", "Median", rows, for: terminal)
    }

    private func trendTable(for terminal: Terminal) -> String? {
        let rows = trend.map { point in
            CountRow(
                label: point.period, counts: point.counts, conversion: point.conversion,
                last: NumberFormat.integer(point.immature))
        }
        return countTable(trendZone.map { "Period (\($0))" } ?? "Period", "Immature", rows, for: terminal)
    }

    private func timeChart(for terminal: Terminal) -> String? {
        if histogram.isEmpty { return nil }
        let bars = histogram.map { bin in
            let ends = [bin.fromMs, bin.toMs].map { DurationFormat.text(milliseconds: $0) }
            return BarChart.Bar(label: ends.joined(separator: " to "), value: Int(bin.count))
        }
        return BarChart(labelTitle: "First to last step", valueTitle: "Count", bars: bars)
            .render(width: terminal.drawingWidth, colour: terminal.showsColour)
    }
}

// MARK: - Figures

extension BehaviourFunnel.Group {
    /// What it is called where it has no value.
    fileprivate var unnamedLabel: String { isErased ? "(erased)" : isOther ? "(all others)" : "(none)" }
}

extension BehaviourFunnel.Share {
    /// `40.0%`.
    fileprivate var percent: String { NumberFormat.percent(basisPoints: Int(shareBp)) }

    /// `23.4%–59.3%`.
    fileprivate var interval: String {
        [lowBp, highBp].map { NumberFormat.percent(basisPoints: Int($0)) }.joined(separator: "–")
    }
}

extension BehaviourFunnel.Share? {
    /// As of a share; a dash where there is none.
    fileprivate var percent: String { self?.percent ?? NumberFormat.none }
}

extension BehaviourFunnel.Comparison {
    /// What the comparison says.
    fileprivate var sentence: String {
        let names = [first, second].map { $0.isEmpty ? "(none)" : $0.printable }
        guard let differenceBp else { return "\(names[0]) and \(names[1]): nobody has entered." }
        let points = NumberFormat.decimal(Double(differenceBp.magnitude) / 100, fractionDigits: 1)
        let difference =
            differenceBp == 0
            ? "\(names[0]) and \(names[1]) convert equally often"
            : "\(names[0]) converts \(points) points \(differenceBp > 0 ? "more" : "less") often than \(names[1])"
        guard let pMillionths else { return difference + "; too few have entered for a test." }
        let digits = NumberFormat.decimal(Double(pMillionths) / 1_000_000, fractionDigits: 4)
        // Less would be shown as nothing.
        let probability = pMillionths < 100 ? "p < 0.0001" : "p = \(digits)"
        return "\(difference); \(probability) by Fisher's exact test, two-sided."
    }
}
