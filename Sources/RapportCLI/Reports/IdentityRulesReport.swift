import EventLog
import Rapport

/// What `identity-rules --set` and `--apply` have done; the shape of their JSON.
struct IdentityRulesReport: Encodable, Equatable {
    /// Rules that were given.
    struct Setting: Encodable, Equatable {
        /// The version that is in force.
        let version: UInt32
        /// Where it was set.
        let position: Position
        /// Whether it was set now; else the same rules were in force already.
        let isNew: Bool
    }

    /// Nil where no rules were given.
    var rules: Setting?
    /// Nil where they were not applied.
    var applied: AppliedIdentityRules?
    /// The last position of the log then.
    var position = Position.zero

    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        var lines: [String] = []
        if let rules {
            let place = "version \(rules.version), position \(rules.position)"
            lines.append(rules.isNew ? "identity rules set: \(place)" : "these rules are in force already: \(place)")
        }
        if let applied {
            let version =
                applied.rulesVersion == 0 ? "built-in rules" : "identity rules version \(applied.rulesVersion)"
            lines.append(
                "\(version) applied: \(NumberFormat.count(applied.merges, "merge")) appended, "
                    + "\(NumberFormat.integer(applied.unmerges)) taken back")
            if applied.leftAlone > 0 {
                lines.append("\(NumberFormat.integer(applied.leftAlone)) left alone: erased, or without a key")
            }
        }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "version", "setAt", "isNew", "appliedVersion", "merges", "unmerges", "leftAlone", "position",
        ])
        table.append(
            rules?.version, rules?.position, rules?.isNew, applied?.rulesVersion, applied?.merges, applied?.unmerges,
            applied?.leftAlone, position)
        return table
    }
}

extension IdentityRules {
    /// The rules that hold for people, those that count most first; those of kinds that nobody has set are marked.
    func text(for terminal: Terminal) -> String {
        let heading = version == 0 ? "Built-in identity rules" : "Identity rules version \(version)"
        var columns: [TextTable.Column] = [
            .init("Identifier"), .init("Source"), .init("Priority", .right), .init("Values", .right),
            .init("Within days", .right), .init("Joins"),
        ]
        if version > 0 { columns.append(.init("Set by")) }
        var table = TextTable(columns: columns)
        for effective in sortedRules {
            let rule = effective.rule
            var cells = [
                rule.type.code, rule.source, NumberFormat.integer(rule.priority),
                rule.limit == 0 ? "any" : NumberFormat.integer(rule.limit),
                rule.windowDays == 0 ? "" : NumberFormat.integer(rule.windowDays), rule.doesNotMerge ? "no" : "yes",
            ]
            if version > 0 { cells.append(effective.isBuiltIn ? "built in" : "version \(version)") }
            table.append(row: cells)
        }
        var lines = [
            terminal.styled(heading, .bold), "",
            table.render(maximumWidth: terminal.width, colour: terminal.showsColour), "",
            "Two persons with ids of accounts: \(neverMergeIdentified ? "never merged" : "may be merged")",
        ]
        if !blocked.isEmpty {
            let values = blocked.map { $0.type == .unspecified ? $0.value : "\($0.type.code) \($0.value)" }
            lines.append("Blocked: \(values.joined(separator: ", "))".printable)
        }
        if !fieldChoice.isEmpty {
            let choices = fieldChoice.sorted { $0.key < $1.key }.map { "\($0.key) of the \($0.value.word)" }
            lines.append("Fields: \(choices.joined(separator: ", "))".printable)
        }
        return lines.joined(separator: "\n")
    }

    /// One line for each rule that holds.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "version", "type", "source", "priority", "limit", "windowDays", "doesNotMerge", "isBuiltIn",
        ])
        for effective in sortedRules {
            let rule = effective.rule
            table.append(
                version, rule.type.code, rule.source, rule.priority, rule.limit, rule.windowDays, rule.doesNotMerge,
                effective.isBuiltIn)
        }
        return table
    }

    private var sortedRules: [EffectiveRule] {
        effective.sorted { first, second in
            let (left, right) = (first.rule, second.rule)
            if left.priority != right.priority { return left.priority < right.priority }
            if left.type != right.type { return left.type.code < right.type.code }
            return left.source.utf8.lexicographicallyPrecedes(right.source.utf8)
        }
    }
}
