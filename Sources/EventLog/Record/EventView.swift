public import LMDB

/// A stored event, read in place over the memory map; lent for the time of a read.
///
/// The record, little endian; offsets in bytes. `RecordEncoder` writes it, the writer thread fills in W.
///
///      0   8  checksum: XXH3-64 of bytes 8..<28, seeded with the XXH3-64 of bytes 28..<end
///      8   8  position                                     W
///     16   8  recordedAt, microseconds UTC                 W
///     24   4  type number                                  W
///     28   1  format version, 2
///     29   1  number of tags, T
///     30   2  schema revision
///     32   8  occurredAt, microseconds UTC
///     40  16  event id: high, low
///     56   1  number of subjects
///     57   1  zero
///     58   2  length of the provenance, P
///     60   4  length of the data, D
///     64  2T  for each tag the end of its text within the tag texts
///      .   .  tag texts
///      .   P  provenance: for each field its number (1), length (2), bytes; ascending numbers
///      .   D  data
///      .   .  subjects, to the end: for each the length of its id (2), id, 1 if a part follows, then
///             algorithm (1), length of the key commitment (1), commitment, length of the bytes (4), bytes
@frozen
public struct EventView: ~Escapable {
    /// The whole record.
    public let bytes: RawSpan

    /// A view of a record whose shape was checked: when it was written, and by `verify`.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    @inlinable public var checksum: UInt64 { bytes.u64(at: 0) }

    /// Checks that the record is the one that was written at this position.
    ///
    /// - Throws: ``DamagedLog``.
    @usableFromInline
    func requireSound(at expected: UInt64) throws {
        guard bytes.byteCount >= Self.headerLength else {
            throw DamagedLog(position: Position(expected), damage: .malformed)
        }
        guard checksum == RecordEncoder.checksum(of: bytes) else {
            throw DamagedLog(position: Position(expected), damage: .checksum)
        }
        guard position.rawValue == expected else {
            throw DamagedLog(position: Position(expected), damage: .misplaced)
        }
        // Whoever can write to the file can write a checksum that fits lengths that do not.
        guard hasShape else { throw DamagedLog(position: Position(expected), damage: .malformed) }
    }

    /// Checks that the event is what was written. For reads that have left that out.
    ///
    /// - Throws: ``DamagedLog``.
    public func requireSound() throws { try requireSound(at: position.rawValue) }

    /// Its place in the log.
    @inlinable public var position: Position { Position(bytes.u64(at: 8)) }
    /// When it was appended.
    @inlinable public var recordedAt: Timestamp { Timestamp(microseconds: bytes.i64(at: 16)) }
    /// The number of its type within this log.
    @inlinable public var typeNumber: UInt32 { bytes.u32(at: 24) }
    @inlinable public var formatVersion: UInt8 { bytes.u8(at: 28) }
    /// How many tags it has.
    @inlinable public var tagCount: Int { Int(bytes.u8(at: 29)) }
    /// The schema revision of its data.
    @inlinable public var schemaRevision: UInt16 { bytes.u16(at: 30) }
    /// When it happened.
    @inlinable public var occurredAt: Timestamp { Timestamp(microseconds: bytes.i64(at: 32)) }
    /// Its id.
    @inlinable public var id: EventID { EventID(high: bytes.u64(at: 40), low: bytes.u64(at: 48)) }
    /// How many persons it is about.
    @inlinable public var subjectCount: Int { Int(bytes.u8(at: 56)) }
    @inlinable var provenanceLength: Int { Int(bytes.u16(at: 58)) }
    @inlinable var dataLength: Int { Int(bytes.u32(at: 60)) }

    /// The version of this form.
    static let currentFormat: UInt8 = 2
    @usableFromInline static let headerLength = 64
    @usableFromInline static let tagEndLength = 2

    @inlinable var tagTextsStart: Int { 64 + 2 * tagCount }
    @inlinable var provenanceStart: Int { tagTextsStart + (tagCount == 0 ? 0 : tagTextEnd(tagCount - 1)) }
    @inlinable var dataStart: Int { provenanceStart + provenanceLength }
    @inlinable var subjectsStart: Int { dataStart + dataLength }

    /// The payload.
    @inlinable public var data: RawSpan {
        @_lifetime(copy self)
        get {
            let start = dataStart
            return bytes.extracting(start..<start + dataLength)
        }
    }

    @inlinable
    func tagTextEnd(_ index: Int) -> Int { Int(bytes.u16(at: 64 + 2 * index)) }

    /// The index key of a tag: a hash of its text, made anew at every call.
    public func tagKey(_ index: Int) -> TagKey { TagKey(tagText: tagText(index)) }

