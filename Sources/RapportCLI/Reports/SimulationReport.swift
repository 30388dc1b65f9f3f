import EventLog
import Rapport

extension IdentitySimulation {
    /// Groups that are shown to people.
    private static let shownGroups = 50
    /// Links of a group, and ids of a person, that are shown to people.
    private static let shownLinks = 5

    /// Who would be who, for people; events by their positions.
    func text(for terminal: Terminal, in log: EventLog) throws -> String {
        var sections = [heading(for: terminal)]
        if isSettled { sections.append("Nobody would merge or part.") }
        if !wouldMerge.isEmpty {
            let table = try Self.table(of: wouldMerge, for: terminal, in: log)
            sections.append(terminal.styled("Would become one", .bold) + "\n\n" + table)
        }
        if !wouldSplit.isEmpty {
            let table = Self.table(of: wouldSplit, for: terminal)
            sections.append(terminal.styled("Would part", .bold) + "\n\n" + table)
        }
        let refusals = refused.filter { $0.count > 0 }.map { "\($0.reason) \(NumberFormat.integer($0.count))" }
        if !refusals.isEmpty { sections.append("Identifiers that join nobody: \(refusals.joined(separator: ", "))") }
        if let lack { sections.append(terminal.styled(lack, .yellow)) }
        return sections.joined(separator: "\n\n") + "\n" + terminal.footer(at: position)
    }

    private func heading(for terminal: Terminal) -> String {
        let now = NumberFormat.count(personsNow, "person")
        let persons = "\(now) now, \(NumberFormat.integer(personsUnderRules)) under these rules"
        let read = "\(NumberFormat.count(eventsRead, "event")) of \(NumberFormat.count(customers, "customer"))"
        let merges = "\(NumberFormat.count(newMerges, "merge")) to append"
        let gone = "\(NumberFormat.integer(goneMerges)) to take back"
        return terminal.styled(persons, .bold) + "\n\(read); \(merges), \(gone)"
    }

    /// What the answer does not know.
    private var lack: String? {
        var parts: [String] = []
        if leftAlone > 0 {
            parts.append("\(NumberFormat.count(leftAlone, "merge")) left alone: erased, or without a key")
        }
        if unopened > 0 { parts.append("\(NumberFormat.count(unopened, "event")) with parts that do not open") }
        if unreadable > 0 { parts.append("\(NumberFormat.count(unreadable, "event")) that cannot be read") }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    /// O(evidence shown * log n).
    private static func table(of joins: [Join], for terminal: Terminal, in log: EventLog) throws -> String {
        var table = TextTable(columns: [.init("Persons"), .init("By"), .init("Events")])
        for join in joins.prefix(shownGroups) {
            let rules = join.links.map(\.rule)
            let kinds = rules.enumerated().filter { !rules[..<$0.offset].contains($0.element) }.map(\.element)
            table.append(row: [
                list(join.persons.map(\.text)), kinds.joined(separator: ", "),
                list(try places(of: join.links.flatMap(\.evidence), in: log)),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + more(joins.count)
    }

    private static func table(of splits: [Split], for terminal: Terminal) -> String {
        var table = TextTable(columns: [.whole("Person"), .init("Persons that it would be")])
        for split in splits.prefix(shownGroups) {
            table.append(row: [
                split.person.text, list(split.groups.map { list($0.map(\.text)) }, separator: " | "),
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + more(splits.count)
    }

    /// Where events stand, each once and in the order of the log; by the id where the log has none with it.
    private static func places(of events: [EventID], in log: EventLog) throws -> [String] {
        var positions: Set<Position> = []
        var missing: Set<EventID> = []
        for event in events {
            if let position = try log.position(of: event) {
                positions.insert(position)
            } else {
                missing.insert(event)
            }
        }
        return positions.sorted().map(\.description) + missing.sorted().map(\.description)
    }

    private static func list(_ texts: [String], separator: String = ", ") -> String {
        let rest = texts.count - shownLinks
        return texts.prefix(shownLinks).joined(separator: separator)
            + (rest > 0 ? " and \(NumberFormat.integer(rest)) more" : "")
    }

    private static func more(_ count: Int) -> String {
        let rest = count - shownGroups
        return rest > 0 ? "\n... and \(NumberFormat.integer(rest)) more; --json and --csv have all" : ""
    }

    /// One line for each merge that would be made, and for each group of a person that would part.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "change", "person", "ids", "rule", "survivor", "absorbed", "evidence", "position",
        ])
        for join in wouldMerge {
            for link in join.links {
                table.append(
                    "merge", join.persons.first, join.persons.map(\.text).joined(separator: " "), link.rule,
                    link.survivor, link.absorbed, link.evidence.map(\.description).joined(separator: " "),
                    link.position)
            }
        }
        for split in wouldSplit {
            for group in split.groups {
                table.append(
                    "split", split.person, group.map(\.text).joined(separator: " "), nil, nil, nil,
                    split.merges.map(\.description).joined(separator: " "), nil)
            }
        }
        return table
    }
}
