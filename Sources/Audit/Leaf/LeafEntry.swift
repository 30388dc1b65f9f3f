internal import EventLog
internal import LMDB
internal import Transparency

/// What stands in the tree for an event: a small record that commits to all of it.
///
///     u8 version, 1 | u64 position | i64 recordedAt | 16 bytes id | u16 length of the type's name | name
///       | SHA-256 of the envelope | SHA-256 of the data | SHA-256 of the parts
///
/// Numbers are big endian. What the three hashes are of is said at ``EventOpening``.
struct LeafEntry {
    static let version: UInt8 = 1

    let position: Position
    let recordedAt: Timestamp
    let id: EventID
    let envelope: Hash256
    let data: Hash256
    let parts: Hash256

    /// Appends the entry of an event whose type has this name, in UTF-8.
    func append(to bytes: inout [UInt8], typeName: some Collection<UInt8>) {
        bytes.append(Self.version)
        bytes.append(bigEndian: position.rawValue)
        bytes.append(bigEndian: recordedAt.microseconds)
        bytes.append(bigEndian: id.high)
        bytes.append(bigEndian: id.low)
        // No log has a name as long as that; the hashes behind it have a fixed length, so none passes for another.
        bytes.append(bigEndian: UInt16(clamping: typeName.count))
        bytes.append(contentsOf: typeName)
        bytes.append(envelope)
        bytes.append(data)
        bytes.append(parts)
    }

    /// The hash of data or parts. Most events have no parts, and many no data.
    static func hash(of bytes: RawSpan) -> Hash256 {
        bytes.isEmpty ? MerkleHash.emptyRoot : Hash256.sha256(of: bytes)
    }
}

extension LeafEntry {
    /// The entry of an event in place.
    ///
    /// - Precondition: the event has its shape.
    init(ofShaped event: borrowing EventView, scratch: inout [UInt8]) {
        position = event.position
        recordedAt = event.recordedAt
        id = event.id
        data = Self.hash(of: event.data)
        if event.hasNoSubjects {
            envelope = Hash256.sha256(of: event.commitmentEnvelope)
            parts = MerkleHash.emptyRoot
            return
        }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(event.commitmentEnvelope)
        event.appendCommittedSubjects(to: &scratch)
        envelope = Hash256.sha256(of: scratch.rawSpan)
        scratch.removeAll(keepingCapacity: true)
        event.appendCommittedParts(to: &scratch)
        parts = Self.hash(of: scratch.rawSpan)
    }

    /// An entry that no event has: of a record without the shape of one. It takes all bytes behind the header's first
    /// 28 for the envelope, and such an envelope does not exist, or exists with data or parts only.
    init(ofMisshapen event: borrowing EventView) {
        position = event.position
        recordedAt = event.recordedAt
        id = event.id
        envelope = Hash256.sha256(of: event.bytes.extracting(28..<event.bytes.byteCount))
        data = MerkleHash.emptyRoot
        parts = MerkleHash.emptyRoot
    }
}
