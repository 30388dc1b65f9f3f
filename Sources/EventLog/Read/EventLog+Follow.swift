extension EventLog {
    /// The events of `query` from `position` on: first those that are there, then new ones as they are appended, by
    /// this process or another. In order, without gap or duplicate; ends when the log is closed or the task is
    /// cancelled.
    public func follow(_ query: Query = .all, from position: Position = Position(1)) -> FollowedEvents {
        watchOtherProcesses()
        return FollowedEvents(log: self, query: query, next: position)
    }
}

/// A stream of events that never catches its breath: catch-up first, then live.
public struct FollowedEvents: AsyncSequence, Sendable {
    public typealias Element = RecordedEvent

    let log: EventLog
    let query: Query
    let next: Position

    public func makeAsyncIterator() -> Iterator { Iterator(log: log, query: query, next: next) }

    public struct Iterator: AsyncIteratorProtocol {
        private static let batch = 256

        let log: EventLog
        let query: Query
        /// The first position not looked at.
        var next: Position
        private var buffer: ArraySlice<RecordedEvent> = []

        init(log: EventLog, query: Query, next: Position) {
            self.log = log
            self.query = query
            self.next = next
        }

        public mutating func next() async throws -> RecordedEvent? {
            while true {
                if let event = buffer.popFirst() { return event }
                if Task.isCancelled { return nil }
                // Asked before looking: what was appended before the log was closed is seen.
                let isClosed = log.signal.isClosed
                try fill()
                if !buffer.isEmpty { continue }
                if isClosed { return nil }
                await log.signal.wait(beyond: Swift.max(next.rawValue, 1) - 1)
            }
        }

        private mutating func fill() throws {
            var events: [RecordedEvent] = []
            let log = self.log
            let extent = try log.read(query, from: next, limit: Self.batch) { event in
                events.append(log.recorded(event))
                return true
            }
            // A full batch may have stopped before the head; a short one has seen everything up to it.
            if events.count == Self.batch, let last = extent.last {
                next = last.next
            } else if extent.head >= next {
                next = extent.head.next
            }
            buffer = events[...]
        }
    }
}
