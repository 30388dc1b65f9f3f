@testable import Audit
@testable import EventLog
import LMDB
import TestSupport

/// The log's tag where `Testing`, which has a `Tag` of its own, is imported too.
typealias LeafTag = Tag

/// Events, the records under which a log would store them, and what their leaves should be.
enum LeafSample {
    static let recordedAt: Int64 = 0x0005_543D_F729_C000

    /// An event with every field.
    static let event = NewEvent(
        id: EventID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718), type: EventType(unchecked: "Tést"),
        schemaRevision: 0x2122, tags: [Tag(unchecked: "ab"), Tag(unchecked: "cdé")],
        subjects: [
            Subject(
                id: "p", part: SealedPart(algorithm: .init(rawValue: 9), keyCommitment: [0xC1, 0xC2], bytes: [0xB1])),
            Subject(id: "qr"),
            Subject(id: "s", part: .unsealed([0xB2, 0xB3])),
        ],
        occurredAt: Timestamp(microseconds: -2),
        provenance: Provenance(
            actor: "a", source: "s", correlationID: "c", causationID: EventID(high: 3, low: 4), timeZone: "z",
            purpose: "pu"),
        data: [0xD1, 0xD2, 0xD3])

    /// Its envelope, byte by byte.
    static let envelope: [UInt8] = [
        2, 2, 0x22, 0x21, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        8, 7, 6, 5, 4, 3, 2, 1, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11,
        3, 0, 40, 0, 3, 0, 0, 0,
        2, 0, 6, 0, 0x61, 0x62, 0x63, 0x64, 0xC3, 0xA9,
        1, 1, 0, 0x61, 2, 1, 0, 0x73, 3, 1, 0, 0x63,
        4, 16, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
        5, 1, 0, 0x7A, 6, 2, 0, 0x70, 0x75,
        1, 0, 0x70, 1, 2, 0, 0x71, 0x72, 0, 1, 0, 0x73, 1,
    ]

    /// Its parts, byte by byte.
    static let parts: [UInt8] = [
        0, 9, 2, 0xC1, 0xC2, 1, 0, 0, 0, 0xB1,
        2, 0, 0, 2, 0, 0, 0, 0xB2, 0xB3,
    ]

    /// The bytes under which an event would stand in a log.
    static func record(
        of event: NewEvent, position: UInt64 = 7, recordedAt: Int64 = LeafSample.recordedAt, typeNumber: UInt32 = 1
    ) throws -> [UInt8] {
        var encoder = RecordEncoder(reservingFor: [event])
        try encoder.encode(event)
        var bytes = encoder.bytes
        RecordEncoder.assign(
            position: position, recordedAt: recordedAt, typeNumber: typeNumber, bodyHash: encoder.bodyHashes[0],
            to: &bytes, at: 0)
        return bytes
    }

    /// The opening of an event that stands in a log.
    static func opening(
        of event: NewEvent, position: UInt64 = 7, recordedAt: Int64 = LeafSample.recordedAt,
        withPersonalParts: Bool = true
    ) throws -> EventOpening {
        let bytes = try record(of: event, position: position, recordedAt: recordedAt)
        return opening(of: bytes, type: event.type, withPersonalParts: withPersonalParts)
    }

    static func opening(
        of record: [UInt8], type: EventType, withPersonalParts: Bool = true
    ) -> EventOpening {
        EventOpening(of: EventView(record.rawSpan), type: type, withPersonalParts: withPersonalParts)
    }

    /// The leaf hash of a record, straight from its bytes.
    static func leafHash(of record: [UInt8], type: EventType = LeafSample.event.type) -> Hash256 {
        // What stands there before must not matter.
        var scratch: [UInt8] = [1, 2, 3]
        return EventCommitment.leafHash(of: EventView(record.rawSpan), type: type, scratch: &scratch)
    }

    /// Events of all shapes: with and without tags, provenance, data, subjects and parts.
    static func randomEvent(_ random: inout SeededGenerator) -> NewEvent {
        func bytes(_ most: Int) -> [UInt8] {
            (0..<Int.random(in: 0...most, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        func text(_ name: String) -> String? {
            Int.random(in: 0...2, using: &random) == 0
                ? nil : "\(name) é \(UInt64.random(in: 0...9999, using: &random))"
        }
        let subjects = (0..<Int.random(in: 0...3, using: &random)).map { number in
            let isSealed = Bool.random(using: &random)
            let part = SealedPart(
                algorithm: .init(rawValue: isSealed ? 1 : 0), keyCommitment: isSealed ? bytes(32) : [], bytes: bytes(40)
            )
            return Subject(id: "person:\(number)", part: Bool.random(using: &random) ? part : nil)
        }
        return NewEvent(
            type: EventType(unchecked: "type.\(Int.random(in: 1...5, using: &random))"),
            schemaRevision: UInt16.random(in: 0...9, using: &random),
            tags: (0..<Int.random(in: 0...4, using: &random)).map { Tag(unchecked: "tag:\($0)") }, subjects: subjects,
            occurredAt: Timestamp(microseconds: Int64.random(in: -1_000_000...1_000_000, using: &random)),
            provenance: Provenance(
                actor: text("actor"), source: text("source"), correlationID: text("correlation"),
                causationID: Bool.random(using: &random) ? EventID(high: 1, low: 2) : nil, timeZone: text("zone"),
                purpose: text("purpose")),
            data: bytes(200))
    }
}
