import EventLog
import Rapport

extension ImportRevertReport {
    /// Events that stay shown to people.
    private static var shownEvents: Int { 20 }

    /// What was done, or would be, for people.
    func text(for terminal: Terminal) -> String {
        let verb = position == nil ? "would be reverted" : "reverted"
        var lines = ["\(importID): \(NumberFormat.count(reverted, "event")) \(verb)"]
        if kept > 0 {
            let entities = keptEntities == 0 ? "" : " (about \(NumberFormat.count(keptEntities, "entity", "entities")))"
            lines[0] +=
                ", \(NumberFormat.count(kept, "event")) \(position == nil ? "would be kept" : "kept")\(entities)"
        }
        if uncorrectable > 0 {
            lines.append("cannot be corrected: \(NumberFormat.count(uncorrectable, "event"))")
        }
        if isInterrupted {
            lines.append("The import has not come to its end; what it appends from now on is not reverted.")
        }
        if !keptEvents.isEmpty {
            lines += ["", table(for: terminal)]
            let more = kept - min(keptEvents.count, Self.shownEvents)
            if more > 0 { lines.append("... and \(NumberFormat.integer(more)) more; --json lists the first 1,000") }
        }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: position ?? head)
    }

    private func table(for terminal: Terminal) -> String {
        var table = TextTable(columns: [.init("Kept", .right), .init("Type"), .whole("About"), .init("Reason")])
        for event in keptEvents.prefix(Self.shownEvents) {
            table.append(row: [
                event.position.description, CorrectionList.shortName(of: event.type), event.entity?.text ?? "",
                event.reason,
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour)
    }

    /// A line for each event that stays, of the first ones.
    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "eventID", "type", "entity", "reason"])
        for event in keptEvents {
            table.append(event.position, event.eventID, event.type, event.entity, event.reason)
        }
        return table
    }
}

extension NumberFormat {
    /// `2 entities`, for words that do not just take an s.
    static func count(_ number: Int, _ one: String, _ several: String) -> String {
        integer(number) + " " + (number == 1 ? one : several)
    }
}
