internal import EventLog

/// Events on their way to one append, and the rows they come from.
struct ImportBatch: Sendable {
    /// Where an event comes from.
    struct Origin: Sendable {
        let file: String
        let line: Int
        let event: String
    }

    private(set) var events: [NewEvent] = []
    private(set) var origins: [Origin] = []
    /// Bytes of data and personal parts.
    private(set) var byteCount = 0

    var isEmpty: Bool { events.isEmpty }
    var count: Int { events.count }

    init(capacity: Int = 0) {
        events.reserveCapacity(capacity)
        origins.reserveCapacity(capacity)
    }

    mutating func append(_ event: NewEvent, from origin: Origin) {
        events.append(event)
        origins.append(origin)
        byteCount += event.data.count + event.subjects.reduce(0) { $0 + ($1.part?.bytes.count ?? 0) }
    }

    /// Takes back the events behind the first `count`.
    mutating func truncate(to count: Int) {
        events.removeLast(events.count - count)
        origins.removeLast(origins.count - count)
    }

    /// Gives an event another id.
    mutating func setID(_ id: EventID, at index: Int) {
        events[index].id = id
    }

    mutating func remove(at index: Int) -> Origin {
        events.remove(at: index)
        return origins.remove(at: index)
    }
}
