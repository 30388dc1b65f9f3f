import EventLog

/// Which events of one log are read.
struct EventSelection {
    /// Events that are handed on together, at most.
    private static let eventsAtOnce = 1000
    /// Bytes of their records, from which on no event is added.
    private static let bytesAtOnce = 8 << 20

    let query: Query
    let first: Position
    let last: Position
    /// When the events happened; nil is unbounded.
    let earliest: Timestamp?
    let latest: Timestamp?
    let provenance: ProvenanceFilter

    private func lets(through event: borrowing EventView) -> Bool {
        if let earliest, event.occurredAt < earliest { return false }
        if let latest, event.occurredAt > latest { return false }
        return provenance.lets(through: event)
    }

    /// Calls `body` with each event, by position or backwards, until it answers false; answers the head of the log.
    func read(_ log: EventLog, backwards: Bool, _ body: (RecordedEvent) throws -> Bool) throws -> Position {
        try log.read(query, from: first, to: last, backwards: backwards) { event in
            guard lets(through: event) else { return true }
            return try body(log.recorded(event))
        }.head
    }

    /// Calls `body` with events that follow each other, by position or backwards, until it answers false; answers the
    /// head that the log had at the start. Nothing is read of the log while `body` is at work, so that it may take its
    /// time, and look into the log itself.
    func readChunks(_ log: EventLog, backwards: Bool, _ body: ([RecordedEvent]) throws -> Bool) throws -> Position {
        var rest = first...max(first, last)
        var head: Position?
        while true {
            var chunk: [RecordedEvent] = []
            var bytes = 0
            var isFull = false
            let extent = try log.read(
                query, from: rest.lowerBound, to: min(rest.upperBound, last), backwards: backwards
            ) { event in
                guard lets(through: event) else { return true }
                chunk.append(log.recorded(event))
                bytes += event.bytes.byteCount
                isFull = chunk.count == Self.eventsAtOnce || bytes >= Self.bytesAtOnce
                return !isFull
            }
            let start = head ?? extent.head
            head = start
            if !chunk.isEmpty, try !body(chunk) { return start }
            guard isFull, let reached = chunk.last?.position else { return start }
            if backwards {
                guard reached > rest.lowerBound else { return start }
                rest = rest.lowerBound...Position(reached.rawValue - 1)
            } else {
                guard reached < rest.upperBound else { return start }
                rest = reached.next...rest.upperBound
            }
        }
    }
}
