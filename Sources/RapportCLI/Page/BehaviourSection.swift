import Rapport

extension BehaviourFunnel {
    /// How far they came in a funnel of events.
    ///
    /// - Parameter number: which one of the page's, from 1.
    func section(_ words: PageWords, number: Int) -> PageSection {
        let title = words.behaviour(self.title.isEmpty ? funnel : self.title)
        var section = PageSection(id: "behaviour-\(number)", title: title, parts: [])
        if entered == 0 {
            section.parts = [.paragraph(words.nobodyEntered), .table(outcomeTable(words))]
            return section
        }
        // Shares of optional steps say nothing of the steps behind them: the chart shows the others.
        let required = steps.filter { $0.isOptional == false }
        section.parts = [
            .chart(
                PageChart(
                    id: "chart-behaviour-\(number)", kind: .bars, title: title,
                    labels: required.map(\.name.printable), unit: "", digits: 0, lowest: 0,
                    value: .init(words.count, required.map { Double($0.count) }))),
            .table(stepTable(title, words)), .table(outcomeTable(words)),
        ]
        if !groups.isEmpty { section.parts.append(.table(groupTable(words))) }
        return section
    }

    private func stepTable(_ title: String, _ words: PageWords) -> PageTable {
        var table = PageTable(
            title,
            [
                .name(words.step), .figure(words.count), .figure(words.dropped), .figure(words.ofEntered),
                .figure(words.lower), .figure(words.upper), .figure(words.ofPrevious), .figure(words.median),
                .figure(words.ninetieth),
            ])
        for step in steps {
            table.append([
                .text(words.step(step.name, isOptional: step.isOptional)), .count(step.count), .count(step.dropped),
                .share(step.ofEntered?.shareBp), .share(step.ofEntered?.lowBp), .share(step.ofEntered?.highBp),
                .share(step.ofPrevious?.shareBp), .duration(step.timeToConvert?.medianMs, words),
                .duration(step.timeToConvert?.p90Ms, words),
            ])
        }
        return table
    }

    /// All who have entered, and those of them whose window is over.
    private func outcomeTable(_ words: PageWords) -> PageTable {
        var table = PageTable(
            words.outcome,
            [
                .name(words.outcome), .figure(words.entered), .figure(words.converted), .figure(words.conversion),
                .figure(words.lower), .figure(words.upper),
            ])
        let everybody: [PageCell] = [.text(words.everybody), .count(entered), .count(converted)]
        table.append(everybody + Self.cells(conversion))
        let rest: [PageCell] = [.text(words.mature), .count(mature.entered), .count(mature.converted)]
        table.append(rest + Self.cells(mature.conversion))
        table.append([.text(words.immature), .count(immature)])
        table.append([.text(words.excluded), .count(excluded)])
        return table
    }

    private func groupTable(_ words: PageWords) -> PageTable {
        var columns: [PageTable.Column] = [.name(words.group)]
        columns += steps.map { PageTable.Column.figure($0.name) }
        columns += [words.conversion, words.lower, words.upper, words.median].map { PageTable.Column.figure($0) }
        var table = PageTable(words.group, columns)
        for group in groups {
            let noName = group.isErased ? words.erasedGroups : group.isOther ? words.otherGroups : words.noGroup
            var cells = [PageCell.text(group.value ?? noName)]
            cells += steps.indices.map { $0 < group.counts.count ? PageCell.count(group.counts[$0]) : PageCell.empty }
            cells += Self.cells(group.conversion)
            cells.append(.duration(group.medianMs, words))
            table.append(cells)
        }
        return table
    }

    /// A share and the ends of its interval.
    private static func cells(_ share: Share?) -> [PageCell] {
        [.share(share?.shareBp), .share(share?.lowBp), .share(share?.highBp)]
    }
}
