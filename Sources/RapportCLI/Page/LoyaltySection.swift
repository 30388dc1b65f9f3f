import Rapport

extension CompanyReport {
    /// After which scores customers order again: for each metric a curve, and what complaints do to it.
    func loyaltySection(_ words: PageWords) -> PageSection {
        var section = PageSection(id: "loyalty", title: words.loyalty, parts: [])
        let shown = loyalty.filter { !$0.curve.scores.isEmpty }
        if let first = shown.first {
            section.parts.append(.paragraph(words.loyaltyExplained(first.curve.horizonDays)))
        } else {
            section.parts.append(.paragraph(words.noAnswers))
        }
        for (index, one) in shown.enumerated() {
            let name = words.metric(one.curve.metric, one.survey, one.question)
            section.parts.append(.heading(name))
            section.parts += one.curve.parts("chart-loyalty-\(index + 1)", name, words)
        }
        return section
    }
}

extension LoyaltyCurve {
    fileprivate func parts(_ id: String, _ name: String, _ words: PageWords) -> [PageSection.Part] {
        var parts: [PageSection.Part] = [.chart(chart(id, name, words)), .table(scoreTable(name, words))]
        if let ratio = topRatio, let text = Self.text(of: ratio, words) { parts.append(.paragraph(text)) }
        parts.append(.table(recoveryTable(words)))
        parts.append(.table(differenceTable(words)))
        parts.append(.table(leftOutTable(words)))
        return parts
    }

    /// Shares in percent within the band of their intervals, and the curve that does not fall.
    private func chart(_ id: String, _ name: String, _ words: PageWords) -> PageChart {
        let shares = scores.map(\.count.share)
        return PageChart(
            id: id, kind: .band, title: "\(words.loyalty), \(name)", labels: scores.map { "\($0.score)" }, unit: " %",
            digits: 1, lowest: 0, value: .init(words.repurchased, shares.map { $0.map { $0.share * 100 } }),
            interval: words.interval,
            low: .init(words.lower, shares.map { $0.map { $0.lower * 100 } }),
            high: .init(words.upper, shares.map { $0.map { $0.upper * 100 } }),
            fit: .init(words.fitted, scores.map { $0.fitted.map { $0 * 100 } }))
    }

    private static func columns(_ first: String, _ words: PageWords) -> [PageTable.Column] {
        [
            .name(first), .figure(words.answers), .figure(words.matured), .figure(words.immature),
            .figure(words.repurchased), .figure(words.share), .figure(words.lower), .figure(words.upper),
        ]
    }

    private static func cells(_ label: String, _ count: Count) -> [PageCell] {
        [
            .text(label), .count(Int64(count.answered)), .count(Int64(count.matured)), .count(Int64(count.immature)),
            .count(Int64(count.repurchased)), .share(count.repurchasedBp), .percent(count.share?.lower),
            .percent(count.share?.upper),
        ]
    }

    private func scoreTable(_ name: String, _ words: PageWords) -> PageTable {
        var columns = Self.columns(words.score, words)
        columns.append(.figure(words.fitted))
        var table = PageTable(name, columns)
        for score in scores {
            var cells = Self.cells("\(score.score)", score.count)
            cells.append(.percent(score.fitted))
            table.append(cells)
        }
        table.append(Self.cells(words.all, overall))
        return table
    }

    private func recoveryTable(_ words: PageWords) -> PageTable {
        var table = PageTable(words.recovery, Self.columns(words.complaints, words))
        table.append(Self.cells(words.neverComplained, recovery.never))
        table.append(Self.cells(words.recovered, recovery.recovered))
        table.append(Self.cells(words.unrecovered, recovery.unrecovered))
        return table
    }

    private func differenceTable(_ words: PageWords) -> PageTable {
        var table = PageTable(
            words.comparison,
            [.name(words.comparison), .figure(words.difference), .figure(words.lower), .figure(words.upper)])
        let differences = [
            (words.recoveredLessNever, recovery.recoveredLessNever),
            (words.recoveredLessUnrecovered, recovery.recoveredLessUnrecovered),
        ]
        for (label, difference) in differences {
            table.append([
                .text(label), .percent(difference?.difference), .percent(difference?.lower),
                .percent(difference?.upper),
            ])
        }
        return table
    }

    private func leftOutTable(_ words: PageWords) -> PageTable {
        var table = PageTable(words.leftOut, [.name(words.leftOut), .figure(words.answers)])
        table.append([.text(words.withoutScore), .count(Int64(leftOut.withoutScore))])
        table.append([.text(words.anonymous), .count(Int64(leftOut.anonymous))])
        table.append([.text(words.anonymousWithoutScore), .count(Int64(leftOut.anonymousWithoutScore))])
        return table
    }

    /// Nil where there is neither a ratio nor an interval.
    private static func text(of ratio: Ratio, _ words: PageWords) -> String? {
        guard let value = ratio.ratio else { return nil }
        let interval = [ratio.lower, ratio.upper].map { bound in
            bound.map { NumberFormat.decimal($0, fractionDigits: 2) } ?? NumberFormat.none
        }
        return words.ratio(
            ratio.score, ratio.other, NumberFormat.decimal(value, fractionDigits: 2),
            interval.joined(separator: words.word(" to ", " 至 ")))
    }
}
