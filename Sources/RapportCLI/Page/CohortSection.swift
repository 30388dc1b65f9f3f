import Rapport

extension Cohorts {
    /// The most periods that a page has room for; the command shows all.
    private static let mostColumns = 13

    /// Who orders again, as a table shaded by share.
    func section(_ words: PageWords) -> PageSection {
        var section = PageSection(id: "cohorts", title: words.cohorts, parts: [])
        guard let at, !cohorts.isEmpty else {
            section.parts.append(.paragraph(words.noOrders))
            return section
        }
        section.parts.append(.paragraph(words.cohortsExplained(at, zone)))
        let periods = cohorts.map(\.active.count).max() ?? 0
        let shown = min(periods, Self.mostColumns)
        var columns: [PageTable.Column] = [.name(words.firstOrder)]
        columns += [words.customers, words.orders, words.again, words.onAnotherDay].map { PageTable.Column.figure($0) }
        columns += (0..<shown).map { PageTable.Column.figure("+\($0)") }
        var table = PageTable("\(words.cohorts) (\(words.granularity(by)))", columns)
        for cohort in cohorts { table.append(Self.row(cohort.period, cohort, shown)) }
        table.append(Self.row(words.all, overall, shown))
        section.parts.append(.table(table))
        if shown < periods { section.parts.append(.paragraph(words.furtherPeriods(periods - shown, from: shown))) }
        return section
    }

    private static func row(_ label: String, _ cohort: Cohort, _ shown: Int) -> [PageCell] {
        var cells: [PageCell] = [
            .text(label), .count(cohort.customers), .count(cohort.orders), .share(cohort.repeatRateBp),
            .share(cohort.repeatOnOtherDayBp),
        ]
        cells += cohort.active.prefix(shown).map { PageCell.heat($0, of: cohort.customers) }
        return cells
    }
}
