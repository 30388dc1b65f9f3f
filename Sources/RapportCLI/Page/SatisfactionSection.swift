import Rapport

extension CompanyReport {
    /// Each metric over time: a line in the band of its intervals, the test for a trend, and response rates.
    func satisfactionSection(_ words: PageWords) -> PageSection {
        var section = PageSection(id: "satisfaction", title: words.satisfaction, parts: [])
        if satisfaction.allSatisfy(\.trend.points.isEmpty) { section.parts.append(.paragraph(words.noAnswers)) }
        var number = 0
        for scores in satisfaction where !scores.trend.points.isEmpty {
            let name = words.metric(scores.trend.metric, scores.survey, scores.question)
            section.parts.append(.heading(name))
            for group in scores.trend.trends {
                number += 1
                let series = ScoreSeries(scores.trend, group)
                section.parts.append(.chart(series.chart("chart-satisfaction-\(number)", name, words)))
                section.parts += series.notes(words).map { PageSection.Part.paragraph($0) }
                section.parts.append(.table(series.table(name, words)))
            }
        }
        for mixed in mixedScales {
            let name = words.metric(mixed.metric, mixed.survey, mixed.question)
            section.parts.append(.paragraph(words.mixedScales(name, mixed.scales.joined(separator: ", "))))
        }
        return section
    }
}

/// The periods of one group of a trend.
private struct ScoreSeries {
    /// A figure with the ends of its interval, as it is shown: shares in percent.
    private struct Estimate {
        let value: Double
        let lower: Double?
        let upper: Double?
    }

    private let trend: SatisfactionTrend
    private let group: SatisfactionTrend.GroupTrend
    private let points: [SatisfactionTrend.Point]

    init(_ trend: SatisfactionTrend, _ group: SatisfactionTrend.GroupTrend) {
        self.trend = trend
        self.group = group
        points = trend.points.filter { $0.group == group.group }
    }

    /// Digits of the figure behind the point.
    private var digits: Int { group.figure == .mean ? 2 : 1 }

    /// What a difference of the figure is shown in: shares are, in percent.
    private var scale: Double { group.figure == .topTwoShare ? 100 : 1 }

    private func title(_ words: PageWords) -> String {
        switch group.figure {
        case .netPromoterScore: trend.metric == "enps" ? "eNPS" : "NPS"
        case .topTwoShare: words.topTwo
        case .mean: words.mean
        }
    }

    private func estimate(_ point: SatisfactionTrend.Point) -> Estimate? {
        switch group.figure {
        case .netPromoterScore: point.nps.map { Estimate(value: $0.score, lower: $0.lower, upper: $0.upper) }
        case .topTwoShare:
            point.csat.map { Estimate(value: $0.share * 100, lower: $0.lower * 100, upper: $0.upper * 100) }
        case .mean: point.mean.map { Estimate(value: $0.mean, lower: $0.lower, upper: $0.upper) }
        }
    }

    func chart(_ id: String, _ name: String, _ words: PageWords) -> PageChart {
        let estimates = points.map { estimate($0) }
        return PageChart(
            id: id, kind: .band, title: name, labels: points.map(\.period), unit: "", digits: digits,
            value: .init(title(words), estimates.map { $0?.value }), interval: words.interval,
            low: .init(words.lower, estimates.map { $0?.lower }), high: .init(words.upper, estimates.map { $0?.upper }))
    }

    /// Whether it rises or falls, and which periods do not fit the others.
    func notes(_ words: PageWords) -> [String] {
        var notes: [String] = []
        if let test = group.test {
            notes.append(
                words.trend(
                    test.direction, slope: NumberFormat.decimal(test.slope * scale, fractionDigits: 3),
                    probability: NumberFormat.decimal(test.pValue, fractionDigits: 4)))
        }
        switch group.untested {
        case .tooFewPeriods: notes.append(words.tooFewForTest)
        case .tooManyPeriods: notes.append(words.tooManyForTest)
        case nil: break
        }
        if !group.signals.isEmpty {
            let periods = group.signals.map { "\($0.period) \($0.side == .above ? "↑" : "↓")" }
            notes.append(words.unusualPeriods + words.word(": ", "：") + periods.joined(separator: ", "))
        }
        return notes
    }

    func table(_ name: String, _ words: PageWords) -> PageTable {
        var table = PageTable(
            name,
            [
                .name(words.period), .figure(words.answers), .figure(title(words)), .figure(words.lower),
                .figure(words.upper), .name(words.smallSample), .figure(words.invited), .figure(words.responded),
                .figure(words.responseRate),
            ])
        for point in points { table.append(row(point.period, point, words)) }
        for point in trend.overall where point.group == group.group { table.append(row(words.all, point, words)) }
        return table
    }

    private func row(_ label: String, _ point: SatisfactionTrend.Point, _ words: PageWords) -> [PageCell] {
        let estimate = estimate(point)
        return [
            .text(label), .count(Int64(point.counts.validCount)), .decimal(estimate?.value, digits: digits),
            .decimal(estimate?.lower, digits: digits), .decimal(estimate?.upper, digits: digits),
            .text(point.isSmallSample ? words.yes : ""), .count(point.response?.invited),
            .count(point.response?.answered), .share(point.response?.rateBp),
        ]
    }
}
