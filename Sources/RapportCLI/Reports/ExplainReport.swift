import EventLog
import Projection

/// Which events have made a value; the shape of the JSON of `explain`.
struct ExplainedValue: Encodable {
    struct Event: Encodable {
        let position: Position
        let recordedAt: Timestamp
        let occurredAt: Timestamp
        let id: EventID
        let type: String
        let tags: [Tag]
        let actor: String?
        /// The event that caused it, by its id.
        let causationId: EventID?
        /// Where that one stands; nil when it is not in the log.
        let causedBy: Position?
        /// For people; not in the JSON.
        let recorded: RecordedEvent

        private enum CodingKeys: CodingKey {
            case position, recordedAt, occurredAt, id, type, tags, actor, causationId, causedBy
        }

        init(_ recorded: RecordedEvent, causedBy: Position?) {
            let event = recorded.event
            position = recorded.position
            recordedAt = recorded.recordedAt
            occurredAt = event.occurredAt
            id = event.id
            type = event.type.name
            tags = event.tags
            actor = event.provenance.actor
            causationId = event.provenance.causationID
            self.causedBy = causedBy
            self.recorded = recorded
        }
    }

    let question: [String]
    let path: String
    let value: JSONTree
    /// Without these events; nil where there would be no such value.
    let valueWithout: JSONTree?
    /// Whether these events alone have been found to give the value again; else some may have no part in it.
    let isExact: Bool
    /// Whether each of them was found to be needed.
    let isMinimal: Bool
    let readModels: [String]
    /// On all pages.
    let eventCount: Int
    /// In the order of the log.
    let events: [Event]
    /// The page behind begins after this position; nil on the last page.
    let next: Position?
    /// The position that the answer is of.
    let position: Position
    /// What happened later was left out; nil leaves out nothing.
    let occurredUntil: Timestamp?

    /// - Parameters:
    ///   - events: those of the page.
    ///   - next: the last position of the page; nil when it is the last page.
    init(
        _ path: ValuePath, _ lineage: Lineage, _ events: [Event], next: Position?, of question: [String],
        at moment: PastMoment
    ) throws {
        self.question = question
        self.path = path.description
        value = try JSONTree(parsing: Array(lineage.value.utf8))
        valueWithout = try lineage.valueWithout.map { try JSONTree(parsing: Array($0.utf8)) }
        isExact = lineage.isExact
        isMinimal = lineage.isMinimal
        readModels = lineage.models
        eventCount = lineage.positions.count
        self.events = events
        self.next = next
        position = moment.position
        occurredUntil = moment.occurredUntil
    }
}

extension ExplainedValue {
    /// The value and the events for people, one a line.
    func text(for terminal: Terminal) -> String {
        let without = valueWithout?.plainText.printable ?? "there is none"
        let count = "\(NumberFormat.count(eventCount, "event")) of \(readModels.joined(separator: ", "))"
        var lines = [
            terminal.styled("\(path.printable) = \(value.plainText.printable)", .bold),
            "\(count); without \(eventCount == 1 ? "it" : "them"): \(without)",
        ]
        if !isMinimal {
            lines.append(
                isExact
                    ? "They give the value; some of them may have no part in it."
                    : "They were not all found to have a part in it: no more than these have.")
        }
        let story = EventStory(personal: false, terminal: terminal, head: events.last?.position ?? .zero)
        if !events.isEmpty { lines.append("") }
        lines += events.map { story.line(of: $0.recorded, mark: $0.origin) }
        if let next { lines.append(terminal.styled("next page: --after \(next)", .dim)) }
        let until = occurredUntil.map { ", what had happened by \($0)" } ?? ""
        return lines.joined(separator: "\n") + "\n" + terminal.styled("at position \(position)\(until)", .dim)
    }

    /// One line for each event of the page.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "position", "recordedAt", "occurredAt", "id", "type", "tags", "actor", "causationId", "causedBy",
        ])
        for event in events {
            table.append(
                event.position, event.recordedAt, event.occurredAt, event.id, event.type,
                event.tags.map(\.text).joined(separator: " "), event.actor, event.causationId, event.causedBy)
        }
        return table
    }
}

extension ExplainedValue.Event {
    /// When it was recorded, by whom, and because of which event.
    fileprivate var origin: String {
        let cause = causedBy.map { "caused by \($0)" } ?? causationId.map { "caused by \($0)" }
        return ["recorded \(recordedAt)", actor.map { "by \($0)" }, cause].compactMap { $0 }.joined(separator: "  ")
    }
}
