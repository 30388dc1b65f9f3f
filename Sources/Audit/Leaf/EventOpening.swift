public import EventLog
public import LMDB
internal import Transparency

/// Everything that an event's leaf in the tree commits to: an event that can be checked against a root without its log.
///
/// The leaf is a small entry (its bytes are said at ``entry``) with the hashes of three things:
///
/// - the envelope: bytes 28 up to the data of the record drawn at `EventView`, then for each subject the length of its
///   id (2, little endian), id, and 1 if it has a part, else 0;
/// - the data;
/// - the parts: for each subject with a part its number counted from 0 (1), algorithm (1), length of the key commitment
///   (1), commitment, length of the bytes (4, little endian), bytes.
///
/// So parts can be withheld, and the rest still be checked.
public struct EventOpening: Hashable, Sendable {
    /// The parts of the persons an event is about.
    public enum Parts: Hashable, Sendable {
        /// The parts one behind the other; no bytes where there are none.
        case shown([UInt8])
        /// Their hash only.
        case withheld(Hash256)
    }

    /// Its place in the log; its leaf is number `position` - 1.
    public let position: Position
    /// When it was appended.
    public let recordedAt: Timestamp
    /// Its id, which stands in the envelope once more.
    public let id: EventID
    /// Its type.
    public let type: EventType
    /// The envelope: all that its author has said but type, data and parts.
    public let envelope: [UInt8]
    /// The payload.
    public let data: [UInt8]
    /// The parts of its subjects.
    public let parts: Parts

    /// An opening put together of what it consists of.
    init(
        position: Position, recordedAt: Timestamp, id: EventID, type: EventType, envelope: [UInt8], data: [UInt8],
        parts: Parts
    ) {
        self.position = position
        self.recordedAt = recordedAt
        self.id = id
        self.type = type
        self.envelope = envelope
        self.data = data
        self.parts = parts
    }

    /// The opening of an event that a read has lent. Of a record that has not the shape of an event it is one that no
    /// tree holds and ``recorded()`` refuses.
    ///
    /// - Parameters:
    ///   - type: the type that its number stands for.
    ///   - withPersonalParts: whether parts are shown. An event without parts has nothing to withhold.
    public init(of event: borrowing EventView, type: EventType, withPersonalParts: Bool) {
        var envelope: [UInt8] = []
        var data: [UInt8] = []
        var parts: [UInt8] = []
        if event.hasShape {
            envelope = event.commitmentEnvelope.copy()
            event.appendCommittedSubjects(to: &envelope)
            event.appendCommittedParts(to: &parts)
            data = event.data.copy()
        } else {
            envelope = event.bytes.copy(28..<event.bytes.byteCount)
        }
        let isWhole = withPersonalParts || parts.isEmpty
        self.init(
            position: event.position, recordedAt: event.recordedAt, id: event.id, type: type, envelope: envelope,
            data: data, parts: isWhole ? .shown(parts) : .withheld(Hash256.sha256(of: parts.rawSpan)))
    }

    /// The leaf's entry, numbers big endian: version 1 (1), position (8), recordedAt in microseconds UTC (8), id (16),
    /// length of the type's name (2), name in UTF-8, SHA-256 of the envelope, of the data and of the parts (32 each).
    public var entry: [UInt8] {
        let leaf = LeafEntry(
            position: position, recordedAt: recordedAt, id: id, envelope: LeafEntry.hash(of: envelope.rawSpan),
            data: LeafEntry.hash(of: data.rawSpan), parts: partsHash)
        var bytes: [UInt8] = []
        leaf.append(to: &bytes, typeName: type.name.utf8)
        return bytes
    }

    /// The hash of ``entry`` that stands in the tree (RFC 6962, section 2.1: behind a zero byte). Linear in the event's
    /// size.
    public var leafHash: Hash256 {
        let bytes = entry
        return MerkleHash.leaf(bytes.rawSpan)
    }

    private var partsHash: Hash256 {
        switch parts {
        case .shown(let bytes): LeafEntry.hash(of: bytes.rawSpan)
        case .withheld(let hash): hash
        }
    }

    /// The event, taken apart. A subject whose part is withheld has none.
    ///
    /// - Throws: ``MalformedOpening`` when it is no event: an opening that was parsed is one.
    public func recorded() throws(MalformedOpening) -> RecordedEvent {
        let (envelope, parts) = try opened()
        let subjects = zip(envelope.subjects, parts).map { subject, part in Subject(id: subject.id, part: part) }
        return RecordedEvent(
            position: position, recordedAt: recordedAt,
            event: NewEvent(
                id: id, type: type, schemaRevision: envelope.schemaRevision, tags: envelope.tags, subjects: subjects,
                occurredAt: envelope.occurredAt, provenance: envelope.provenance, data: data))
    }
}

/// Bytes that are not the opening of an event; says where in them, and what was expected.
public struct MalformedOpening: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with them.
    public let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    public var description: String { "not the opening of an event: \(reason)" }
}
