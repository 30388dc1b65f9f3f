import ArgumentParser
import EventLog
import Rapport

/// A person on the command line: `lead:L-1` and `customer:C-1` are taken as they are, `C-1` stands for `customer:C-1`.
struct PersonArgument: ExpressibleByArgument, Hashable, Sendable {
    /// What the help screens say of it.
    static var help: ArgumentHelp { "The person's id: C-1 stands for customer:C-1; lead:L-7 is taken as it is." }

    /// The id as it stands in tags.
    let tag: Tag

    init?(argument: String) {
        guard !argument.isEmpty, let tag = try? ConsentCommand.person(argument) else { return nil }
        self.tag = tag
    }
}

/// The id of an event on the command line.
struct EventIDArgument: ExpressibleByArgument, Hashable, Sendable {
    let id: EventID

    init?(argument: String) {
        guard let id = EventID(argument) else { return nil }
        self.id = id
    }
}

/// What is said of a person in one event: where, by whom, when, and how the answer looks.
struct StatementOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(
        name: .customLong("actor"),
        help: ArgumentHelp(
            "Who records it. Without it, RAPPORT_ACTOR in the environment, or user: and the login name.",
            valueName: "id"))
    var name: String?

    @Option(
        help: ArgumentHelp("When it happened; a day counts from its start, UTC. Without it, now.", valueName: "time"))
    var occurredAt: TimeBound?

    @Option(
        name: .customLong("event-id"),
        help: ArgumentHelp(
            "The id of the event. With one of your own the command can be repeated after any failure.",
            valueName: "event-id"))
    var eventID: EventIDArgument?

    @Flag(help: "Answer in JSON: position, id, type and subject.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws {
        _ = try form
        try ReaderOptions.check(name, as: "--actor", nil)
    }

    /// In which form to answer.
    var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    /// Who does it.
    var provenance: Provenance { Provenance(actor: ReaderOptions.actor(name), source: "rapport subject") }

    /// Appends one event about a person, and says where it stands.
    ///
    /// - Parameters:
    ///   - mustBeKnown: refuses a person whom no event is about.
    ///   - message: what to tell people.
    func record<Event: CatalogueEvent>(
        _ event: Event, about person: Tag, mustBeKnown: Bool, _ message: String
    ) async throws {
        let directory = DataDirectory(data)
        try directory.requireLog()
        let report = try await directory.appendingLog { log in
            if mustBeKnown { try Self.requireKnown(person, in: log) }
            return try await append(event, about: person, to: log)
        }
        try form.print(report, csv: report.csv) { "\(message.printable)\n\(report.text(for: $0))" }
    }

    /// - Throws: `UnknownSubject` when no event has the tag.
    private static func requireKnown(_ person: Tag, in log: EventLog) throws {
        let extent = try log.read(Query(tag: person), limit: 1) { _ in true }
        if extent.last == nil { throw UnknownSubject(subject: person) }
    }

    private func append<Event: CatalogueEvent>(
        _ event: Event, about tag: Tag, to log: EventLog
    ) async throws -> StatementReport {
        let calendar = try ZonedCalendar(zone: "UTC")
        let new = try NewEvent(
            event, about: [tag], id: eventID?.id ?? EventID(), occurredAt: occurredAt?.start(in: calendar) ?? .now(),
            provenance: provenance)
        let position = try await log.append([new]).last
        return StatementReport(position: position, id: new.id, type: new.type.name, subject: tag)
    }
}

/// An event that was appended about a person; the shape of its JSON.
struct StatementReport: Codable, Equatable {
    let position: Position
    let id: EventID
    let type: String
    let subject: Tag

    func text(for terminal: Terminal) -> String { "event \(id)\n" + terminal.footer(at: position) }

    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "id", "type", "subject"])
        table.append(position, id, type, subject)
        return table
    }
}

extension TimeBound {
    /// The last moment within, in UTC, as events hold it.
    var endMicroseconds: Int64 {
        get throws { end(in: try ZonedCalendar(zone: "UTC")).microseconds }
    }
}
