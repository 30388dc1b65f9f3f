public import LMDB

/// How far a read went.
public struct ReadExtent: Hashable, Sendable {
    /// The last position delivered; nil when nothing matched.
    public let last: Position?
    /// The head that the read saw. For an append condition use this, never `last`.
    public let head: Position

    @usableFromInline
    init(last: Position?, head: Position) {
        self.last = last
        self.head = head
    }
}

extension EventLog {
    /// Calls `body` with every event of `query` between `from` and `to` (both included), in position order or
    /// backwards, until it answers `false` or `limit` events were delivered. Constant memory, whatever the size of the
    /// log.
    ///
    /// The view is lent for the time of the call; ``recorded(_:)`` copies it.
    ///
    /// - Parameter headersOnly: says that nothing but headers is looked at, or that `body` calls
    ///   ``EventView/requireSound()`` where it looks at more; else each event is compared with its checksum first.
    /// - Throws: ``DamagedLog``, errors of the storage layer, and what `body` throws.
    @inlinable
    @discardableResult
    public func read(
        _ query: Query = .all, from: Position = Position(1), to: Position? = nil, limit: Int? = nil,
        backwards: Bool = false, headersOnly: Bool = false, _ body: (borrowing EventView) throws -> Bool
    ) throws -> ReadExtent {
        let head = try currentHead()
        let upper = min(to ?? head, head).rawValue
        let lower = max(from.rawValue, 1)
        guard lower <= upper, limit != 0 else { return ReadExtent(last: nil, head: head) }
        guard query.matchesEverything else {
            return try readMatching(query, lower...upper, head, limit: limit, backwards: backwards, body)
        }
        var delivered = 0
        var last: Position?
        try scan(lower...upper, backwards: backwards) { event in
            if !headersOnly { try event.requireSound() }
            last = event.position
            delivered += 1
            return try body(event) && delivered != limit
        }
        return ReadExtent(last: last, head: head)
    }

    /// Through the index, or by passing over what does not match.
    @usableFromInline
    func readMatching(
        _ query: Query, _ range: ClosedRange<UInt64>, _ head: Position, limit: Int?, backwards: Bool,
        _ body: (borrowing EventView) throws -> Bool
    ) throws -> ReadExtent {
        var delivered = 0
        var last: Position?
        func deliver(_ event: borrowing EventView) throws -> Bool {
            last = event.position
            delivered += 1
            return try body(event) && delivered != limit
        }
        if let compiled = try indexed(query, head: head.rawValue) {
            try readCandidates(compiled, range, backwards: backwards, limit: limit, deliver)
        } else {
            let compiled = try compile(query)
            try scan(range, backwards: backwards) { event in
                try event.requireSound()
                return compiled.matches(event) ? try deliver(event) : true
            }
        }
        return ReadExtent(last: last, head: head)
    }

    /// The events of `query`, copied. For small results; ``read(_:from:to:limit:backwards:_:)`` streams.
    public func events(
        _ query: Query = .all, from: Position = Position(1), to: Position? = nil, limit: Int? = nil,
        backwards: Bool = false
    ) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        try read(query, from: from, to: to, limit: limit, backwards: backwards) { event in
            events.append(recorded(event))
            return true
        }
        return events
    }

    /// The event at `position`, copied; nil when the log does not reach so far.
    public func event(at position: Position) throws -> RecordedEvent? {
        try withEvent(at: position) { recorded($0) }
    }

    /// Lends the event at `position` to `body`; nil when the log does not reach so far.
    public func withEvent<Result>(
        at position: Position, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result? {
        let transaction = try store.environment.beginRead()
        guard let record = try transaction.value(in: store.events, for: position.rawValue) else { return nil }
        try EventView(record).requireSound(at: position.rawValue)
        try refreshTypes(transaction)
        return try body(EventView(record))
    }

    /// A copy of an event that a read has lent.
    public func recorded(_ event: borrowing EventView) -> RecordedEvent {
        event.recorded(as: type(of: event))
    }

    /// The type of an event that a read has lent.
    public func type(of event: borrowing EventView) -> EventType {
        types.type(event.typeNumber) ?? EventType(unchecked: "unknown-type-\(event.typeNumber)")
    }

    /// The number under which this log stores a type; nil when no event has it. Numbers never change.
    public func typeNumber(of type: EventType) throws -> UInt32? {
        if let number = types.number(of: type) { return number }
        let transaction = try store.environment.beginRead()
        try refreshTypes(transaction)
        return types.number(of: type)
    }

    /// The last position that was recorded at or before `time`; zero when there is none. O(log n).
    public func position(recordedAtOrBefore time: Timestamp) throws -> Position {
        let transaction = try store.environment.beginRead()
        return Position(try store.position(recordedAtOrBefore: time, in: transaction))
    }
}

// MARK: - Ways through the log

extension EventLog {
    /// Events of one read transaction; longer reads take a new one, so that no snapshot is held for long.
    @usableFromInline static var scanChunk: UInt64 { 16_384 }

    func refreshTypes(_ transaction: borrowing ReadTransaction) throws {
        if try transaction.count(of: store.types) != types.count { try store.refresh(types, in: transaction) }
    }

    /// Makes the tail reach `head`, so that runs and tail together know every event up to it.
    func prepareIndex(upTo head: UInt64, _ transaction: borrowing ReadTransaction) throws {
        try refreshTypes(transaction)
        guard index.end < head else { return }
        try index.catchUp(to: head, types: types, in: store, transaction)
    }

