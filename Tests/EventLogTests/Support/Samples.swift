@testable import EventLog

/// The log's tag where `Testing`, which has a `Tag` of its own, is imported too.
typealias EntityTag = Tag

/// An event of type `type` with the tags `tags`; everything else is new or empty.
func event(_ type: String = "Noted", _ tags: String..., data: String = "", id: EventID = EventID()) -> NewEvent {
    NewEvent(id: id, type: EventType(unchecked: type), tags: tags.map { Tag(unchecked: $0) }, data: Array(data.utf8))
}

extension Query {
    /// A query of one item.
    static func of(types: [String] = [], tags: [String] = []) throws -> Query {
        try Query(types: types.map { try EventType($0) }, tags: tags.map { try Tag($0) })
    }

    /// What the query means, said without any index.
    func accepts(_ event: NewEvent) -> Bool {
        if items.isEmpty { return true }
        return items.contains { item in
            (item.types.isEmpty || item.types.contains(event.type)) && item.tags.allSatisfy(event.tags.contains)
        }
    }
}

extension AppendCondition {
    /// As the public one, with the position as a number.
    init(_ query: Query, after: UInt64? = nil) {
        self.init(failIfMatches: query, after: after.map { Position($0) })
    }
}

extension EventID {
    /// A random UUIDv4, as other systems make them: in no order at all.
    static func version4(using random: inout some RandomNumberGenerator) -> EventID {
        EventID(high: random.next() & ~0xF000 | 0x4000, low: random.next() & ~(3 << 62) | 2 << 62)
    }
}

extension EventLogOptions {
    /// Little address space, so that many logs can be open at once.
    static var small: EventLogOptions {
        var options = EventLogOptions()
        options.mapSize = 1 << 30
        return options
    }
}

extension AppendResult {
    var numbers: [UInt64] { positions.map(\.rawValue) }
}

extension EventLog {
    /// The positions that a read delivers.
    func positions(
        _ query: Query = .all, from: UInt64 = 1, to: UInt64? = nil, limit: Int? = nil, backwards: Bool = false
    ) throws -> [UInt64] {
        var positions: [UInt64] = []
        try read(
            query, from: Position(from), to: to.map { Position($0) }, limit: limit, backwards: backwards
        ) { event in
            positions.append(event.position.rawValue)
            return true
        }
        return positions
    }
}
