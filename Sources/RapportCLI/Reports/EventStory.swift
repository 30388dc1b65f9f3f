import EventLog
import Rapport

/// An event as one line for people: `12  2017-06-30T08:15:00Z  OpportunityWon  opportunity:O-7  amount=1,200.00 EUR`.
struct EventStory {
    /// The columns of most type names of the catalogue.
    private static let typeWidth = 24
    /// Columns of the data where no window limits the line.
    private static let dataWidth = 160

    let personal: Bool
    let terminal: Terminal
    private let positionWidth: Int

    /// - Parameter head: the last position, which takes the most columns.
    init(personal: Bool, terminal: Terminal, head: Position) {
        self.personal = personal
        self.terminal = terminal
        positionWidth = head.description.count
    }

    /// - Parameters:
    ///   - mark: a word about the event, before its tags.
    ///   - withheld: why personal parts are not there, by subject.
    func line(of recorded: RecordedEvent, mark: String = "", withheld: [String: Withheld] = [:]) -> String {
        let event = recorded.event
        let position = recorded.position.description.padded(toWidth: positionWidth, alignment: .right)
        let type = Self.shortName(of: event.type).printable
        let rest =
            [mark] + event.tags.map(\.text) + [data(of: event).truncated(toWidth: Self.dataWidth)]
            + parts(of: event, withheld)
        let text = rest.filter { !$0.isEmpty }.joined(separator: "  ").printable
        let head = terminal.styled("\(position)  \(event.occurredAt)", .dim) + "  " + terminal.styled(type, .cyan)
        if text.isEmpty { return head }
        let gap = String(repeating: " ", count: max(0, Self.typeWidth - type.displayWidth) + 2)
        guard let width = terminal.width else { return head + gap + text }
        let used = positionWidth + event.occurredAt.description.count + max(Self.typeWidth, type.displayWidth) + 6
        return head + gap + text.truncated(toWidth: width - used)
    }

    /// The name without the package of the catalogue.
    static func shortName(of type: EventType) -> String {
        type.name.hasPrefix(EventCatalogue.package)
            ? String(type.name.dropFirst(EventCatalogue.package.count)) : type.name
    }

    private func data(of event: NewEvent) -> String {
        if event.data.isEmpty { return "" }
        guard let json = EventPayload(stored: event.type).json(ofData: event.data) else {
            return "\(NumberFormat.integer(event.data.count)) bytes"
        }
        return Self.summary(of: json, leavingOut: event.tags.map { String($0.id) })
    }

    private func parts(of event: NewEvent, _ withheld: [String: Withheld]) -> [String] {
        guard personal else { return [] }
        return event.subjects.compactMap { subject in
            if subject.part == nil, let reason = withheld[subject.id] { return "\(subject.id)={\(reason.rawValue)}" }
            guard let part = subject.part, part.algorithm == .unsealed,
                let json = EventPayload(stored: event.type).json(ofPersonal: part.bytes)
            else { return nil }
            return "\(subject.id)={\(Self.summary(of: json, leavingOut: []))}"
        }
    }
}

// MARK: - JSON, shortened

extension EventStory {
    /// The members as `name=value`; ids that a tag says already are left out.
    private static func summary(of json: String, leavingOut ids: [String]) -> String {
        guard let members = try? JSONValue(Array(json.utf8)[...]).members else { return json }
        return members.compactMap { name, value in
            let text = summary(of: value)
            return ids.contains(text) ? nil : "\(name)=\(text)"
        }.joined(separator: "  ")
    }

    private static func summary(of value: JSONValue) -> String {
        if let string = try? value.string { return string }
        return money(value) ?? value.text
    }

    /// `1,200.00 EUR` for an amount.
    private static func money(_ value: JSONValue) -> String? {
        guard let members = try? value.members, members.count == 2, members[0].name == "minorUnits",
            members[1].name == "currency", let units = try? Int64(members[0].value.string),
            let currency = try? members[1].value.string
        else { return nil }
        return NumberFormat.money(minorUnits: units, currency: currency)
    }
}
