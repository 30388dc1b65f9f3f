import EventLog
import Foundation
import Rapport

extension VoiceLoop {
    /// What became of them, for people: complaints, suggestions, what these may be worth, and what is left out.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let title = heading(calendar)
        let tables = [complaintTable, suggestionTable, valueTable].compactMap { table in
            table?.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        }
        let parts = [terminal.styled(title, .bold)] + (tables.isEmpty ? ["Nothing was told."] : tables)
        return (parts + [remarks]).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func heading(_ calendar: ZonedCalendar) -> String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "Complaints and suggestions", range.isEmpty ? nil : "submitted \(range)",
            dimension.map { "by \($0.rawValue)" }, "as of \(calendar.date(of: now))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    /// A table whose rows begin with the group and the period, as far as there are several.
    private func table(_ title: String, _ columns: [String], _ rows: [(group: Group, cells: [String])]) -> TextTable? {
        if rows.isEmpty { return nil }
        var head: [TextTable.Column] = []
        if let dimension { head.append(.init(dimension.rawValue)) }
        if let by { head.append(.init(by.rawValue.capitalized)) }
        head.append(.init(title, .right))
        var table = TextTable(columns: head + columns.map { TextTable.Column($0, .right) })
        for row in rows {
            var names: [String] = []
            if dimension != nil { names.append(row.group.value ?? "") }
            if by != nil { names.append(row.group.period) }
            table.append(row: names + row.cells)
        }
        return table
    }

    private var complaintTable: TextTable? {
        let rows = groups.compactMap { group in
            group.complaints.map { complaints in
                (
                    group: group,
                    cells: [
                        NumberFormat.integer(complaints.raised), NumberFormat.integer(complaints.withCase),
                        NumberFormat.integer(complaints.told), Self.text(complaints.toldShare),
                        DurationFormat.text(milliseconds: complaints.toTold?.medianMs),
                        DurationFormat.text(milliseconds: complaints.toTold?.p90Ms),
                    ]
                )
            }
        }
        return table("Complaints", ["With case", "Told", "Share (95 %)", "Median to told", "90 %"], rows)
    }

    private var suggestionTable: TextTable? {
        let columns = [
            "Decided", "Adopted", "Changed", "Told", "Told undecided", "Adopted of decided (95 %)", "To decision",
            "Decision to told", "To told", "90 %",
        ]
        let rows = groups.compactMap { group in
            group.suggestions.map { suggestions in
                let counts = [
                    suggestions.submitted, suggestions.decided, suggestions.adopted, suggestions.changed,
                    suggestions.told, suggestions.toldUndecided,
                ]
                let times = [
                    suggestions.toDecision?.medianMs, suggestions.decisionToTold?.medianMs,
                    suggestions.toTold?.medianMs, suggestions.toTold?.p90Ms,
                ]
                let cells =
                    counts.map { NumberFormat.integer($0) } + [Self.text(suggestions.adoptedShare)]
                    + times.map { DurationFormat.text(milliseconds: $0) }
                return (group: group, cells: cells)
            }
        }
        return table("Suggestions", columns, rows)
    }

    private var valueTable: TextTable? {
        let rows = groups.flatMap { group in
            (group.suggestions?.values ?? []).map { value in
                let amounts = [value.estimated, value.estimatedOfAdopted, value.benefit]
                let cells = amounts.map { NumberFormat.money(minorUnits: $0, currency: value.currency) }
                return (group: group, cells: cells)
            }
        }
        return table("Estimated value", ["Of the adopted", "Benefit of the adopted"], rows)
    }

    /// `61.7% (40.2%–79.1%)`.
    private static func text(_ share: WilsonInterval?) -> String {
        guard let share else { return NumberFormat.none }
        let parts = [share.share, share.lower, share.upper].map {
            NumberFormat.decimal($0 * 100, fractionDigits: 1) + "%"
        }
        return "\(parts[0]) (\(parts[1])–\(parts[2]))"
    }

