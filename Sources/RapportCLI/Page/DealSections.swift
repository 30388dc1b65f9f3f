import Rapport

extension DealFunnel {
    /// How far deals came: a bar for each stage, then what became of them.
    ///
    /// - Parameter currency: shows amounts in this one; nil shows all.
    func section(_ words: PageWords, currency: String?) -> PageSection {
        var section = PageSection(id: "funnel", title: words.dealFunnel, parts: [.paragraph(words.dealsExplained)])
        if opened == 0 {
            section.parts.append(.paragraph(words.noDeals))
            return section
        }
        let counts = [opened] + steps.map(\.deals)
        section.parts.append(
            .chart(
                PageChart(
                    id: "chart-funnel", kind: .bars, title: words.dealFunnel,
                    labels: [words.opened] + steps.map(\.stage.printable), unit: "", digits: 0, lowest: 0,
                    value: .init(words.deals, counts.map { Double($0) }))))
        section.parts.append(.table(stageTable(words)))
        section.parts.append(.table(outcomeTable(words)))
        let shown = values.filter { currency == nil || $0.currency == currency }
        if !shown.isEmpty { section.parts.append(.table(Self.valueTable(shown, words))) }
        return section
    }

    private func stageTable(_ words: PageWords) -> PageTable {
        var table = PageTable(
            words.dealFunnel,
            [.name(words.stage), .figure(words.deals), .figure(words.ofOpened), .figure(words.ofPrevious)])
        table.append([.text(words.opened), .count(opened)])
        for step in steps {
            table.append([.text(step.stage), .count(step.deals), .share(step.ofOpenedBp), .share(step.ofPreviousBp)])
        }
        return table
    }

    private func outcomeTable(_ words: PageWords) -> PageTable {
        var table = PageTable(words.outcome, [.name(words.outcome), .figure(words.deals)])
        table.append([.text(words.won), .count(won)])
        table.append([.text(words.lost), .count(lost)])
        table.append([.text(words.open), .count(open)])
        table.append([.text(words.winRate), .share(winRateBp)])
        return table
    }

    private static func valueTable(_ values: [Value], _ words: PageWords) -> PageTable {
        var table = PageTable(
            words.value, [.name(words.currency), .figure(words.won), .figure(words.open), .figure(words.lost)])
        for value in values {
            let amounts = [value.wonValue, value.openValue, value.lostValue]
            let name = PageCell.text(value.currency.isEmpty ? words.noCurrency : value.currency)
            table.append([name] + amounts.map { PageCell.money($0, value.currency) })
        }
        return table
    }
}

extension PipelineWaterfall {
    /// What moved the open value: for each currency a bridge from start to end.
    ///
    /// - Parameter currency: shows this one; nil shows all.
    func section(_ words: PageWords, currency: String?) -> PageSection {
        var section = PageSection(
            id: "waterfall", title: words.waterfall, parts: [.paragraph(words.waterfallExplained(from, to, zone))])
        let shown = balances.filter { currency == nil || $0.currency == currency }
        if shown.isEmpty { section.parts.append(.paragraph(words.noDeals)) }
        for (index, balance) in shown.enumerated() {
            let name = balance.currency.isEmpty ? words.noCurrency : balance.currency
            if shown.count > 1 { section.parts.append(.heading(name)) }
            section.parts.append(.chart(balance.chart("chart-waterfall-\(index + 1)", name, words)))
            section.parts.append(.table(balance.table(name, words)))
        }
        return section
    }
}

extension PipelineWaterfall.Balance {
    /// The items that the question leaves, in order.
    private var bars: [(item: WaterfallItem, bar: PipelineWaterfall.Bar)] {
        WaterfallItem.allCases.compactMap { item in bar(item).map { (item: item, bar: $0) } }
    }

    /// Start and end stand on the ground; each item between them begins where the one before has ended.
    fileprivate func chart(_ id: String, _ name: String, _ words: PageWords) -> PageChart {
        let digits = currency.isEmpty ? 0 : CurrencyDigits.minorUnitDigits(of: currency)
        let unit = (0..<digits).reduce(1.0) { unit, _ in unit * 10 }
        var level = 0.0
        var (low, high, changes): ([Double?], [Double?], [Double?]) = ([], [], [])
        var signs: [Int] = []
        for (item, bar) in bars {
            let value = Double(bar.value) / unit
            let isLevel = item == .start || item == .end
            let before = isLevel ? 0 : level
            level = isLevel ? value : level + Double(item.sign) * value
            low.append(min(before, level))
            high.append(max(before, level))
            changes.append(isLevel ? value : Double(item.sign) * value)
            signs.append(isLevel ? 0 : Int(item.sign))
        }
        return PageChart(
            id: id, kind: .bridge, title: "\(words.waterfall), \(name)", labels: bars.map { words.item($0.item) },
            unit: currency.isEmpty ? "" : " " + currency.printable, digits: digits,
            value: .init(words.change, changes), low: .init(words.change, low), high: .init(words.change, high),
            signs: signs)
    }

    fileprivate func table(_ name: String, _ words: PageWords) -> PageTable {
        var table = PageTable(
            "\(words.waterfall), \(name)", [.name(words.item), .figure(words.count), .figure(words.change)])
        for (item, bar) in bars {
            // What goes has its sign; the level at the end has none.
            let value = item == .end ? bar.value : bar.value * item.sign
            table.append([.text(words.item(item)), .count(bar.count), .money(value, currency)])
        }
        return table
    }
}
