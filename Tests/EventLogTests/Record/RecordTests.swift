@testable import EventLog
import LMDB
import Testing

/// The stored form: what was encoded comes back, at the offsets that are drawn, under a checksum that sees every bit.
@Suite struct RecordTests {
    /// An event with random values in every field, empty and full ones among them.
    private func randomEvent(_ world: inout RandomWorld) -> NewEvent {
        func text(_ world: inout RandomWorld) -> String {
            String((0..<world.count(in: 0...20)).map { _ in Array("aZ9 -é漢🙂\u{301}")[world.count(in: 0...7)] })
        }
        func bytes(_ world: inout RandomWorld, _ most: Int) -> [UInt8] {
            (0..<world.count(in: 0...most)).map { _ in UInt8(world.number(in: 0...255)) }
        }
        func maybe(_ world: inout RandomWorld) -> String? { world.chance(2) ? nil : text(&world) }
        let tags = (0..<world.count(in: 0...6)).map { Tag(unchecked: "tag \($0):" + text(&world)) }
        let subjects = (0..<world.count(in: 0...4)).map { number in
            let part = SealedPart(
                algorithm: .init(rawValue: UInt8(world.count(in: 0...255))), keyCommitment: bytes(&world, 255),
                bytes: bytes(&world, 60))
            return Subject(id: "person \(number)" + text(&world), part: world.chance(2) ? nil : part)
        }
        let provenance = Provenance(
            actor: maybe(&world), source: maybe(&world), correlationID: maybe(&world),
            causationID: world.chance(2) ? nil : .version4(using: &world.random), timeZone: maybe(&world),
            purpose: maybe(&world))
        return NewEvent(
            id: EventID(high: world.number(in: 0...(.max)), low: world.number(in: 0...(.max))),
            type: EventType(unchecked: "Type"), schemaRevision: UInt16(world.count(in: 0...65_535)), tags: tags,
            subjects: subjects,
            occurredAt: Timestamp(
                microseconds: Int64(world.number(in: 0...200_000_000_000_000_000)) - 31_000_000_000_000_000),
            provenance: provenance, data: bytes(&world, 300))
    }

    @Test("random events come back with every field", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        for position in 1...150 as ClosedRange<UInt64> {
            let event = randomEvent(&world)
            let recordedAt = Int64(bitPattern: world.number(in: 0...(.max)))
            let bytes = try storedRecord(event, position: position, recordedAt: recordedAt, typeNumber: 7)
            let found = recordedEvent(bytes, as: event.type)
            #expect(found.event == event)
            #expect(found.position == Position(position))
            #expect(found.recordedAt == Timestamp(microseconds: recordedAt))
            let checksum = RecordEncoder.checksum(of: bytes.rawSpan)
            let (stored, typeNumber) = (EventView(bytes.rawSpan).checksum, EventView(bytes.rawSpan).typeNumber)
            #expect(stored == checksum)
            #expect(typeNumber == 7)
        }
    }

    @Test("records stand one behind the other without touching each other")
    func neighbours() throws {
        var world = RandomWorld(seed: 9)
        let events = (0..<40).map { _ in randomEvent(&world) }
        var encoder = RecordEncoder(reservingFor: events)
        for event in events { try encoder.encode(event) }
        var start = 0
        for (event, end) in zip(events, encoder.ends) {
            let alone = try storedRecord(event, position: 0, recordedAt: 0, typeNumber: 0)
            // All but the checksum, which the writer finishes.
            #expect(Array(encoder.bytes[start + 8..<end]) == Array(alone[8...]))
            start = end
        }
        #expect(start == encoder.bytes.count)
        #expect(encoder.bodyHashes.count == events.count)
    }

