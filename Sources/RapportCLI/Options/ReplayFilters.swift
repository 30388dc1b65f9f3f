import ArgumentParser
import EventLog
import Rapport

/// Which events `replay` shows and `export` writes.
struct ReplayFilters: ParsableArguments {
    @Option(help: ArgumentHelp("Events about this customer, as --tag customer:ID.", valueName: "id"))
    var customer: String?

    @Option(help: ArgumentHelp("Events with this tag (with all of them, if repeated).", valueName: "tag"))
    var tag: [Tag] = []

    @Option(
        help: ArgumentHelp("Events of this type (of any of them, if repeated).", valueName: "type"),
        completion: .list(EventCatalogue.names.map { String($0.dropFirst(EventCatalogue.package.count)) }))
    var type: [String] = []

    @Option(
        help: ArgumentHelp(
            "Events that this person or program appended (any of them, if repeated).", valueName: "name"))
    var actor: [String] = []

    @Option(help: ArgumentHelp("Events from this system or file.", valueName: "name"))
    var source: String?

    @Option(help: ArgumentHelp("Events with this correlation id.", valueName: "id"))
    var correlation: String?

    @Option(
        help: ArgumentHelp("Events that the event with this id has caused.", valueName: "event-id"),
        transform: { text in
            guard let id = EventID(text) else {
                throw ValidationError("expected the id of an event, a UUID, not '\(text)'.")
            }
            return id
        })
    var causation: EventID?

    @Option(help: ArgumentHelp("The first position.", valueName: "position"))
    var from: Position?

    @Option(help: ArgumentHelp("The last position.", valueName: "position"))
    var to: Position?

    @Option(help: ArgumentHelp("Events that happened then or later: a day or a time in ISO 8601.", valueName: "time"))
    var since: TimeBound?

    @Option(help: ArgumentHelp("Events that happened then or earlier; a day counts to its end.", valueName: "time"))
    var until: TimeBound?

    @Option(help: ArgumentHelp("Events that were recorded then or later.", valueName: "time"))
    var recordedSince: TimeBound?

    @Option(help: ArgumentHelp("Events that were recorded then or earlier.", valueName: "time"))
    var recordedUntil: TimeBound?

    @Option(
        help: ArgumentHelp("The IANA zone that the days of filters belong to.", valueName: "zone"),
        transform: { try ZonedCalendar(zone: $0).name })
    var zone = "UTC"

    /// Whether nothing is filtered.
    var isEmpty: Bool {
        let times = [since, until, recordedSince, recordedUntil].compactMap { $0 }
        let names = [customer, source, correlation].compactMap { $0 } + type + actor
        let positions = [from, to].compactMap { $0 }
        return times.isEmpty && names.isEmpty && positions.isEmpty && tag.isEmpty && causation == nil
    }

    /// Calls `body` with each event that all filters let through, by position or backwards, until it answers false.
    /// Constant memory.
    ///
    /// - Parameters:
    ///   - reader: opens the personal parts of the events, so many at a time; without one they stay as they are stored.
    ///   - question: what the reader notes to have been asked.
    /// - Returns: the head that the log had at the start.
    @discardableResult
    func read(
        _ log: EventLog, opening reader: PersonalReader? = nil, asking question: String = "",
        backwards: Bool = false, _ body: (OpenedEvent) throws -> Bool
    ) throws -> Position {
        let selection = try selection(of: log)
        guard let reader else {
            return try selection.read(log, backwards: backwards) { try body(OpenedEvent(stored: $0)) }
        }
        return try selection.readChunks(log, backwards: backwards) { events in
            for event in try reader.opened(events, asking: question) {
                guard try body(event) else { return false }
            }
            return true
        }
    }

    /// Which events of a log they let through.
    private func selection(of log: EventLog) throws -> EventSelection {
        let calendar = try ZonedCalendar(zone: zone)
        let (first, last) = try positions(in: log, calendar)
        let (earliest, latest) = occurrence(calendar)
        return EventSelection(
            query: try query(in: log), first: first, last: last, earliest: earliest, latest: latest,
            provenance: ProvenanceFilter(
                actors: actor, source: source, correlation: correlation, cause: causation))
    }

    /// What the index can answer.
    private func query(in log: EventLog) throws -> Query {
        let tags = try tag + (customer.map { [try Tag.customer($0)] } ?? [])
        let types = try type.map { try EventTypeNames.type(named: $0, in: log) }
        return tags.isEmpty && types.isEmpty ? .all : try Query(types: types, tags: tags)
    }

    /// The first and the last position; times of recording become positions, as they never decrease.
    private func positions(in log: EventLog, _ calendar: ZonedCalendar) throws -> (first: Position, last: Position) {
        var first = from ?? Position(1)
        var last = to ?? log.head
        if let recordedSince {
            let before = recordedSince.start(in: calendar).advanced(byMicroseconds: -1)
            first = max(first, try log.position(recordedAtOrBefore: before).next)
        }
        if let recordedUntil {
            last = min(last, try log.position(recordedAtOrBefore: recordedUntil.end(in: calendar)))
        }
        return (first, last)
    }

    /// When the events happened; nil is unbounded.
    private func occurrence(_ calendar: ZonedCalendar) -> (first: Timestamp?, last: Timestamp?) {
        (since?.start(in: calendar), until?.end(in: calendar))
    }
}