    /// Whether the texts of the tags lie within the record, one behind the other.
    var hasTagShape: Bool {
        guard tagTextsStart <= bytes.byteCount, provenanceStart <= bytes.byteCount else { return false }
        var end = 0
        for index in 0..<tagCount {
            guard tagTextEnd(index) >= end else { return false }
            end = tagTextEnd(index)
        }
        return true
    }

    /// The text of a tag, in place.
    @inlinable
    @_lifetime(copy self)
    public func tagText(_ index: Int) -> RawSpan {
        let start = tagTextsStart
        let from = index == 0 ? 0 : tagTextEnd(index - 1)
        return bytes.extracting(start + from..<start + tagTextEnd(index))
    }

    /// A tag, copied.
    public func tag(_ index: Int) -> Tag { Tag(unchecked: tagText(index).text()) }

    /// All tags, copied.
    public var tags: [Tag] { (0..<tagCount).map { tag($0) } }

    /// Whether it has the tag with this text.
    @inlinable
    public func has(tag text: RawSpan) -> Bool {
        for index in 0..<tagCount where tagText(index).sameBytes(as: text) { return true }
        return false
    }
}

// MARK: - Copies

extension EventView {
    /// Who appended it, from where and why, copied.
    public var provenance: Provenance {
        var provenance = Provenance()
        var offset = provenanceStart
        let end = dataStart
        while offset + 3 <= end {
            let field = ProvenanceField(rawValue: bytes.u8(at: offset))
            let length = Int(bytes.u16(at: offset + 1))
            let value = offset + 3..<offset + 3 + length
            offset = value.upperBound
            switch field {
            case .actor: provenance.actor = bytes.text(value)
            case .source: provenance.source = bytes.text(value)
            case .correlationID: provenance.correlationID = bytes.text(value)
            case .timeZone: provenance.timeZone = bytes.text(value)
            case .purpose: provenance.purpose = bytes.text(value)
            case .causationID:
                provenance.causationID = EventID(
                    high: bytes.u64(at: value.lowerBound), low: bytes.u64(at: value.lowerBound + 8))
            case nil: break
            }
        }
        return provenance
    }

    /// The persons it is about with their parts, copied.
    public var subjects: [Subject] {
        var subjects: [Subject] = []
        var offset = subjectsStart
        for _ in 0..<subjectCount {
            let idLength = Int(bytes.u16(at: offset))
            var subject = Subject(id: bytes.text(offset + 2..<offset + 2 + idLength))
            offset += 2 + idLength
            let hasPart = bytes.u8(at: offset) == 1
            offset += 1
            if hasPart {
                let algorithm = SealedPart.Algorithm(rawValue: bytes.u8(at: offset))
                let commitmentLength = Int(bytes.u8(at: offset + 1))
                let commitment = bytes.copy(offset + 2..<offset + 2 + commitmentLength)
                offset += 2 + commitmentLength
                let length = Int(bytes.u32(at: offset))
                let part = bytes.copy(offset + 4..<offset + 4 + length)
                offset += 4 + length
                subject.part = SealedPart(algorithm: algorithm, keyCommitment: commitment, bytes: part)
            }
            subjects.append(subject)
        }
        return subjects
    }

    /// The whole event, copied, under the type name that its number stands for.
    public func recorded(as type: EventType) -> RecordedEvent {
        RecordedEvent(
            position: position, recordedAt: recordedAt,
            event: NewEvent(
                id: id, type: type, schemaRevision: schemaRevision, tags: tags, subjects: subjects,
                occurredAt: occurredAt, provenance: provenance, data: data.copy()))
    }

    /// Whether two records are the same event: everything but what the writer assigns and the provenance.
    func isSameEvent(as other: borrowing EventView) -> Bool {
        typeNumber == other.typeNumber && isSameBody(as: other)
    }

    func isSameBody(as other: borrowing EventView) -> Bool {
        guard bytes.byteCount - provenanceLength == other.bytes.byteCount - other.provenanceLength,
            schemaRevision == other.schemaRevision, occurredAt == other.occurredAt, id == other.id,
            tagCount == other.tagCount, subjectCount == other.subjectCount, dataLength == other.dataLength
        else { return false }
        let tags = bytes.extracting(64..<provenanceStart)
        let rest = bytes.extracting(dataStart..<bytes.byteCount)
        return tags.sameBytes(as: other.bytes.extracting(64..<other.provenanceStart))
            && rest.sameBytes(as: other.bytes.extracting(other.dataStart..<other.bytes.byteCount))
    }
}

enum ProvenanceField: UInt8 {
    case actor = 1
    case source
    case correlationID
    case causationID
    case timeZone
    case purpose
}
