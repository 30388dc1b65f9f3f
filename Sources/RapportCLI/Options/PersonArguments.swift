import ArgumentParser
import EventLog
import LMDB
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

/// Whether what is said of a person goes for every id of the person.
struct EveryIDOptions: ParsableArguments {
    @Flag(
        help: "Only the id that is given. Without it, every id of the same person, as of a lead that became a customer."
    )
    var only = false
}

/// What is said of a person, in one event for each id: where, by whom, when, and how the answer looks.
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

    @Flag(help: "Answer in JSON: position, id, type and subject; others has the same of other ids.")
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

    /// When it is said to have happened; nil for now.
    private var start: Timestamp? {
        get throws { try occurredAt?.start(in: ZonedCalendar(zone: "UTC")) }
    }

    /// - Throws: ``CommandFailure`` when it is said to happen in the future.
    func requireHappened() throws {
        guard let start = try start, start > .now() else { return }
        throw CommandFailure(.badInput, "--occurred-at \(start): is still to come; expected a time that is past")
    }

    /// Until when something holds, as events have it; 0 where it has no end.
    ///
    /// - Throws: ``CommandFailure`` for a time that is over already, or before it begins.
    func end(_ until: TimeBound?) throws -> Int64 {
        guard let until else { return 0 }
        let end = try until.endMicroseconds
        let start = max(.now(), try start ?? .now())
        guard end > start.microseconds else {
            throw CommandFailure(
                .badInput, "--until \(Timestamp(microseconds: end)): is over already; expected a time behind \(start)")
        }
        return end
    }

    /// Appends an event about a person, one for each id of the person and all or none of them, and says where they
    /// stand. Other ids that are erased are left out.
    ///
    /// - Parameters:
    ///   - subjectID: where the event names the person.
    ///   - only: leaves out the other ids of the person.
    ///   - mustBeKnown: refuses a person whom no event is about.
    ///   - message: what to tell people.
    ///   - check: throws where the event contradicts what is known of these ids. It is not asked about an event that
    ///     is in the log already.
    func record<Event: CatalogueEvent>(
        _ event: Event, naming subjectID: WritableKeyPath<Event, String>, about person: Tag, only: Bool,
        mustBeKnown: Bool, _ message: String, check: (PrivacyState, [Tag]) throws -> Void = { _, _ in }
    ) async throws {
        try await record(message) { log, personal -> [(event: Event, person: Tag)] in
            if mustBeKnown { try Self.requireKnown(person, in: log) }
            let privacy = try personal.state(in: log)
            let all = only ? [person] : try PersonIDs(of: person, in: log).all
            let ids = all.filter { $0 == person || !privacy.isErased($0.text) }
            if try eventID.flatMap({ try log.position(of: $0.id) }) == nil { try check(privacy, ids) }
            return ids.map { id in
                var copy = event
                copy[keyPath: subjectID] = id.text
                return (copy, id)
            }
        }
    }

    /// Appends events about the ids of one person, all or none of them, and says where they stand.
    ///
    /// - Parameters:
    ///   - message: what to tell people.
    ///   - make: the events, each with the id that it is about; the one that was asked for first.
    func record<Event: CatalogueEvent>(
        _ message: String, _ make: (EventLog, PersonalData) throws -> [(event: Event, person: Tag)]
    ) async throws {
        let directory = DataDirectory(data)
        try directory.requireLog()
        let report = try await directory.appendingPersonalData { log, personal in
            try await append(try make(log, personal), to: log)
        }
        try form.print(report, csv: report.csv) { "\(message.printable)\n\(report.text(for: $0))" }
    }

    /// O(log n) for whoever has the tag of an event, O(events) for others.
    ///
    /// - Throws: `UnknownSubject` when no event has the tag, none has a part about the person, and no other id of the
    ///   person is known.
    private static func requireKnown(_ person: Tag, in log: EventLog) throws {
        let extent = try log.read(Query(tag: person), limit: 1) { _ in true }
        if extent.last != nil { return }
        if try PersonIDs(of: person, in: log).all.count > 1 { return }
        let text = Array(person.text.utf8)
        var isKnown = false
        try log.read(headersOnly: true) { event in
            if event.subjectCount == 0 { return true }
            try event.requireSound()
            isKnown = event.part(of: text.rawSpan) != nil
            return !isKnown
        }
        if !isKnown { throw UnknownSubject(subject: person) }
    }

    /// The events of several ids have the id of the first one as what belongs together.
    private func append<Event: CatalogueEvent>(
        _ statements: [(event: Event, person: Tag)], to log: EventLog
    ) async throws -> StatementReport {
        let first = eventID?.id ?? EventID()
        let time = try start ?? .now()
        var provenance = provenance
        if statements.count > 1 { provenance.correlationID = first.description }
        var events: [NewEvent] = []
        for (event, person) in statements {
            let id = events.isEmpty ? first : EventID(of: person, besides: first)
            events.append(try NewEvent(event, about: [person], id: id, occurredAt: time, provenance: provenance))
        }
        // Where it is repeated, an id of the person may have come since.
        let positions = try await log.append(events, known: .skip).positions
        let reports = zip(positions, zip(events, statements)).map { position, pair in
            StatementReport(position: position, id: pair.0.id, type: pair.0.type.name, subject: pair.1.person)
        }
        guard var report = reports.first else {
            throw CommandFailure(.badInput, "nothing to append; expected a person")
        }
        if reports.count > 1 { report.others = Array(reports.dropFirst()) }
        return report
    }
}

extension EventID {
    /// The id of the event that says of another id of a person what the event `first` says: the same again for the same
    /// ones, so that a command can be repeated.
    fileprivate init(of person: Tag, besides first: EventID) {
        let input = Array("\(first) \(person.text)".utf8)
        let digest = Hash256.sha256(of: input.rawSpan).bytes
        self.init(digestHigh: digest.rawSpan.u64BigEndian(at: 0), digestLow: digest.rawSpan.u64BigEndian(at: 8))
    }
}

/// An event that was appended about a person; the shape of its JSON.
struct StatementReport: Codable, Equatable {
    let position: Position
    let id: EventID
    let type: String
    let subject: Tag
    /// What was appended about the other ids of the person; nil where there are none.
    var others: [StatementReport]?

    private var all: [StatementReport] { [self] + (others ?? []) }

    func text(for terminal: Terminal) -> String {
        let isAlone = others == nil
        let lines = all.map { isAlone ? "event \($0.id)" : "event \($0.id) about \($0.subject.text.printable)" }
        return lines.joined(separator: "\n") + "\n" + terminal.footer(at: all.map(\.position).max() ?? position)
    }

    /// A line for each event.
    var csv: CSVTable {
        var table = CSVTable(columns: ["position", "id", "type", "subject"])
        for report in all { table.append(report.position, report.id, report.type, report.subject) }
        return table
    }
}

extension TimeBound {
    /// The last moment within, in UTC, as events hold it.
    var endMicroseconds: Int64 {
        get throws { end(in: try ZonedCalendar(zone: "UTC")).microseconds }
    }
}
