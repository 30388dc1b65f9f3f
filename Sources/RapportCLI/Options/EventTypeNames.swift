import EventLog
import Rapport

/// Names of event types on the command line: of the catalogue, with or without its package, or an integrator's own.
enum EventTypeNames {
    /// The type that a name stands for.
    ///
    /// - Throws: ``CommandFailure`` with the names that it may have been meant for, when the catalogue has no such type
    ///   and the log no event of it; `InvalidEvent` for what is no name of a type.
    static func type(named name: String, in log: EventLog) throws -> EventType {
        if let known = EventCatalogue.type(named: name) { return known.eventType }
        let type = try EventType(name)
        if try log.typeNumber(of: type) == nil {
            let known = EventCatalogue.shortNames
            let near = NearNames.names(near: name, among: known)
            try KnownNames.require("event type", name, among: near.isEmpty ? known : near)
        }
        return type
    }
}
