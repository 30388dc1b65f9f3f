import EventLog
import Foundation
import Rapport

extension SatisfactionTrend {
    /// The trend for people: a chart for each group, all on one axis.
    func text(for terminal: Terminal) -> String {
        if points.isEmpty { return "No answers." }
        let all = points.compactMap(\.estimate)
        let axis = TrendScale.axis(holding: all.flatMap { [$0.value, $0.low, $0.high] })
        return overall.map { total in
            let chart = TrendChart(
                labelTitle: total.group?.printable ?? by.rawValue.capitalized, valueTitle: title, axis: axis,
                points: (points.filter { $0.group == total.group } + [total]).map {
                    TrendChart.Point(label: $0.period, count: $0.counts.validCount, estimate: $0.estimate)
                })
            return chart.render(width: terminal.drawingWidth, colour: terminal.showsColour)
        }.joined(separator: "\n\n")
    }

    /// The points, without those of the whole range. Columns of figures that the metric does not have are empty.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "group", "answers", "noAnswer", "notApplicable", "mean", "meanLower", "meanUpper", "nps",
            "npsLower", "npsUpper", "topTwoBp", "topTwoLowerBp", "topTwoUpperBp",
        ])
        for point in points {
            let share = point.csat.map { csat in [csat.share, csat.lower, csat.upper].map(NumberFormat.basisPoints) }
            table.append(
                point.period, point.group, point.counts.validCount, point.counts.noAnswer, point.counts.notApplicable,
                point.mean?.mean, point.mean?.lower, point.mean?.upper, point.nps?.score, point.nps?.lower,
                point.nps?.upper, share?[0], share?[1], share?[2])
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
    /// The metric's value with its interval; the mean where the scale is not the metric's own. Nil for too few answers.
    fileprivate var estimate: TrendChart.Estimate? {
        if let nps { return .init(value: nps.score, low: nps.lower, high: nps.upper) }
        if let csat { return .init(value: csat.share * 100, low: csat.lower * 100, high: csat.upper * 100) }
        guard let mean, let low = mean.lower, let high = mean.upper else { return nil }
        return .init(value: mean.mean, low: low, high: high)
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