    /// What the tables do not show, one line each.
    private var remarks: String {
        var lines: [String] = []
        if answers.told > 0 {
            lines.append(
                "Answers to surveys told back: \(NumberFormat.integer(answers.told)), median "
                    + DurationFormat.text(milliseconds: answers.toTold?.medianMs))
        }
        let suggestions = groups.compactMap(\.suggestions)
        let withoutValue = suggestions.reduce(Int64(0)) { $0 + $1.withoutValue }
        let withoutBenefit = suggestions.reduce(Int64(0)) { $0 + $1.adoptedWithoutBenefit }
        let counts: [(String, Int64)] = [
            ("Told of something unknown", leftOut.ofUnknown), ("Decided, but never submitted", leftOut.decidedUnknown),
            ("Submitted again", leftOut.repeated), ("In no group", leftOut.ungrouped),
            ("Suggestions without an estimated value", withoutValue),
            ("Adopted without an estimated benefit", withoutBenefit),
        ]
        lines += counts.filter { $0.1 > 0 }.map { "\($0.0): \(NumberFormat.integer($0.1))" }
        return lines.joined(separator: "\n")
    }

    /// One line for the complaints of each group, and one for its suggestions in each currency; their counts and times
    /// are the same in each of these.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "period", "value", "kind", "submitted", "withCase", "decided", "adopted", "changed", "told",
            "toldUndecided", "toldDecision", "toldBp", "decidedBp", "adoptedBp", "toDecisionMedianMs",
            "toDecisionP90Ms", "decisionToToldMedianMs", "decisionToToldP90Ms", "toToldMedianMs", "toToldP90Ms",
            "currency", "estimated", "estimatedOfAdopted", "benefit",
        ])
        func share(_ share: WilsonInterval?) -> Int? { share.map { NumberFormat.basisPoints($0.share) } }
        for group in groups {
            if let complaints = group.complaints {
                table.append(
                    group.period, group.value, VoiceKind.complaint.rawValue, complaints.raised, complaints.withCase,
                    nil, nil, nil, complaints.told, nil, nil, share(complaints.toldShare), nil, nil, nil, nil, nil,
                    nil, complaints.toTold?.medianMs, complaints.toTold?.p90Ms, nil, nil, nil, nil)
            }
            guard let suggestions = group.suggestions else { continue }
            let values: [Value?] = suggestions.values.isEmpty ? [nil] : suggestions.values
            for value in values {
                table.append(
                    group.period, group.value, VoiceKind.suggestion.rawValue, suggestions.submitted, nil,
                    suggestions.decided, suggestions.adopted, suggestions.changed, suggestions.told,
                    suggestions.toldUndecided, suggestions.toldDecision, share(suggestions.toldShare),
                    share(suggestions.decidedShare), share(suggestions.adoptedShare),
                    suggestions.toDecision?.medianMs, suggestions.toDecision?.p90Ms,
                    suggestions.decisionToTold?.medianMs, suggestions.decisionToTold?.p90Ms,
                    suggestions.toTold?.medianMs, suggestions.toTold?.p90Ms, value?.currency, value?.estimated,
                    value?.estimatedOfAdopted, value?.benefit)
            }
        }
        return table
    }
}

extension ListPage where Row == VoiceEntry {
    /// Who waits, for people, and where the list goes on.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        if rows.isEmpty { return "Nobody waits for an answer." }
        var table = TextTable(columns: [
            .whole("Submitted"), .init("Age", .right), .init("Kind"), .whole("Customer"), .whole("Id"), .init("Theme"),
            .init("Severity"), .init("Risk"), .whole("Case"), .init("Decision"),
        ])
        for entry in rows {
            let decision = entry.isAdopted.map { $0 ? "adopted" : "not adopted" } ?? ""
            table.append(row: [
                calendar.date(of: entry.submittedAt).description, DurationFormat.text(milliseconds: entry.ageMs),
                entry.type ?? entry.kind.rawValue, entry.customer ?? "(erased)", entry.id ?? "", entry.theme ?? "",
                entry.severity ?? "", entry.riskClass ?? "", entry.caseID ?? "", decision,
            ])
        }
        let drawing = table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        return drawing + terminal.nextPage(next)
    }

    /// One line for each that waits.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "kind", "eventID", "customer", "id", "type", "theme", "severity", "riskClass", "caseID", "submittedAt",
            "ageMs", "decidedAt", "isAdopted",
        ])
        for entry in rows {
            table.append(
                entry.kind.rawValue, entry.eventID, entry.customer, entry.id, entry.type, entry.theme, entry.severity,
                entry.riskClass, entry.caseID, entry.submittedAt, entry.ageMs, entry.decidedAt, entry.isAdopted)
        }
        return table
    }
}
