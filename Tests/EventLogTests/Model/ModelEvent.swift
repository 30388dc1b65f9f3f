@testable import EventLog
import LMDB
import TestSupport

/// An event of the model tests. Its number and its change say everything about it, so it is the same event in every
/// sequence of commands.
struct ModelEvent: Hashable, Codable, Sendable {
    /// How an event differs from the one that its number stands for.
    enum Change: String, CaseIterable, Codable, Sendable {
        case nothing
        /// No part of an event's bytes: it is the same event still.
        case provenance
        case data, type, tags, time, revision, subjects
        /// No event has a tag twice.
        case repeatedTag
    }

    let number: Int
    let change: Change

    static func event(_ number: Int, _ change: Change = .nothing) -> ModelEvent {
        ModelEvent(number: number, change: change)
    }
}

/// What an event consists of, in numbers so small that events meet often.
struct ModelFacts: Hashable, Sendable {
    static let typeCount = 5
    static let tagCount = 8

    /// Stands for the id.
    let number: Int
    private(set) var type: Int
    private(set) var tags: [Int]
    private var revision = 1
    private var time: Int
    private var subjects: [Int]
    private var actor: Int?
    private var dataByte: Int
    private let dataLength: Int

    init(_ event: ModelEvent) {
        var random = SeededGenerator(seed: UInt64(event.number) &+ 1)
        // By remainders: a kept sequence means the same events with every version of the standard library.
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        var tags: [Int] = []
        for _ in 0..<below(4) {
            let tag = min(below(Self.tagCount), below(Self.tagCount))
            if !tags.contains(tag) { tags.append(tag) }
        }
        self.tags = tags
        number = event.number
        type = min(below(Self.typeCount), below(Self.typeCount))
        time = below(1_000)
        subjects = below(3) == 0 ? [below(4)] : []
        actor = below(2) == 0 ? nil : below(3)
        dataByte = below(256)
        dataLength = below(80)
        apply(event.change)
    }

    private mutating func apply(_ change: ModelEvent.Change) {
        switch change {
        case .nothing: break
        case .provenance: actor = (actor ?? 0) + 7
        case .data: dataByte = dataLength == 0 ? 256 : (dataByte + 1) % 256
        case .type: type = (type + 1) % Self.typeCount
        case .tags: tags = tags.isEmpty ? [0] : Array(tags.dropLast())
        case .time: time += 1
        case .revision: revision += 1
        case .subjects: subjects.append(9)
        case .repeatedTag: tags = [0, 1, 0]
        }
    }

    /// Whether it is the same event to a log: everything but who appended it.
    func isSameEvent(as other: ModelFacts) -> Bool {
        var other = other
        other.actor = actor
        return self == other
    }

    var hasRepeatedTag: Bool { Set(tags).count < tags.count }
}

// MARK: - As the log has it

extension ModelFacts {
    var event: NewEvent {
        // 256 stands for one byte where there were none.
        let data = dataByte == 256 ? [0] : [UInt8](repeating: UInt8(dataByte), count: dataLength)
        return NewEvent(
            id: Self.id(of: number), type: Self.eventType(type), schemaRevision: UInt16(revision),
            tags: tags.map { Self.tag($0) },
            subjects: subjects.map { Subject(id: "person:\($0)", part: $0 % 2 == 0 ? nil : .unsealed([UInt8($0)])) },
            occurredAt: Timestamp(microseconds: Int64(time)),
            provenance: Provenance(actor: actor.map { "user:\($0)" }), data: data)
    }

    /// Of every other event the ids ascend, as UUIDv7 do; the others are in no order at all.
    static func id(of number: Int) -> EventID {
        if number % 2 == 0 { return EventID(high: 0x0190_0000_0000_7000, low: 1 << 63 | UInt64(number)) }
        var random = SeededGenerator(seed: UInt64(number) &* 0x1_0001)
        return .version4(using: &random)
    }

    static func eventType(_ number: Int) -> EventType { EventType(unchecked: "Type\(number)") }

    static func tag(_ number: Int) -> EntityTag { EntityTag(unchecked: "entity:\(number)") }
}

/// An event as somebody has seen it in a log: where it stands, and one number for everything that it holds.
struct ModelSeen: Hashable, Codable, Sendable, CustomStringConvertible {
    let position: UInt64
    let content: UInt64

    /// - Parameter event: lent by a read.
    init(_ event: borrowing EventView, of type: EventType) {
        position = event.position.rawValue
        content = Self.content(event, type)
    }

    init(position: UInt64, _ event: NewEvent) throws {
        self.position = position
        content = try Self.content(of: event)
    }

    init(position: UInt64, content: UInt64) {
        self.position = position
        self.content = content
    }

    static func content(of event: NewEvent) throws -> UInt64 {
        var encoder = RecordEncoder(reservingFor: [event])
        try encoder.encode(event)
        let bytes = encoder.bytes
        return content(EventView(bytes.rawSpan), event.type)
    }

    /// Of the record behind what the writer assigns, and of the type's name; 48 bits, which JSON keeps exactly.
    private static func content(_ event: borrowing EventView, _ type: EventType) -> UInt64 {
        let seed = UInt64(type.name.utf8.last ?? 0)
        return FastHash.hash64(event.bytes.extracting(28..<event.bytes.byteCount), seed: seed) >> 16
    }

    var description: String { "\(position):\(String(content % 0x10000, radix: 16))" }
}
