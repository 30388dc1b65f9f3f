import EventLog
import Foundation
import Rapport

extension SatisfactionTrend {
    /// The trend for people: a chart for each group, all on one axis, and what the tests say of it.
    func text(for terminal: Terminal) -> String {
        if points.isEmpty { return "No answers." }
        let all = points.compactMap(\.estimate)
        let axis = TrendScale.axis(holding: all.flatMap { [$0.value, $0.low, $0.high] })
        let hasResponses = points.contains { $0.response != nil }
        let hasSignals = points.contains { $0.control?.signal != nil }
        let titles = (hasResponses ? ["Response"] : []) + (hasSignals ? ["Signal"] : [])
        let groups = zip(overall, trends).map { total, trend in
            let own = points.filter { ($0.group ?? "").utf8.elementsEqual((total.group ?? "").utf8) }
            let chart = TrendChart(
                labelTitle: total.group?.printable ?? by.rawValue.capitalized, valueTitle: title, axis: axis,
                furtherTitles: titles,
                points: (own + [total]).map { point in
                    let cells = (hasResponses ? [point.responseText] : []) + (hasSignals ? [point.signalText] : [])
                    return TrendChart.Point(
                        label: point.period, count: point.counts.validCount, estimate: point.estimate, cells: cells)
                })
            let lines = [chart.render(width: terminal.drawingWidth, colour: terminal.showsColour)] + trend.lines
            return (lines + repeatLines(of: total)).joined(separator: "\n")
        }
        return (groups + [responses.compactMap(\.line).joined(separator: "\n")]).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// How many answers the rule against repeats has left out.
    private func repeatLines(of total: Point) -> [String] {
        guard let onePerDays, let repeats = total.repeats else { return [] }
        return [
            "Repeats: \(NumberFormat.integer(repeats)) answers not counted, one of a person per \(onePerDays) days"
        ]
    }

    /// The points, without those of the whole range. Columns of figures that the metric does not have are empty.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "answers", "noAnswer", "notApplicable", "mean", "meanLower", "meanUpper", "nps",
            "npsLower", "npsUpper", "topTwoBp", "topTwoLowerBp", "topTwoUpperBp", "smallSample", "repeats", "invited",
            "answered", "rateBp", "average", "averageLower", "averageUpper", "signal",
        ])
        for point in points {
            let share = point.csat.map { csat in [csat.share, csat.lower, csat.upper].map(NumberFormat.basisPoints) }
            table.append(
                point.period, point.group, point.counts.validCount, point.counts.noAnswer, point.counts.notApplicable,
                point.mean?.mean, point.mean?.lower, point.mean?.upper, point.nps?.score, point.nps?.lower,
                point.nps?.upper, share?[0], share?[1], share?[2], point.isSmallSample, point.repeats,
                point.response?.invited, point.response?.answered, point.response?.rateBp, point.control?.average,
                point.control?.lower, point.control?.upper, point.control?.signal?.rawValue)
        }
        return table
    }

    /// What the values are.
    private var title: String {
        switch SatisfactionMetric(rawValue: metric) {
        case .nps: overall.contains { $0.nps != nil } ? "NPS" : "Mean"
        case .enps: overall.contains { $0.nps != nil } ? "eNPS" : "Mean"
        case .csat, .rating: overall.contains { $0.csat != nil } ? "Top two %" : "Mean"
        case .ces, nil: "Mean"
        }
    }
}

extension SatisfactionTrend.Point {
    /// How many of those who were invited have answered.
    fileprivate var responseText: String {
        guard let response else { return "" }
        return NumberFormat.percent(Int(response.answered), of: Int(response.invited))
    }

    /// Which limit of the control chart is crossed.
    fileprivate var signalText: String { control?.signal?.rawValue ?? "" }

    /// The metric's value with its interval; the mean where the scale is not the metric's own. Nil for too few answers.
    fileprivate var estimate: TrendChart.Estimate? {
        if let nps { return .init(value: nps.score, low: nps.lower, high: nps.upper) }
        if let csat { return .init(value: csat.share * 100, low: csat.lower * 100, high: csat.upper * 100) }
        guard let mean, let low = mean.lower, let high = mean.upper else { return nil }
        return .init(value: mean.mean, low: low, high: high)
    }
}

