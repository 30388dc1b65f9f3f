import EventLog
import Rapport

/// The service levels and calendars that are saved; the shape of the JSON of `service-levels`.
struct ServiceLevelList: Encodable {
    /// One of them.
    struct Entry: Encodable {
        /// What it is.
        enum Kind: String, Encodable {
            case serviceLevel
            case calendar
        }

        let kind: Kind
        let name: String
        /// Nil where it was only checked.
        let version: Int?
        /// Of a service level; nil where it goes by all hours.
        let calendar: String?
        /// Of a calendar.
        let zone: String?
        /// Promises of a service level.
        let targets: Int?
        let savedAt: Timestamp?
        /// The event that has saved it.
        let position: Position?

        /// What a file defines.
        init(_ definition: ServiceDefinition) {
            switch definition {
            case .level(let level): self.init(level)
            case .calendar(let calendar): self.init(calendar)
            }
        }

        init(_ saved: SavedServiceLevel) {
            self.init(saved.definition, version: saved.version, savedAt: saved.savedAt, position: saved.position)
        }

        init(_ saved: SavedCalendar) {
            self.init(saved.definition, version: saved.version, savedAt: saved.savedAt, position: saved.position)
        }

        private init(
            _ level: ServiceLevel, version: Int? = nil, savedAt: Timestamp? = nil, position: Position? = nil
        ) {
            kind = .serviceLevel
            name = level.name
            calendar = level.calendar
            zone = nil
            targets = level.targets.count
            (self.version, self.savedAt, self.position) = (version, savedAt, position)
        }

        private init(
            _ calendar: WorkingCalendar, version: Int? = nil, savedAt: Timestamp? = nil, position: Position? = nil
        ) {
            kind = .calendar
            name = calendar.name
            self.calendar = nil
            zone = calendar.zone
            targets = nil
            (self.version, self.savedAt, self.position) = (version, savedAt, position)
        }

        /// What people call its kind.
        var words: String { kind == .calendar ? "calendar" : "service level" }

        /// That it can be used, for people.
        func checkedText(for terminal: Terminal) -> String {
            terminal.styled("ok: \(words) \(name)", .green)
        }
    }

    /// Calendars first, each kind by name.
    let definitions: [Entry]
    /// The position that the answer is of.
    let position: Position

    /// What is saved now.
    init(_ crm: Rapport) throws {
        let head = crm.log.head
        definitions = try crm.savedCalendars().map { Entry($0) } + crm.savedServiceLevels().map { Entry($0) }
        position = head
    }

    /// One line for each, for people.
    func text(for terminal: Terminal) -> String {
        if definitions.isEmpty { return "No service levels.\n" + terminal.footer(at: position) }
        var table = TextTable(columns: [
            .init("Kind"), .whole("Name"), .init("Version", .right), .init("Hours"), .init("Promises", .right),
            .whole("Saved"), .init("Event", .right),
        ])
        for entry in definitions {
            table.append(row: [
                entry.words, entry.name, entry.version.map { String($0) } ?? "",
                entry.zone ?? entry.calendar.map { "those of \($0)" } ?? "all",
                entry.targets.map { String($0) } ?? "", entry.savedAt?.description ?? "",
                entry.position?.description ?? "",
            ])
        }
        return table.render(maximumWidth: terminal.width, colour: terminal.showsColour) + "\n"
            + terminal.footer(at: position)
    }

    /// One line for each.
    var csv: CSVTable { Self.csv(of: definitions) }

    /// One line for each.
    static func csv(of entries: [Entry]) -> CSVTable {
        var table = CSVTable(columns: [
            "kind", "name", "version", "calendar", "zone", "targets", "savedAt", "position",
        ])
        for entry in entries {
            table.append(
                entry.kind.rawValue, entry.name, entry.version, entry.calendar, entry.zone, entry.targets,
                entry.savedAt, entry.position)
        }
        return table
    }
}

/// What `service-levels --save` has done; the shape of its JSON.
struct ServiceLevelSaving: Encodable {
    let entry: ServiceLevelList.Entry
    /// Whether it was saved now; else the same was saved already.
    let isNew: Bool

    private enum CodingKeys: CodingKey {
        case isNew
    }

    func encode(to encoder: any Encoder) throws {
        try entry.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isNew, forKey: .isNew)
    }

    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        let what =
            isNew ? "\(entry.words) \(entry.name) saved" : "this \(entry.words) is saved as \(entry.name) already"
        let version = entry.version.map { String($0) } ?? ""
        return "\(what): version \(version), position \(entry.position?.description ?? "")"
    }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: ["kind", "name", "version", "isNew", "savedAt", "position"])
        table.append(entry.kind.rawValue, entry.name, entry.version, isNew, entry.savedAt, entry.position)
        return table
    }
}

/// What `service-levels --retire` has done; the shape of its JSON.
struct RetiredServiceLevel: Encodable {
    let name: String
    /// The event that says so.
    let position: Position

    /// What was done, for people.
    func text(for terminal: Terminal) -> String {
        "service level \(name.printable) retired: position \(position)"
    }

    /// One line.
    var csv: CSVTable {
        var table = CSVTable(columns: ["name", "position"])
        table.append(name, position)
        return table
    }
}
