@testable import EventLog
import LMDB
import Testing

/// The record of an event with other data: nothing else of it is another.
@Suite struct ReplacedDataTests {
    private func event(_ data: [UInt8], _ world: inout RandomWorld) -> NewEvent {
        let tags = (0..<world.count(in: 0...3)).map { Tag(unchecked: "tag \($0):" + String(repeating: "漢", count: $0)) }
        let subjects = (0..<world.count(in: 0...3)).map { number in
            let part = SealedPart(
                algorithm: .init(rawValue: UInt8(number)), keyCommitment: [UInt8](repeating: 7, count: number),
                bytes: [UInt8](repeating: 9, count: number * 3))
            return Subject(id: "person:\(number)", part: world.chance(2) ? nil : part)
        }
        return NewEvent(
            id: EventID(high: world.number(in: 0...(.max)), low: 1), type: EventType(unchecked: "A"),
            schemaRevision: 3, tags: tags, subjects: subjects,
            occurredAt: Timestamp(microseconds: Int64(world.count(in: 0...1_000_000))),
            provenance: Provenance(actor: world.chance(2) ? nil : "user:1", purpose: "sale"), data: data)
    }

    @Test(
        "data and revision are the new ones, all else is as it was, and so is the stored record",
        arguments: 1...3 as ClosedRange<UInt64>)
    func onlyDataAndRevision(seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        for _ in 0..<60 {
            let before = (0..<world.count(in: 0...300)).map { UInt8($0 & 0xFF) }
            let after = (0..<world.count(in: 0...300)).map { UInt8($0 & 0x7F) }
            let original = event(before, &world)
            let record = try storedRecord(original, position: 77, recordedAt: 99, typeNumber: 5)
            let replaced = EventView(record.rawSpan).replacing(data: after.rawSpan, schemaRevision: 12)
            var expected = original
            expected.data = after
            expected.schemaRevision = 12
            let found = recordedEvent(replaced, as: original.type)
            #expect(found.event == expected)
            #expect(found.position == Position(77) && found.recordedAt == Timestamp(microseconds: 99))
            let typeNumber = EventView(replaced.rawSpan).typeNumber
            #expect(typeNumber == 5)
            #expect(recordedEvent(record, as: original.type).event == original)
            // Byte by byte it is what would be stored, but for the checksum.
            let stored = try storedRecord(expected, position: 77, recordedAt: 99, typeNumber: 5)
            #expect(replaced.dropFirst(8) == stored.dropFirst(8))
        }
    }
}
