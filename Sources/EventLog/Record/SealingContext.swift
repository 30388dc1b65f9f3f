internal import LMDB

/// What binds a sealed part to its event: all that is known before the event is appended, and never what the writer
/// assigns.
public struct SealingContext: Sendable {
    /// The id of the event.
    public let eventID: EventID
    /// The type of the event.
    public let type: EventType
    private let schemaRevision: UInt16
    private let occurredAt: Timestamp
    private let tags: [Tag]

    /// What binds the parts of an event that is to be appended, or was copied out of the log.
    public init(_ event: NewEvent) {
        eventID = event.id
        type = event.type
        schemaRevision = event.schemaRevision
        occurredAt = event.occurredAt
        tags = event.tags
    }

    /// What binds the parts of a stored event.
    ///
    /// - Parameters:
    ///   - type: the type that the event's number stands for.
    ///   - schemaRevision: the one that the event was appended with, where the view says another; else nil.
    public init(_ event: borrowing EventView, type: EventType, schemaRevision: UInt16? = nil) {
        eventID = event.id
        self.type = type
        self.schemaRevision = schemaRevision ?? event.schemaRevision
        occurredAt = event.occurredAt
        tags = event.tags
    }

    /// The bytes that the part about `subject` is authenticated with: a version (1), event id (16), schema revision
    /// (2), occurredAt in microseconds (8), number of tags (2), then type name, each tag in order and the subject, each
    /// behind its length (2). Integers are little endian, but for the id.
    public func associatedData(of subject: String) -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(
            tags.reduce(35 + type.name.utf8.count + subject.utf8.count) { $0 + 2 + $1.text.utf8.count })
        bytes.append(bigEndian: eventID.high)
        bytes.append(bigEndian: eventID.low)
        bytes.append(littleEndian: schemaRevision)
        bytes.append(littleEndian: occurredAt.microseconds)
        bytes.append(littleEndian: UInt16(tags.count))
        Self.append(type.name, to: &bytes)
        for tag in tags { Self.append(tag.text, to: &bytes) }
        Self.append(subject, to: &bytes)
        return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt16(text.utf8.count))
        bytes.append(utf8: text)
    }
}

/// What there is to see of a personal part.
public enum OpenedPart: Equatable, Sendable {
    /// The serialized personal message.
    case bytes([UInt8])
    /// The person is erased: a value, and not an error.
    case erased
    /// The use of the person's data is restricted.
    case restricted
    /// There is no key for it, and the person is not erased: somebody should look into that.
    case keyMissing
}

/// Opens personal parts.
public protocol PartOpening: Sendable {
    /// Opens the part about `subject` of an event.
    ///
    /// - Throws: when the part is not what was sealed, or the keys cannot be read: then nobody can tell what it holds.
    func open(_ part: SealedPart, of subject: String, in context: SealingContext) throws -> OpenedPart
}
