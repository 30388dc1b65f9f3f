@testable import EventLog
import LMDB

/// The bytes under which an event would stand in a log.
func storedRecord(
    _ event: NewEvent, position: UInt64 = 1, recordedAt: Int64 = 1_500_000_000_000_000, typeNumber: UInt32 = 1
) throws -> [UInt8] {
    var encoder = RecordEncoder(reservingFor: [event])
    try encoder.encode(event)
    var bytes = encoder.bytes
    RecordEncoder.assign(
        position: position, recordedAt: recordedAt, typeNumber: typeNumber, bodyHash: encoder.bodyHashes[0],
        to: &bytes, at: 0)
    return bytes
}

/// The event copied back out of a stored record.
func recordedEvent(_ bytes: [UInt8], as type: EventType) -> RecordedEvent {
    EventView(bytes.rawSpan).recorded(as: type)
}
