internal import LMDB

/// The event that a fork begins its own life with: where the events before it come from.
///
/// In the log it has the tag `log:` and the id of that log; its data is the message `rapport.log.v1.LogForked` of
/// `schemas/rapport/log/v1/log.proto`.
public struct LogForked: Hashable, Sendable {
    /// The type under which it is stored.
    public static let eventType = EventType(unchecked: "rapport.log.v1.LogForked")

    /// The log that the events before it come from.
    public let logID: EventID
    /// The last position that was taken from that log.
    public let position: Position

    /// The facts of a fork.
    public init(logID: EventID, position: Position) {
        self.logID = logID
        self.position = position
    }
}

// MARK: - Stored form

extension LogForked {
    // The numbers of the fields with their wire types: 2 for bytes, 0 for a varint.
    private static let logIDKey: UInt64 = 1 << 3 | 2
    private static let positionKey: UInt64 = 2 << 3 | 0

    /// The serialized message.
    public var data: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: Self.logIDKey)
        bytes.append(prefixed: logID.description)
        // Of a field that is zero, protobuf writes nothing.
        guard position > .zero else { return bytes }
        bytes.append(varint: Self.positionKey)
        bytes.append(varint: position.rawValue)
        return bytes
    }

    /// Reads the serialized message back; nil for any other bytes.
    public init?(data: [UInt8]) {
        guard let fork = try? LogForked(decoding: data), fork.data == data else { return nil }
        self = fork
    }

    private init(decoding data: [UInt8]) throws {
        var reader = ByteReader(data.rawSpan)
        guard try reader.varint() == Self.logIDKey, let logID = EventID(try reader.text()) else {
            throw MalformedBytes("the id of a log")
        }
        guard !reader.isAtEnd else {
            self.init(logID: logID, position: .zero)
            return
        }
        guard try reader.varint() == Self.positionKey else { throw MalformedBytes("a position") }
        self.init(logID: logID, position: Position(try reader.varint()))
    }
}

// MARK: - Appending

extension LogForked {
    /// Appends the event, durably, to a log that nobody else has open; answers its position.
    func append(to store: LogStore) throws -> Position {
        let event = NewEvent(type: Self.eventType, tags: [Tag(unchecked: "log:\(logID)")], data: data)
        var encoder = RecordEncoder(reservingFor: [event])
        try encoder.encode(event)
        let (encoded, bodyHash) = (encoder.bytes, encoder.bodyHashes[0])
        return try store.environment.write { transaction in
            let (head, lastRecordedAt) = try store.head(in: transaction)
            var record = encoded
            RecordEncoder.assign(
                position: head + 1, recordedAt: max(lastRecordedAt, Timestamp.now().microseconds),
                typeNumber: try Self.typeNumber(in: store, transaction), bodyHash: bodyHash, to: &record, at: 0)
            try transaction.append(record.rawSpan, in: store.events, for: head + 1)
            return Position(head + 1)
        }
    }

    /// The number of the event's type in a log, which gets to know it where it does not.
    private static func typeNumber(
        in store: LogStore, _ transaction: borrowing WriteTransaction
    ) throws -> UInt32 {
        let types = TypeTable()
        try store.refresh(types, in: transaction)
        if let known = types.number(of: eventType) { return known }
        let number = UInt32(types.count + 1)
        let name = LogStore.store(eventType, number: number)
        try transaction.append(name.rawSpan, in: store.types, for: UInt64(number))
        return number
    }
}
