@testable import EventLog
import FuzzSupport
import LMDB

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(RecordInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// Stored records: whatever passes the checks of `verify` can be read as a whole, and written again.
///
/// The first byte says what is put right before, since no fuzzer would ever guess a hash.
enum RecordInput: FuzzedInput {
    private enum Repair {
        static let checksum: UInt8 = 1
        static let place: UInt8 = 2
        static let all = checksum | place
    }

    private static let type = EventType(unchecked: "Noted")

    static func take(_ bytes: [UInt8]) {
        guard let repairs = bytes.first else { return }
        var record = Array(bytes.dropFirst())
        if record.count >= EventView.headerLength {
            if repairs & Repair.place != 0 { putRightPlace(of: &record) }
            if repairs & Repair.checksum != 0 {
                let checksum = RecordEncoder.checksum(of: record.rawSpan)
                record.store(littleEndian: checksum, at: 0)
            }
        }
        guard isSound(record) else { return }
        let recorded = EventView(record.rawSpan).recorded(as: type)
        // An event that is too large, or whose tags are the same once they are UTF-8, cannot be written.
        guard let written = encoded(recorded) else { return }
        require(isSound(written), "what was written again is sound")
        let again = EventView(written.rawSpan).recorded(as: type)
        require(again == recorded, "what was written again says \(recorded), not \(again)")
        require(encoded(again) == written, "the same event has the same bytes")
        let isSame = EventView(written.rawSpan).isSameEvent(as: EventView(written.rawSpan))
        require(isSame, "a record is the same event as itself")
    }

    private static func isSound(_ record: [UInt8]) -> Bool {
        var check = RecordCheck()
        do {
            try check.check(EventView(record.rawSpan), 1)
            return true
        } catch {
            require(error is DamagedLog, "damage, not \(error)")
            return false
        }
    }

    private static func encoded(_ recorded: RecordedEvent) -> [UInt8]? {
        var encoder = RecordEncoder(reservingFor: [recorded.event])
        do {
            try encoder.encode(recorded.event)
        } catch {
            return nil
        }
        var bytes = encoder.bytes
        RecordEncoder.assign(
            position: recorded.position.rawValue, recordedAt: recorded.recordedAt.microseconds, typeNumber: 1,
            bodyHash: encoder.bodyHashes[0], to: &bytes, at: 0)
        return bytes
    }

    // MARK: Putting right

    private static func putRightPlace(of record: inout [UInt8]) {
        record.store(littleEndian: UInt64(1), at: 8)
        record.store(littleEndian: UInt32(1), at: 24)
        record.store(littleEndian: EventView.currentFormat, at: 28)
    }

    // MARK: Seeds

    static var seeds: [[UInt8]] {
        get throws {
            let events = [
                NewEvent(type: type),
                NewEvent(type: type, tags: [try Tag("customer:1"), try Tag("call:9")], data: Array("hello".utf8)),
                NewEvent(
                    type: type,
                    subjects: [Subject(id: "person:1", part: .unsealed([1, 2, 3])), Subject(id: "person:2")]),
                NewEvent(
                    type: type, schemaRevision: 3, tags: [try Tag("包裹:1")],
                    subjects: [
                        Subject(
                            id: "person:3",
                            part: SealedPart(algorithm: .init(rawValue: 1), keyCommitment: [9, 9], bytes: [8]))
                    ],
                    provenance: Provenance(
                        actor: "user:1", source: "phone", correlationID: "K", causationID: EventID(),
                        timeZone: "Asia/Tokyo", purpose: "sale"),
                    data: [UInt8](repeating: 7, count: 300)),
            ]
            let place = Position(1)
            return events.compactMap { event in
                let recorded = RecordedEvent(position: place, recordedAt: Timestamp(microseconds: 5), event: event)
                return encoded(recorded).map { [Repair.all] + $0 }
            }
        }
    }
}
