public import EventLog
public import LMDB

/// Runs an ``EntityFold``: keeps the states it has met, knows which were touched, and which must be folded again.
@usableFromInline
struct EntityFoldRunner<Definition: EntityFold> {
    @usableFromInline let fold: Definition
    /// The number of the fold within its model: the first byte of its row keys.
    @usableFromInline let number: UInt8
    @usableFromInline let kind: [UInt8]
    @usableFromInline let isOrdered: Bool
    /// Numbers of entities by their tag text.
    @usableFromInline var keys = ByteKeyTable()
    @usableFromInline var entities: [Entity] = []
    /// Live, where states contribute: what to remember of each entity's state before the batch, nil when there was
    /// none. Apart from the entities, of which a build looks at one after the other all over memory.
    @usableFromInline var marks: [Definition.Mark?] = []
    @usableFromInline var touched: [Int] = []
    /// Whether an entity must be folded again.
    @usableFromInline var isAnyLate = false

    @usableFromInline
    struct Entity {
        @usableFromInline var state: Definition.State
        @usableFromInline var lastOccurredAt: Int64
        @usableFromInline var lastPosition: UInt64
        @usableFromInline var isTouched = false
        @usableFromInline var isLate = false
        /// Whether no event is about it: none yet, or none any more.
        @inlinable var isGone: Bool { lastPosition == 0 }

        @inlinable
        init(state: Definition.State, lastOccurredAt: Int64, lastPosition: UInt64) {
            self.state = state
            self.lastOccurredAt = lastOccurredAt
            self.lastPosition = lastPosition
        }
    }

    /// States kept between live batches; beyond it the cache starts anew.
    @usableFromInline static var maximumCached: Int { 300_000 }

    @inlinable
    init(_ fold: Definition, number: UInt8) {
        self.fold = fold
        self.number = number
        self.kind = Array(fold.entityKind.utf8)
        self.isOrdered = fold.order == .occurrence
    }

    @inlinable
    mutating func process(_ event: borrowing ProjectedEvent, type: Int, in pass: FoldPass) throws {
        let view = event.view
        for index in 0..<view.tagCount {
            let text = view.tagText(index)
            guard text.hasKind(kind.rawSpan) else { continue }
            let key = view.tagKey(index)
            guard pass.takes(key.high), pass.takes(text) else { continue }
            event.payload.tag = index
            try apply(event, type, to: try entity(text, hash: key.low, in: pass))
        }
    }

    @inlinable
    mutating func apply(_ event: borrowing ProjectedEvent, _ type: Int, to number: Int) throws {
        if !entities[number].isTouched {
            entities[number].isTouched = true
            touched.append(number)
        }
        let occurredAt = event.occurredAt.microseconds
        if entities[number].isLate { return }
        if isOrdered, occurredAt < entities[number].lastOccurredAt {
            isAnyLate = true
            entities[number].isLate = true
            return
        }
        entities[number].lastOccurredAt = max(entities[number].lastOccurredAt, occurredAt)
        entities[number].lastPosition = event.position.rawValue
        try fold.apply(event, type: type, to: &entities[number].state)
    }

    /// The entities that the event is about are folded again: it is seen otherwise than before.
    @inlinable
    mutating func reconsider(_ event: borrowing ProjectedEvent, in pass: FoldPass) throws {
        let view = event.view
        for index in 0..<view.tagCount {
            let text = view.tagText(index)
            guard text.hasKind(kind.rawSpan), pass.takes(text) else { continue }
            let number = try entity(text, hash: view.tagKey(index).low, in: pass)
            if !entities[number].isTouched {
                entities[number].isTouched = true
                touched.append(number)
            }
            entities[number].isLate = true
            isAnyLate = true
        }
    }

    @inlinable
    mutating func entity(_ text: RawSpan, hash: UInt64, in pass: FoldPass) throws -> Int {
        let (number, isNew) = keys.number(of: text, hash: hash)
        if isNew {
            entities.append(Entity(state: .init(), lastOccurredAt: .min, lastPosition: 0))
            if pass.source != nil { try load(number, from: pass) }
        }
        return number
    }

    @inlinable
    mutating func load(_ number: Int, from pass: FoldPass) throws {
        let stored = try storedEntity(number, in: pass)
        if fold.contributes { marks.append(stored.map { fold.mark($0.state) }) }
        if let stored { entities[number] = stored }
    }

    /// The entity as it is in the rows; nil when it is not there.
    @inlinable
    func storedEntity(_ number: Int, in pass: FoldPass) throws -> Entity? {
        let key = rowKey(of: number)
        return try pass.source?.withRow(key.rawSpan) { try Self.decode($0) }
    }

    // MARK: The end of a pass