    @Test("the fields stand at the offsets that are drawn at EventView")
    func layout() throws {
        let event = NewEvent(
            id: EventID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718), type: EventType(unchecked: "A"),
            schemaRevision: 0x2122, tags: [Tag(unchecked: "ab"), Tag(unchecked: "cdé")],
            subjects: [
                Subject(
                    id: "p",
                    part: SealedPart(algorithm: .init(rawValue: 9), keyCommitment: [0xC1, 0xC2], bytes: [0xB1])),
                Subject(id: "qr"),
            ],
            occurredAt: Timestamp(microseconds: -2), provenance: Provenance(source: "s", purpose: "pu"),
            data: [0xD1, 0xD2, 0xD3])
        let record = try storedRecord(event, position: 0x31, recordedAt: 0x41, typeNumber: 0x51)
        let span = record.rawSpan
        let header: [UInt64] = [
            span.u64(at: 8), span.u64(at: 16), UInt64(span.u32(at: 24)), UInt64(span.u8(at: 28)),
            UInt64(span.u8(at: 29)), UInt64(span.u16(at: 30)), span.u64(at: 32), span.u64(at: 40), span.u64(at: 48),
            UInt64(span.u8(at: 56)), UInt64(span.u8(at: 57)), UInt64(span.u16(at: 58)), UInt64(span.u32(at: 60)),
        ]
        #expect(
            header == [
                0x31, 0x41, 0x51, 2, 2, 0x2122, UInt64(bitPattern: -2), 0x0102_0304_0506_0708, 0x1112_1314_1516_1718,
                2, 0, 9, 3,
            ])
        let ends = [span.u16(at: 64), span.u16(at: 66)]
        #expect(ends == [2, 6])
        #expect(Array(record[68..<74]) == Array("abcdé".utf8))
        #expect(Array(record[74..<83]) == [2, 1, 0, 0x73, 6, 2, 0, 0x70, 0x75])
        #expect(Array(record[83..<86]) == [0xD1, 0xD2, 0xD3])
        #expect(
            Array(record[86...]) == [
                1, 0, 0x70, 1, 9, 2, 0xC1, 0xC2, 1, 0, 0, 0, 0xB1,
                2, 0, 0x71, 0x72, 0,
            ])
        let checksum = FastHash.hash64(
            span.extracting(8..<28), seed: FastHash.hash64(span.extracting(28..<record.count)))
        let stored = span.u64(at: 0)
        #expect(stored == checksum)
    }

    /// Stored logs depend on it: a change of the format needs a new format number.
    @Test("an empty event is 64 known bytes")
    func knownBytes() throws {
        let event = NewEvent(
            id: EventID(high: 1, low: 2), type: EventType(unchecked: "A"), schemaRevision: 3,
            occurredAt: Timestamp(microseconds: 4))
        let record = try storedRecord(event, position: 5, recordedAt: 6, typeNumber: 7)
        let expected: [UInt8] = [
            5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 2, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        #expect(Array(record[8...]) == expected)
        #expect(record.count == EventView.headerLength)
    }

    private func isSound(_ record: [UInt8]) -> Bool {
        RecordEncoder.checksum(of: record.rawSpan) == record.rawSpan.u64(at: 0)
    }

    @Test("the checksum sees every flipped bit of a record")
    func everyFlippedBit() throws {
        let event = NewEvent(
            type: EventType(unchecked: "A"), tags: [Tag(unchecked: "customer:1"), Tag(unchecked: "b")],
            subjects: [Subject(id: "person:1", part: .unsealed([1, 2, 3]))], provenance: Provenance(actor: "user:1"),
            data: Array("payload".utf8))
        let record = try storedRecord(event)
        var missed: [Int] = []
        for bit in 0..<record.count * 8 {
            var flipped = record
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if isSound(flipped) { missed.append(bit) }
        }
        #expect(missed == [])
        #expect(isSound(record))
    }

    @Test("two records are the same event when all but place, time and provenance are the same")
    func sameEvent() throws {
        var world = RandomWorld(seed: 12)
        for _ in 0..<100 {
            let event = randomEvent(&world)
            var elsewhere = event
            elsewhere.provenance = Provenance(actor: "somebody else")
            var other = event
            other.data.append(0)
            let first = try storedRecord(event)
            let second = try storedRecord(elsewhere, position: 9, recordedAt: 99)
            let third = try storedRecord(other)
            let fourth = try storedRecord(event, typeNumber: 2)
            let found = [
                EventView(first.rawSpan).isSameEvent(as: EventView(second.rawSpan)),
                EventView(first.rawSpan).isSameEvent(as: EventView(third.rawSpan)),
                EventView(first.rawSpan).isSameEvent(as: EventView(fourth.rawSpan)),
            ]
            #expect(found == [true, false, false])
        }
    }
}