extension SatisfactionTrend.GroupTrend {
    /// What the test and the control chart say, and how far they can be relied on.
    fileprivate var lines: [String] {
        let least = NetShare.smallestWaldSample
        let few =
            smallSamples == 0
            ? [] : ["Few answers: fewer than \(least) scores in \(smallSamples) of \(periods) periods"]
        return ["Trend of the \(name): \(verdict)", "Control chart: \(state)"] + few
    }

    private var name: String {
        switch figure {
        case .netPromoterScore: "net promoter score"
        case .topTwoShare: "top two %"
        case .mean: "mean"
        }
    }

    private var verdict: String {
        guard let test else {
            return untested == .tooManyPeriods
                ? "not tested, \(NumberFormat.integer(periods)) periods; expected "
                    + "\(NumberFormat.integer(SatisfactionTrend.mostTestedPeriods)) at most"
                : "not tested, \(periods) \(periods == 1 ? "period" : "periods"); expected 3 or more"
        }
        let probability =
            test.pValue < 0.0001
            ? "p < 0.0001" : "p = \(NumberFormat.decimal(test.pValue, fractionDigits: 4))"
        let shown =
            switch test.direction {
            case .rises: "rises"
            case .falls: "falls"
            case nil: "no trend shown"
            }
        let slope = figure == .topTwoShare ? test.slope * 100 : test.slope
        let sign = slope > 0 ? "+" : ""
        return "\(shown), \(sign)\(NumberFormat.decimal(slope, fractionDigits: 2)) a period by Sen's slope; "
            + "\(probability) by the test of Mann and Kendall, two-sided"
    }

    private var state: String {
        guard let centre else { return "none, within no period do answers differ" }
        let shownCentre = NumberFormat.decimal(figure == .topTwoShare ? centre * 100 : centre, fractionDigits: 2)
        let mostShown = 5
        if signals.isEmpty { return "no signal around \(shownCentre)" }
        let named = signals.prefix(mostShown).map { "\($0.period) \($0.side.rawValue)" }.joined(separator: ", ")
        let more = signals.count > mostShown ? " and \(signals.count - mostShown) more" : ""
        return "signals around \(shownCentre): \(named)\(more)"
    }
}

extension SurveyResponses {
    /// What no response rate counts; nil where there is nothing of the kind, or where nobody names invitations.
    var line: String? {
        var parts: [String] = []
        if uninvited > 0, uninvited < responses { parts.append("\(NumberFormat.integer(uninvited)) to no invitation") }
        if unknownInvitations > 0 {
            parts.append("\(NumberFormat.integer(unknownInvitations)) to invitations that nobody has sent")
        }
        if withoutAnswers > 0 { parts.append("\(NumberFormat.integer(withoutAnswers)) without any answer") }
        if parts.isEmpty { return nil }
        return "\(survey.printable): \(NumberFormat.integer(responses)) responses, \(parts.joined(separator: ", "))"
    }
}

extension NumberFormat {
    /// A share from 0 to 1 in basis points, rounded to the nearest.
    static func basisPoints(_ share: Double) -> Int { Int((share * 10_000).rounded()) }
}

/// The surveys with what they measure; the shape of the JSON without a metric.
struct SurveyList: Codable, Equatable {
    struct Survey: Codable, Equatable {
        let metric: String
        let survey: String
        let question: String
        let dimensions: [String]
    }

    let surveys: [Survey]
    let position: Position

    /// A row for each dimension of a question, or one without where there is none.
    var csv: CSVTable {
        var table = CSVTable(columns: ["metric", "survey", "question", "dimension"])
        for survey in surveys {
            for dimension in survey.dimensions.isEmpty ? [""] : survey.dimensions {
                table.append(survey.metric, survey.survey, survey.question, dimension)
            }
        }
        return table
    }

    func text(for terminal: Terminal) -> String {
        if surveys.isEmpty { return "No answers." }
        var table = TextTable(columns: [.init("Metric"), .init("Survey"), .init("Question"), .init("Dimensions")])
        for survey in surveys {
            table.append(row: [
                survey.metric, survey.survey, survey.question, survey.dimensions.joined(separator: ", "),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }
}
