internal import EventLog
internal import LMDB
internal import Projection
internal import SwiftProtobuf

extension ProjectedEvent {
    /// The payload as a catalogue message, decoded at most once for all folds.
    func message<Event: CatalogueEvent>(_ type: Event.Type) throws -> Event {
        try payload { try Event(serializedBytes: $0.copy()) }
    }
}
