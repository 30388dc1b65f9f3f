import EventLog
import Rapport

extension CorrectionReceipt {
    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        var lines = ["the \(CorrectionList.shortName(of: type)) at position \(target) is \(kind.rawValue)"]
        if !tags.isEmpty { lines.append("about \(tags.map(\.text).joined(separator: ", "))") }
        for tag in newTags { lines.append("warning: no event was about \(tag) before") }
        lines.append("event \(eventID)")
        return lines.map(\.printable).joined(separator: "\n") + "\n" + terminal.footer(at: position)
    }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "position", "eventID", "kind", "target", "targetID", "type", "tags", "newTags",
        ])
        table.append(
            position, eventID, kind.rawValue, target, targetID, type, tags.map(\.text).joined(separator: " "),
            newTags.map(\.text).joined(separator: " "))
        return table
    }
}

/// What was corrected of an event; the shape of its JSON.
struct CorrectionList: Codable, Equatable {
    /// Where the event stands.
    let position: Position
    /// In the order of the log: the last one holds.
    let corrections: [CorrectionRecord]
    /// The position that the answer is of.
    let asOf: Position

    /// One line for each correction, for people.
    func text(for terminal: Terminal) -> String {
        if corrections.isEmpty { return "Position \(position) was not corrected.\n" + terminal.footer(at: asOf) }
        var table = TextTable(columns: [
            .init("Event", .right), .whole("Recorded"), .init(""), .init("By"), .init("Reason"), .init("About"),
            .whole("Happened"),
        ])
        for correction in corrections {
            table.append(row: [
                correction.position.description, correction.recordedAt.description, correction.kind.rawValue,
                correction.actor ?? "", correction.reason,
                correction.tags?.map(\.text).joined(separator: ", ") ?? "", correction.occurredAt?.description ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n"
            + terminal.footer(at: asOf)
    }

    /// One line for each correction.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "position", "eventID", "kind", "recordedAt", "actor", "reason", "tags", "occurredAt",
        ])
        for correction in corrections {
            table.append(
                correction.position, correction.eventID, correction.kind.rawValue, correction.recordedAt,
                correction.actor, correction.reason, correction.tags?.map(\.text).joined(separator: " "),
                correction.occurredAt)
        }
        return table
    }

    /// The name of a type, without the package where it is of the catalogue.
    static func shortName(of type: String) -> String {
        type.hasPrefix(EventCatalogue.package) ? String(type.dropFirst(EventCatalogue.package.count)) : type
    }
}
