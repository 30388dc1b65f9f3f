import EventLog
import Rapport

extension MergeReceipt {
    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        let person = members.first ?? survivor
        var lines = [
            "\(absorbed) is merged into \(survivor)",
            "\(person): \(NumberFormat.count(members.count, "id")): \(members.map(\.text).joined(separator: ", "))",
        ]
        if !fieldChoice.isEmpty {
            let choices = fieldChoice.sorted { $0.key < $1.key }.map { "\($0.key) of the \($0.value.word)" }
            lines.append("takes \(choices.joined(separator: ", "))")
        }
        lines.append("event \(eventID)")
        return lines.map(\.printable).joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    /// One line for each id of the person.
    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "eventID", "survivor", "absorbed", "id"])
        for member in members { table.append(position, eventID, survivor, absorbed, member) }
        return table
    }
}

extension UnmergeReceipt {
    /// What was done, for people.
    func text(for terminal: Terminal, heldBy: [MergeFacts]) -> String {
        var lines = ["the merge at position \(merge.position) is undone"]
        if areStillOne {
            lines += ["\(merge.survivor) and \(merge.absorbed) are one person still, by:".printable, ""]
            lines += [heldBy.table(for: terminal), ""]
        } else {
            for person in [survivor, absorbed] {
                let ids = person.members.map(\.text).joined(separator: ", ")
                let count = NumberFormat.count(person.members.count, "id")
                lines.append("\(person.canonical): \(count): \(ids)".printable)
            }
        }
        lines.append("event \(eventID)")
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    /// One line for each id of the two persons.
    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "eventID", "merge", "areStillOne", "person", "id"])
        for person in areStillOne ? [survivor] : [survivor, absorbed] {
            for member in person.members {
                table.append(position, eventID, merge.position, areStillOne, person.canonical, member)
            }
        }
        return table
    }
}

extension UnmergePlan {
    /// What would be done, for people.
    func text(for terminal: Terminal, heldBy: [MergeFacts]) -> String {
        var lines = ["the merge at position \(merge.position) would be undone"]
        if areStillOne {
            lines += ["\(merge.survivor) and \(merge.absorbed) would be one person still, by:".printable, ""]
            lines.append(heldBy.table(for: terminal))
        } else {
            for (side, ids) in [(MergeSide.survivor, survivor), (MergeSide.absorbed, absorbed)] {
                let count = NumberFormat.count(ids.count, "id")
                lines.append("\(side.word): \(count): \(ids.map(\.text).joined(separator: ", "))".printable)
            }
            lines += ["", events.isEmpty ? "No event about them has come since." : table(for: terminal)]
        }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    private func table(for terminal: Terminal) -> String {
        var table = TextTable(columns: [
            .init("Event", .right), .whole("Happened"), .init("Type"), .init("About"), .whole("Goes to"),
            .init("Because"),
        ])
        for event in events {
            table.append(row: [
                event.position.description, event.occurredAt.description, Self.shortName(of: event.type),
                event.ids.map(\.text).joined(separator: ", "), event.sides.map(\.word).joined(separator: ", "),
                event.isException ? "exception" : "stored id",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    private static func shortName(of type: String) -> String {
        type.hasPrefix(EventCatalogue.package) ? String(type.dropFirst(EventCatalogue.package.count)) : type
    }

    /// One line for each event.
    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "eventID", "type", "occurredAt", "ids", "sides", "isException"])
        for event in events {
            table.append(
                event.position, event.eventID, event.type, event.occurredAt,
                event.ids.map(\.text).joined(separator: " "), event.sides.map(\.word).joined(separator: " "),
                event.isException)
        }
        return table
    }
}
