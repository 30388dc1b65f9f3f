@testable import EventLog
import TestSupport

/// Random events and queries over so few types and tags that they meet often: some tags are frequent, others rare.
struct RandomWorld {
    var random: SeededGenerator
    let types: [EventType]
    let tags: [Tag]

    init(seed: UInt64, types: Int = 5, tags: Int = 12) {
        random = SeededGenerator(seed: seed)
        self.types = (0..<types).map { EventType(unchecked: "Type\($0)") }
        self.tags = (0..<tags).map { Tag(unchecked: "entity:\($0)") }
    }

    mutating func number(in range: ClosedRange<UInt64>) -> UInt64 { UInt64.random(in: range, using: &random) }

    mutating func count(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    /// Low numbers are more frequent than high ones.
    private mutating func skewed(_ count: Int) -> Int {
        min(Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
    }

    mutating func someTags(_ count: ClosedRange<Int>) -> [Tag] {
        var chosen: [Tag] = []
        for _ in 0..<self.count(in: count) {
            let tag = tags[skewed(tags.count)]
            if !chosen.contains(tag) { chosen.append(tag) }
        }
        return chosen
    }

    mutating func event() -> NewEvent {
        NewEvent(
            id: .version4(using: &random), type: types[skewed(types.count)], tags: someTags(0...4),
            occurredAt: Timestamp(microseconds: Int64(random.next() >> 14)), data: [UInt8(random.next() >> 56)])
    }

    mutating func item() throws -> Query.Item {
        let itemTypes = chance(2) ? [] : (0..<count(in: 1...2)).map { _ in types[skewed(types.count)] }
        return try Query.Item(types: itemTypes, tags: someTags(itemTypes.isEmpty ? 1...2 : 0...2))
    }

    mutating func query() throws -> Query {
        if chance(20) { return .all }
        var items: [Query.Item] = []
        for _ in 0..<count(in: 1...3) { items.append(try item()) }
        return try Query(items)
    }
}
