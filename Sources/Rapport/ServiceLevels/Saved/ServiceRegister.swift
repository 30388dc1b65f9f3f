public import EventLog
public import Logging
internal import Synchronization

/// Which working calendars and service levels are saved: kept in memory, up to the head of the log whenever somebody
/// asks.
///
/// The version of a name that is in force is the highest one. A definition that nobody can read, as one that was
/// appended past the API, is logged and left out.
public final class ServiceRegister: Sendable {
    private struct Kept {
        var calendars = SavedVersions<SavedCalendar>()
        var levels = SavedVersions<SavedServiceLevel>()
        /// Up to where the log was read.
        var position = Position.zero
    }

    private let kept = Mutex(Kept())
    private let logger: Logger

    /// The types of the events that calendars are folded from.
    static let calendarTypes = [WorkingCalendarDefined.eventType]
    /// The types of the events that service levels are folded from.
    static let levelTypes = [ServiceLevelDefined.eventType, ServiceLevelRetired.eventType]

    /// Events that are copied at a time.
    private static let chunk = 10_000

    /// Knows nothing yet.
    ///
    /// - Parameter logger: told of definitions that cannot be read.
    public init(logger: Logger = Logger(label: "rapport.service")) {
        self.logger = logger
    }

    /// The calendars that are saved as of `position`, by name; nil is the log's head now. O(events about calendars and
    /// service levels).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func calendars(in log: EventLog, asOf position: Position? = nil) throws -> [SavedCalendar] {
        try read(log) { $0.calendars.inForce(asOf: position ?? $0.position) }
    }

    /// The service levels that are saved as of `position`, by name. As ``calendars(in:asOf:)``.
    public func levels(in log: EventLog, asOf position: Position? = nil) throws -> [SavedServiceLevel] {
        try read(log) { $0.levels.inForce(asOf: position ?? $0.position) }
    }

    /// What the name of a calendar stands for as of `position`. As ``calendars(in:asOf:)``.
    func calendar(
        _ name: String, in log: EventLog, asOf position: Position
    ) throws -> SavedVersions<SavedCalendar>.Standing {
        try read(log) { $0.calendars.standing(of: name, asOf: position) }
    }

    /// What the name of a service level stands for as of `position`. As ``calendars(in:asOf:)``.
    func level(
        _ name: String, in log: EventLog, asOf position: Position
    ) throws -> SavedVersions<SavedServiceLevel>.Standing {
        try read(log) { $0.levels.standing(of: name, asOf: position) }
    }

    /// Whether no service level had been saved under a name by `position`; nil asks of any name. As
    /// ``calendars(in:asOf:)``.
    func isSilent(about name: String?, in log: EventLog, asOf position: Position) throws -> Bool {
        try read(log) { $0.levels.isSilent(about: name, asOf: position) }
    }

    /// The first calendar that was ever saved under a name. As ``calendars(in:asOf:)``.
    func firstCalendar(_ name: String, in log: EventLog) throws -> SavedCalendar? {
        try read(log) { $0.calendars.first(named: name) }
    }

    /// The first service level that was ever saved under a name; nil asks of any name. As ``calendars(in:asOf:)``.
    func firstLevel(_ name: String?, in log: EventLog) throws -> SavedServiceLevel? {
        try read(log) { $0.levels.first(named: name) }
    }

    // MARK: Folding

    private func read<Result: Sendable>(_ log: EventLog, _ body: (Kept) -> Result) throws -> Result {
        try kept.withLock { kept in
            try goOn(&kept, in: log)
            return body(kept)
        }
    }

    /// Takes in what the log has beyond the last time.
    private func goOn(_ kept: inout Kept, in log: EventLog) throws {
        let head = log.head
        let query = try Query(types: Self.calendarTypes + Self.levelTypes)
        while kept.position < head {
            var events: [RecordedEvent] = []
            try log.read(query, from: kept.position.next, to: head, limit: Self.chunk) { event in
                events.append(log.recorded(event))
                return true
            }
            for event in events {
                take(event, into: &kept)
                kept.position = event.position
            }
            if events.count < Self.chunk { kept.position = head }
        }
    }

    /// An event that does not even say of what it is, is left out.
    private func take(_ recorded: RecordedEvent, into kept: inout Kept) {
        do {
            switch recorded.event.type {
            case ServiceLevelRetired.eventType:
                let name = try recorded.message(ServiceLevelRetired.self).serviceLevelID
                kept.levels.add(name, at: recorded.position, .retired)
            case ServiceLevelDefined.eventType:
                let message = try recorded.message(ServiceLevelDefined.self)
                kept.levels.add(message.serviceLevelID, at: recorded.position, content(message, recorded))
            default:
                let message = try recorded.message(WorkingCalendarDefined.self)
                kept.calendars.add(message.calendarID, at: recorded.position, content(message, recorded))
            }
        } catch {
            leaveOut(recorded, error)
        }
    }

    private func content(
        _ message: ServiceLevelDefined, _ recorded: RecordedEvent
    ) -> SavedVersions<SavedServiceLevel>.Content {
        let version = Int(message.version)
        do {
            let saved = SavedServiceLevel(
                version: version, definition: try message.serviceLevel(), savedAt: recorded.recordedAt,
                position: recorded.position)
            return .saved(version: version, saved)
        } catch {
            leaveOut(recorded, error)
            return .unreadable(version: version)
        }
    }

    private func content(
        _ message: WorkingCalendarDefined, _ recorded: RecordedEvent
    ) -> SavedVersions<SavedCalendar>.Content {
        let version = Int(message.version)
        do {
            let saved = SavedCalendar(
                version: version, definition: try message.calendar(), savedAt: recorded.recordedAt,
                position: recorded.position)
            return .saved(version: version, saved)
        } catch {
            leaveOut(recorded, error)
            return .unreadable(version: version)
        }
    }

    private func leaveOut(_ recorded: RecordedEvent, _ error: any Error) {
        logger.error(
            "a saved calendar or service level cannot be read and is left out",
            metadata: ["position": "\(recorded.position)", "error": "\(error)"])
    }
}