    func compile(_ query: Query) throws -> CompiledQuery {
        let transaction = try store.environment.beginRead()
        try refreshTypes(transaction)
        return CompiledQuery(query) { types.number(of: $0) }
    }

    /// Whether a read of `query` looks its events up in the index; otherwise it passes over those that do not match,
    /// and whoever knows the types' numbers may as well do that.
    package func readsThroughIndex(_ query: Query) throws -> Bool {
        try indexed(query, head: try currentHead().rawValue) != nil
    }

    /// The query for reading through the index; nil when going through the whole log is the better way.
    private func indexed(_ query: Query, head: UInt64) throws -> CompiledQuery? {
        if query.matchesEverything { return nil }
        let transaction = try store.environment.beginRead()
        try prepareIndex(upTo: head, transaction)
        let compiled = CompiledQuery(query) { types.number(of: $0) }
        for item in compiled.items where item.tagKeys.isEmpty {
            // Frequent types are found faster by passing over the others than one by one.
            let count = try item.typeKeys.reduce(0) { try $0 + index.estimatedCount(of: $1) }
            if count > Int(head / 16) { return nil }
        }
        return compiled
    }

    /// Goes through every event of the range. Compiled into its caller, `body` with it.
    @inlinable
    func scan(
        _ range: ClosedRange<UInt64>, backwards: Bool, _ body: (borrowing EventView) throws -> Bool
    ) throws {
        var rest = range
        while true {
            let chunk =
                backwards
                ? max(rest.lowerBound, rest.upperBound - min(rest.upperBound, Self.scanChunk - 1))...rest.upperBound
                : rest.lowerBound...min(rest.upperBound, rest.lowerBound + Self.scanChunk - 1)
            let transaction = try beginScan()
            guard try scanChunk(chunk, backwards: backwards, transaction, body) else { return }
            if backwards {
                guard chunk.lowerBound > range.lowerBound else { return }
                rest = range.lowerBound...chunk.lowerBound - 1
            } else {
                guard chunk.upperBound < range.upperBound else { return }
                rest = chunk.upperBound + 1...range.upperBound
            }
        }
    }

    @usableFromInline
    func beginScan() throws -> ReadTransaction {
        let transaction = try store.environment.beginRead()
        try refreshTypes(transaction)
        return transaction
    }

    @usableFromInline var events: Database { store.events }

    /// Says whether to go on.
    @inlinable
    func scanChunk(
        _ chunk: ClosedRange<UInt64>, backwards: Bool, _ transaction: borrowing ReadTransaction,
        _ body: (borrowing EventView) throws -> Bool
    ) throws -> Bool {
        var cursor = try transaction.cursor(over: events)
        var expected = backwards ? chunk.upperBound : chunk.lowerBound
        let last = backwards ? chunk.lowerBound : chunk.upperBound
        guard try cursor.find(expected) else { throw DamagedLog(position: Position(expected), damage: .missing) }
        var goesOn = true
        var isComplete = false
        try cursor.walk(backwards: backwards) { position, record in
            guard position == expected else { throw DamagedLog(position: Position(expected), damage: .missing) }
            guard record.byteCount >= EventView.headerLength else {
                throw DamagedLog(position: Position(expected), damage: .malformed)
            }
            guard EventView(record).position.rawValue == expected else {
                throw DamagedLog(position: Position(expected), damage: .misplaced)
            }
            goesOn = try body(EventView(record))
            isComplete = position == last
            expected = backwards ? position &- 1 : position + 1
            return goesOn && !isComplete
        }
        guard isComplete || !goesOn else { throw DamagedLog(position: Position(expected), damage: .missing) }
        return goesOn
    }

    private func readCandidates(
        _ query: CompiledQuery, _ range: ClosedRange<UInt64>, backwards: Bool, limit: Int?,
        _ body: (borrowing EventView) throws -> Bool
    ) throws {
        let keys = try query.items.filter { !$0.isEmpty }.flatMap { try $0.candidateKeys(index) }
        guard !keys.isEmpty else { return }
        var page = min(max(limit ?? 256, 16), 4096)
        var rest = range
        while true {
            let (candidates, reached) = try candidatePage(keys, in: rest, newestFirst: backwards, page: page)
            let transaction = try store.environment.beginRead()
            for position in candidates {
                guard let record = try transaction.value(in: store.events, for: position) else {
                    throw DamagedLog(position: Position(position), damage: .missing)
                }
                let event = EventView(record)
                try event.requireSound(at: position)
                if query.matches(event), try !body(event) { return }
            }
            if backwards {
                guard reached > range.lowerBound else { return }
                rest = range.lowerBound...reached - 1
            } else {
                guard reached < range.upperBound else { return }
                rest = reached + 1...range.upperBound
            }
            page = min(page * 4, 4096)
        }
    }

    /// The next candidates of all keys together, each once and in order, and how far they are complete.
    private func candidatePage(
        _ keys: [TagKey], in range: ClosedRange<UInt64>, newestFirst: Bool, page: Int
    ) throws -> (positions: [UInt64], reached: UInt64) {
        var reached = newestFirst ? range.lowerBound : range.upperBound
        var all: [UInt64] = []
        for key in keys {
            let found = try index.positions(of: key, in: range, newestFirst: newestFirst, limit: page)
            if found.count == page, let last = found.last {
                reached = newestFirst ? max(reached, last) : min(reached, last)
            }
            all += found
        }
        if keys.count > 1 {
            let sorted = Set(all).sorted()
            all = newestFirst ? sorted.reversed() : sorted
        }
        return (all.filter { newestFirst ? $0 >= reached : $0 <= reached }, reached)
    }
}
