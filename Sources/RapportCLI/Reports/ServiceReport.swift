import EventLog
import Rapport

extension ServiceQuality {
    /// How well cases are served, for people: one line for each group, and below how old the open ones are.
    func text(for terminal: Terminal, _ calendar: ZonedCalendar) -> String {
        let title = heading(calendar)
        if groups.isEmpty { return title + "\nNo cases." }
        let tables = [qualityTable, backlogTable].map { table in
            table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
        }
        let remark = ungrouped == 0 ? [] : ["In no group: \(NumberFormat.count(Int(ungrouped), "case"))"]
        return ([terminal.styled(title, .bold)] + tables + remark).joined(separator: "\n\n")
    }

    private func heading(_ calendar: ZonedCalendar) -> String {
        let range = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap { $0 }.joined(separator: " ")
        let parts = [
            "Quality of service", range.isEmpty ? nil : "cases opened \(range)",
            dimension.map { "by \($0.printable)" }, "as of \(calendar.date(of: now))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " (\(zone))"
    }

    /// A table whose rows begin with the group, where there are several.
    private func table(of titles: [String], cells: (Group) -> [String]) -> TextTable {
        let numbers = titles.map { TextTable.Column($0, .right) }
        var table = TextTable(columns: (dimension.map { [TextTable.Column($0)] } ?? []) + numbers)
        for group in groups {
            let name = dimension == nil ? [] : [group.value ?? "(erased)"]
            table.append(row: name + cells(group))
        }
        return table
    }

    private var qualityTable: TextTable {
        let titles = [
            "Cases", "Resolved", "First contact (95 %)", "Of", "Too recent", "Reopened (95 %)", "Contacts",
            "Assignments",
        ]
        return table(of: titles) { group in
            [
                NumberFormat.integer(group.cases), NumberFormat.integer(group.resolved),
                Self.text(group.firstContact.share), NumberFormat.integer(group.firstContact.matured),
                NumberFormat.integer(group.firstContact.immature), Self.text(group.reopenedShare),
                Self.perCase(group.contacts), Self.perCase(group.assignments),
            ]
        }
    }

    private var backlogTable: TextTable {
        let ages = (groups.first?.backlog.buckets ?? []).map { bucket in
            bucket.toDays.map { "\(bucket.fromDays)–\($0) d" } ?? "≥ \(bucket.fromDays) d"
        }
        return table(of: ["Open", "Median age", "90 %"] + ages) { group in
            let times = [group.backlog.age?.medianMs, group.backlog.age?.p90Ms].map {
                DurationFormat.text(milliseconds: $0)
            }
            let counts = group.backlog.buckets.map { NumberFormat.integer($0.cases) }
            return [NumberFormat.integer(group.backlog.open)] + times + counts
        }
    }

    /// `61.7% (40.2%–79.1%)`.
    private static func text(_ share: WilsonInterval?) -> String {
        guard let share else { return NumberFormat.none }
        let parts = [share.share, share.lower, share.upper].map {
            NumberFormat.decimal($0 * 100, fractionDigits: 1) + "%"
        }
        return "\(parts[0]) (\(parts[1])–\(parts[2]))"
    }

    /// The mean for each case, `1.25`.
    private static func perCase(_ counts: PerCase) -> String {
        counts.meanCenti.map { NumberFormat.decimal(Double($0) / 100, fractionDigits: 2) } ?? NumberFormat.none
    }

    /// One line for each group.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "value", "isErased", "cases", "resolved", "closedUnresolved", "reopened", "reopenedBp", "matured",
            "immature", "firstContact", "firstContactBp", "firstContactLowerBp", "firstContactUpperBp", "contacts",
            "contactsMeanCenti", "assignments", "assignmentsMeanCenti", "open", "ageMedianMs", "ageP90Ms", "ageMaxMs",
        ])
        func points(_ share: Double?) -> Int? { share.map { NumberFormat.basisPoints($0) } }
        for group in groups {
            let (first, age) = (group.firstContact, group.backlog.age)
            table.append(
                group.value, group.isErased, group.cases, group.resolved, group.closedUnresolved, group.reopened,
                points(group.reopenedShare?.share), first.matured, first.immature, first.resolved,
                points(first.share?.share), points(first.share?.lower), points(first.share?.upper),
                group.contacts.total, group.contacts.meanCenti, group.assignments.total,
                group.assignments.meanCenti, group.backlog.open, age?.medianMs, age?.p90Ms, age?.maxMs)
        }
        return table
    }
}
