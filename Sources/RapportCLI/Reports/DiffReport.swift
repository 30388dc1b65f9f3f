import EventLog

/// What has changed in an answer; the shape of the JSON of `diff`.
struct AnswerDiff: Encodable {
    struct Change: Encodable {
        /// No more of its events are named.
        static let namedEvents = 10

        let path: String
        /// Nil where there was no such value.
        let from: JSONTree?
        /// Nil where there is no such value any more.
        let to: JSONTree?
        /// The first events between the positions that made the difference; nil where they were not looked for.
        let events: [Position]?
        /// How many there are.
        let eventCount: Int?

        init(_ change: ValueChange, by events: [Position]?) {
            path = change.path.description
            from = change.from
            to = change.to
            self.events = events.map { Array($0.prefix(Self.namedEvents)) }
            eventCount = events?.count
        }
    }

    let question: [String]
    let from: Position
    let to: Position
    /// What happened later was left out; nil leaves out nothing.
    let occurredUntil: Timestamp?
    let changes: [Change]
    /// Why no events are named, in a sentence; nil where they are, and where that is not to be expected.
    let note: String?
}

extension AnswerDiff {
    /// The values for people, one a line.
    func text(for terminal: Terminal) -> String {
        var foot = "from position \(from) to position \(to)"
        if let occurredUntil { foot += ", what had happened by \(occurredUntil)" }
        let footer = terminal.styled(foot, .dim)
        if changes.isEmpty { return "Nothing has changed.\n" + footer }
        var columns: [TextTable.Column] = [.init("Value"), .init("From"), .init("To")]
        let hasEvents = changes.contains { $0.events != nil }
        if hasEvents { columns.append(.init("Events")) }
        var table = TextTable(columns: columns)
        for change in changes {
            let values = [change.from, change.to].map { $0?.plainText ?? NumberFormat.none }
            table.append(row: [change.path] + values + (hasEvents ? [change.eventsText] : []))
        }
        let parts = [table.render(maximumWidth: terminal.width, colour: terminal.showsColour), note, footer]
        return parts.compactMap { $0 }.joined(separator: "\n")
    }

    /// One line for each value; values as JSON has them, texts without quotation marks.
    var csv: CSVTable {
        var table = CSVTable(columns: ["path", "from", "to", "eventCount", "events"])
        for change in changes {
            table.append(
                change.path, change.from?.plainText, change.to?.plainText, change.eventCount,
                change.events?.map(\.description).joined(separator: " "))
        }
        return table
    }
}

extension AnswerDiff.Change {
    /// `12, 15 and 31 more`.
    fileprivate var eventsText: String {
        guard let events, let eventCount else { return "" }
        let rest = eventCount - events.count
        return events.map(\.description).joined(separator: ", ")
            + (rest > 0 ? " and \(NumberFormat.integer(rest)) more" : "")
    }
}
