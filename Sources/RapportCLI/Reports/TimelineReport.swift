import EventLog
import Rapport

extension Timeline {
    /// The events for people, one a line.
    ///
    /// - Parameters:
    ///   - shown: the events of the entries, with their personal parts opened where these are shown.
    ///   - personal: shows personal parts.
    func text(for terminal: Terminal, _ shown: [OpenedEvent], personal: Bool) -> String {
        let story = EventStory(personal: personal, terminal: terminal, head: position)
        let lines = zip(entries, shown).map { entry, event in
            story.line(of: event.recorded, mark: entry.marks, withheld: event.withheld)
        }
        let others = members.dropFirst().map(\.text.printable).joined(separator: ", ")
        let ids = others.isEmpty ? "" : " (also \(others))"
        let heading = "\(tag.text.printable)\(ids): \(NumberFormat.count(total, "event"))"
        return ([terminal.styled(heading, .bold), ""] + lines).joined(separator: "\n") + terminal.nextPage(next)
    }

    /// One object: the tag, the events as `export` writes them with `isLate`, `isAnnulled` and `correctedAt` where
    /// they were corrected, `movedBy` where an unmerge gave them here, the cursor, the position; of a person with
    /// several ids also all of these.
    ///
    /// - Parameters:
    ///   - shown: the events of the entries, with their personal parts opened where these are shown.
    ///   - personal: shows personal parts.
    ///   - stamp: the member `answered`, an object over several lines; nil leaves it out.
    func json(_ shown: [OpenedEvent], personal: Bool, answered stamp: String? = nil) -> String {
        let events = zip(entries, shown).map { entry, event in
            let line = EventLine.text(of: event.recorded, personal: personal, withheld: event.withheld)
            var marks = ",\"isLate\":\(entry.isLate)"
            if entry.isAnnulled { marks += ",\"isAnnulled\":true" }
            if let correctedAt = entry.correctedAt { marks += ",\"correctedAt\":\(correctedAt)" }
            if let movedBy = entry.movedBy { marks += ",\"movedBy\":\(movedBy)" }
            return "    \(line.dropLast())\(marks)}"
        }
        let list = events.isEmpty ? "[]" : "[\n" + events.joined(separator: ",\n") + "\n  ]"
        let next = next.map { "  \"next\" : \($0.description.quotedAsJSON),\n" } ?? ""
        let answered = stamp.map { "  \"answered\" : \($0.replacing("\n", with: "\n  ")),\n" } ?? ""
        let tags = members.map { $0.text.quotedAsJSON }.joined(separator: ", ")
        let ids = members.count > 1 ? "  \"members\" : [\(tags)],\n" : ""
        return "{\n\(answered)  \"events\" : \(list),\n\(ids)\(next)  \"position\" : \(position),\n"
            + "  \"tag\" : \(tag.text.quotedAsJSON),\n  \"total\" : \(total)\n}"
    }

    /// One line for each event.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "position", "occurredAt", "recordedAt", "isLate", "id", "type", "tags", "correctedAt", "isAnnulled",
            "movedBy",
        ])
        for entry in entries {
            let event = entry.recorded.event
            table.append(
                entry.recorded.position, event.occurredAt, entry.recorded.recordedAt, entry.isLate, event.id,
                EventStory.shortName(of: event.type), event.tags.map(\.text).joined(separator: " "),
                entry.correctedAt, entry.isAnnulled, entry.movedBy)
        }
        return table
    }
}

extension Timeline.Entry {
    /// Words about the event, before its tags.
    fileprivate var marks: String {
        var marks: [String] = []
        if isLate { marks.append("late") }
        if let correctedAt { marks.append("\(isAnnulled ? "annulled" : "corrected") by event \(correctedAt)") }
        if isAnnulled, correctedAt == nil { marks.append("annulled") }
        if let movedBy { marks.append("given here by event \(movedBy)") }
        return marks.joined(separator: "  ")
    }
}
