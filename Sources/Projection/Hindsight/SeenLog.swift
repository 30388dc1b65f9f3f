public import EventLog
internal import LMDB

/// A log as a read model sees it as of a position: what it reads, it reads here.
@usableFromInline
struct SeenLog: Sendable {
    @usableFromInline let log: EventLog
    /// Nil where every event is seen as it is stored.
    @usableFromInline let hindsight: HindsightView?
    @usableFromInline let sight: Sight

    /// - Parameter hindsight: what is seen as of; nil sees events as they are stored.
    @usableFromInline
    init(_ log: EventLog, _ hindsight: HindsightView?, _ sight: Sight) {
        self.log = log
        self.hindsight = hindsight.flatMap { $0.isPlain || sight == .asStored ? nil : $0 }
        self.sight = sight
    }

    /// Lends a stored event to `body` as it is seen; answers nil, and does not call it, for one that was annulled.
    @usableFromInline
    func lend<Result>(
        _ stored: borrowing EventView, _ payload: PayloadCache,
        _ body: (borrowing ProjectedEvent) throws -> Result
    ) throws -> Result? {
        payload.reset()
        guard let hindsight, hindsight.touches(stored) else {
            return try body(ProjectedEvent(EventView(stored.bytes), payload))
        }
        return try Self.lend(hindsight.seen(stored, sight), of: stored, payload, body)
    }

    /// As ``lend(_:_:_:)``, for what was made of the event before.
    static func lend<Result>(
        _ seen: HindsightView.Seen, of stored: borrowing EventView, _ payload: PayloadCache,
        _ body: (borrowing ProjectedEvent) throws -> Result
    ) throws -> Result? {
        payload.reset()
        switch seen {
        case .stored: return try body(ProjectedEvent(EventView(stored.bytes), payload))
        case .nothing: return nil
        case .changed(let record, let storedTags, let amendment):
            payload.storedTags = storedTags
            if let amendment {
                payload.parts = amendment.parts
                payload.storedRecord = stored.bytes.copy()
            }
            return try body(ProjectedEvent(EventView(record.rawSpan), payload))
        }
    }

    /// Lends the event at `position` as it is seen; nil where it was annulled, or the log does not reach so far.
    @usableFromInline
    func withEvent<Result>(
        at position: Position, _ payload: PayloadCache, _ body: (borrowing ProjectedEvent) throws -> Result
    ) throws -> Result? {
        try log.withEvent(at: position) { stored in try lend(stored, payload, body) } ?? nil
    }

    /// Calls `body` with each event of `types` that is seen under `tag`, as it is seen; each once, in no order, until
    /// it answers false. No types are all types.
    func forEach(
        about tag: Tag, types: [EventType], to last: Position?, _ body: (borrowing ProjectedEvent) throws -> Bool
    ) throws {
        let payload = PayloadCache()
        guard let hindsight else {
            try log.read(try Query(types: types, tags: [tag]), to: last) { stored in
                payload.reset()
                return try body(ProjectedEvent(EventView(stored.bytes), payload))
            }
            return
        }
        let sources = hindsight.sources(of: tag, sight)
        let isSingle = sources.tags.count == 1 && sources.positions.isEmpty
        var met: Set<UInt64> = []
        func take(_ stored: borrowing EventView) throws -> Bool {
            if !isSingle, !met.insert(stored.position.rawValue).inserted { return true }
            return try lend(stored, payload) { event in
                guard tag.text.withRawSpan({ event.view.has(tag: $0) }) else { return true }
                return try body(event)
            } ?? true
        }
        var goesOn = true
        for source in sources.tags where goesOn {
            try log.read(try Query(types: types, tags: [source]), to: last) { stored in
                goesOn = try take(stored)
                return goesOn
            }
        }
        for position in sources.positions where goesOn && (last.map { position <= $0.rawValue } ?? true) {
            _ = try log.withEvent(at: Position(position)) { stored in
                if types.isEmpty || types.contains(log.type(of: stored)) { goesOn = try take(stored) }
            }
        }
    }

    /// Where the events stand that are seen under `tag` and count at a moment of the past, in no order.
    func places(about tag: Tag, types: [EventType], at moment: PastMoment) throws -> [EventPlace] {
        var places: [EventPlace] = []
        try forEach(about: tag, types: types, to: moment.position) { event in
            if moment.includes(event.occurredAt) {
                places.append(EventPlace(position: event.position, occurredAt: event.occurredAt))
            }
            return true
        }
        return places
    }

    /// Where the events of `types` stand that count at a moment of the past, in the order of the log.
    func places(of types: [EventType], at moment: PastMoment) throws -> [EventPlace] {
        var places: [EventPlace] = []
        let payload = PayloadCache()
        try log.read(try Query(types: types, tags: []), to: moment.position) { stored in
            _ = try lend(stored, payload) { event in
                guard moment.includes(event.occurredAt) else { return }
                places.append(EventPlace(position: event.position, occurredAt: event.occurredAt))
            }
            return true
        }
        return places
    }
}

/// Lends events to read models that do not all see as much of what later events say.
struct Seeing {
    let hindsight: HindsightView?

    init(_ logs: [SeenLog]) {
        hindsight = logs.lazy.compactMap(\.hindsight).first
    }

    /// Calls `body` with the event as it is stored, for all, where everybody sees it so; else once for each sight, as
    /// it is seen with that.
    func lend(
        _ stored: borrowing EventView, _ payload: PayloadCache,
        _ body: (borrowing ProjectedEvent, Sight?) throws -> Void
    ) throws {
        guard let hindsight, hindsight.touches(stored) else {
            payload.reset()
            return try body(ProjectedEvent(EventView(stored.bytes), payload), nil)
        }
        for sight in Sight.allCases {
            _ = try SeenLog.lend(hindsight.seen(stored, sight), of: stored, payload) { event in try body(event, sight) }
        }
    }
}

extension ReadModel {
    /// What this read model sees of the log as of a position.
    ///
    /// - Throws: what its source of hindsight throws.
    func seen(_ log: EventLog, asOf position: Position) throws -> SeenLog {
        SeenLog(log, sight == .asStored ? nil : try hindsight?.hindsight(in: log).view(asOf: position), sight)
    }
}

extension HindsightView {
    /// Lends an event of the log to `body` as it is seen as of this position, with entities resolved; does not call it
    /// for one that was annulled. O(1) where nothing is said of the event.
    @inlinable
    public func lend<Result>(
        _ stored: borrowing EventView, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result? {
        if isPlain || !touches(stored) { return try body(stored) }
        return try lendChanged(stored, body)
    }

    @usableFromInline
    func lendChanged<Result>(
        _ stored: borrowing EventView, _ body: (borrowing EventView) throws -> Result
    ) throws -> Result? {
        switch seen(stored, .resolved) {
        case .stored: return try body(stored)
        case .nothing: return nil
        case .changed(let record, _, _): return try body(EventView(record.rawSpan))
        }
    }

    /// Calls `body` with each event of `types` that is seen under `tag` as of this position, with entities resolved;
    /// each once, in no order, until it answers false. No types are all types. What was annulled is left out.
    ///
    /// - Throws: `DamagedLog`, errors of the storage layer, and what `body` throws.
    public func forEach(
        about tag: Tag, types: [EventType] = [], in log: EventLog, _ body: (borrowing EventView) throws -> Bool
    ) throws {
        try SeenLog(log, self, .resolved).forEach(about: tag, types: types, to: position) { try body($0.view) }
    }
}
