internal import EventLog
internal import Projection

/// Corrections of what forecasts are made of, which nobody knew of before they were recorded.
struct LaterCorrections {
    /// Where each stands, and the first position that it may have changed.
    private var corrections: [(at: Position, of: Position)] = []

    /// None.
    init() {}

    /// The corrections behind `first`, up to `last`. O(log n + corrections).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    init(_ first: Position, through last: Position, in log: EventLog) throws {
        guard first < last else { return }
        let types = try Query(types: [EventCorrected.eventType, ImportReverted.eventType])
        let forecast = DealFold().types + PipelineDefinitionFold().types + TeamFold().types
        for event in try log.events(types, from: first.next, to: last) {
            guard event.event.type == EventCorrected.eventType else {
                // Whatever was imported.
                corrections.append((event.position, Position(1)))
                continue
            }
            // One that nobody can read corrects nothing.
            guard let message = try? event.message(EventCorrected.self), let id = EventID(message.eventID),
                let target = try log.position(of: id), let type = try log.withEvent(at: target, { log.type(of: $0) }),
                forecast.contains(type)
            else { continue }
            corrections.append((event.position, target))
        }
    }

    /// How many there were behind a position, of what stood there before.
    func count(after known: Position) -> Int64 {
        corrections.reduce(0) { $0 + ($1.at > known && $1.of <= known ? 1 : 0) }
    }
}