    @inlinable
    mutating func finish(in pass: FoldPass) throws {
        // Nothing to contribute, and nothing to fold again.
        if !fold.contributes, !isAnyLate { return }
        let isLive = pass.source != nil
        for number in isLive ? touched : Array(entities.indices) {
            let entity = self.tag(of: number)
            var mark = isLive && fold.contributes ? marks[number] : nil
            if entities[number].isLate {
                if mark != nil, let stored = try storedEntity(number, in: pass) {
                    try pass.contributions.takingOut { try fold.contribute(stored.state, of: entity, to: &$0) }
                }
                mark = nil
                try foldAgain(number, entity, in: pass)
            }
            if !fold.contributes || entities[number].isGone { continue }
            if let mark {
                try fold.contribute(from: mark, to: entities[number].state, of: entity, into: &pass.contributions)
            } else {
                try fold.contribute(entities[number].state, of: entity, to: &pass.contributions)
            }
        }
    }

    /// The state from the entity's events up to the end of the pass, in order of occurrence.
    @inlinable
    mutating func foldAgain(_ number: Int, _ entity: Tag, in pass: FoldPass) throws {
        let events = try pass.placesInOrder(about: entity, types: fold.types, byOccurrence: isOrdered)
        var state = Definition.State()
        let payload = PayloadCache()
        for place in events {
            _ = try pass.seen.withEvent(at: place.position, payload) { event in
                let type = pass.seen.log.type(of: event.view)
                guard let index = fold.types.firstIndex(of: type) else { return }
                for tag in 0..<event.view.tagCount where entity.text.sameBytes(as: event.view.tagText(tag)) {
                    payload.tag = tag
                }
                try fold.apply(event, type: index, to: &state)
            }
        }
        entities[number].state = state
        entities[number].lastOccurredAt = events.reduce(.min) { max($0, $1.occurredAt.microseconds) }
        entities[number].lastPosition = events.reduce(0) { max($0, $1.position.rawValue) }
        entities[number].isLate = false
    }

    @inlinable
    func tag(of number: Int) -> Tag { keys.withBytes(number) { Self.tag($0) } }

    /// The key of an entity's row: fold number, tag text.
    @inlinable
    func rowKey(of number: Int) -> [UInt8] {
        var key = [self.number]
        keys.withBytes(number) { key.append($0) }
        return key
    }

    /// The numbers of the entities whose rows are to be written, in key order: live those touched, else all.
    @inlinable
    func changedEntities(live: Bool) -> [Int] { live ? keys.sorted(touched) : keys.sortedNumbers() }

    /// Writes the key and the value of an entity's row; false where nothing is left of the entity.
    @inlinable
    func row(of entity: Int, _ key: inout [UInt8], _ value: inout [UInt8]) -> Bool {
        key.removeAll(keepingCapacity: true)
        key.append(number)
        keys.withBytes(entity) { key.append($0) }
        value.removeAll(keepingCapacity: true)
        if entities[entity].isGone { return false }
        value.append(zigzag: entities[entity].lastOccurredAt)
        value.append(varint: entities[entity].lastPosition)
        entities[entity].state.encode(into: &value)
        return true
    }

    @inlinable
    static func decode(_ row: RawSpan) throws -> Entity {
        var reader = ByteReader(row)
        let occurredAt = try reader.zigzag()
        let position = try reader.varint()
        let state = try Definition.State(decoding: &reader)
        return Entity(state: state, lastOccurredAt: occurredAt, lastPosition: position)
    }

    /// Adds what the entity of a stored row contributes.
    @inlinable
    func contribute(_ entity: Tag, _ row: RawSpan, to contributions: inout Contributions) throws {
        guard fold.contributes else { return }
        try fold.contribute(try Self.decode(row).state, of: entity, to: &contributions)
    }

    /// What a stored row says, field by field: the state, behind it when the entity's last event happened, and where
    /// that event stands.
    ///
    /// - Throws: `MalformedBytes`, or what decoding throws, when the row is not one that this fold writes.
    @usableFromInline
    func describe(_ row: RawSpan) throws -> [(path: String, json: String)] {
        var reader = ByteReader(row)
        let occurredAt = try reader.zigzag()
        let position = try reader.varint()
        let start = reader.offset
        let state = try Definition.State(decoding: &reader)
        // Bytes of another layout may happen to decode; they do not come out again as they were.
        var encoded: [UInt8] = []
        state.encode(into: &encoded)
        let stored = encoded
        guard row.extracting(start..<row.byteCount).sameBytes(as: stored.rawSpan) else {
            throw MalformedBytes("a state as \(Definition.State.self) stores it at \(start)")
        }
        var fields = StateFields()
        fields.add(state)
        fields.add(Timestamp(microseconds: occurredAt), at: "row.lastOccurredAt")
        fields.add(position, at: "row.lastPosition")
        return fields.all
    }

    @inlinable
    mutating func endBatch() {
        for number in touched {
            if fold.contributes {
                marks[number] = entities[number].isGone ? nil : fold.mark(entities[number].state)
            }
            entities[number].isTouched = false
        }
        touched.removeAll(keepingCapacity: true)
        isAnyLate = false
        if entities.count > Self.maximumCached { reset() }
    }

    @inlinable
    mutating func reset() {
        keys.removeAll()
        entities.removeAll()
        marks.removeAll()
        touched.removeAll()
        isAnyLate = false
    }

    /// The tag of an entity, from its text.
    @usableFromInline
    static func tag(_ text: RawSpan) -> Tag { Tag(unchecked: text.text()) }
}
