internal import LMDB

/// Writes events in the stored form drawn at ``EventView``, all but what the writer thread assigns.
struct RecordEncoder {
    /// The records, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where each record ends in `bytes`.
    private(set) var ends: [Int] = []
    /// For each record the half of its checksum that covers what the caller knows.
    private(set) var bodyHashes: [UInt64] = []

    init(reservingFor events: [NewEvent]) {
        let first = events.first.map { $0.data.count + 64 + $0.tags.count * 40 + 64 } ?? 0
        bytes.reserveCapacity(min(first * events.count, 1 << 24))
        ends.reserveCapacity(events.count)
        bodyHashes.reserveCapacity(events.count)
    }

    /// Appends one record.
    ///
    /// - Throws: ``InvalidEvent`` naming the limit that is broken.
    mutating func encode(_ event: NewEvent) throws(InvalidEvent) {
        try Self.checkLimits(of: event)
        let start = bytes.count
        // The words of the header, as drawn at ``EventView``; the first three are the writer's.
        let shape = UInt64(1) | UInt64(event.tags.count) << 8 | UInt64(event.schemaRevision) << 16
        bytes.append(
            littleEndian: (
                0, 0, 0, shape << 32, UInt64(bitPattern: event.occurredAt.microseconds), event.id.high, event.id.low,
                UInt64(event.subjects.count) | UInt64(event.data.count) << 32
            ))
        try encodeTags(of: event)
        let provenanceStart = bytes.count
        try encodeProvenance(of: event)
        bytes.store(littleEndian: UInt16(bytes.count - provenanceStart), at: start + 58)
        bytes.append(contentsOf: event.data)
        try encodeSubjects(event.subjects)
        let length = bytes.count - start
        guard length <= Limits.eventBytes else {
            throw InvalidEvent("event \(event.id) takes \(length) bytes; at most \(Limits.eventBytes) fit")
        }
        bodyHashes.append(FastHash.hash64(bytes.rawSpan.extracting(start + 28..<start + length)))
        ends.append(bytes.count)
    }

    /// Gives the record at `offset` its place, and finishes its checksum.
    static func assign(
        position: UInt64, recordedAt: Int64, typeNumber: UInt32, bodyHash: UInt64, to bytes: inout [UInt8],
        at offset: Int
    ) {
        bytes.store(littleEndian: position, at: offset + 8)
        bytes.store(littleEndian: recordedAt, at: offset + 16)
        bytes.store(littleEndian: typeNumber, at: offset + 24)
        let checksum = FastHash.hash64(bytes.rawSpan.extracting(offset + 8..<offset + 28), seed: bodyHash)
        bytes.store(littleEndian: checksum, at: offset)
    }

    /// The checksum that the record's bytes should have.
    static func checksum(of record: RawSpan) -> UInt64 {
        let body = FastHash.hash64(record.extracting(28..<record.byteCount))
        return FastHash.hash64(record.extracting(8..<28), seed: body)
    }

    private static func checkLimits(of event: NewEvent) throws(InvalidEvent) {
        guard event.tags.count <= Limits.tagsPerEvent else {
            throw InvalidEvent("event \(event.id) has \(event.tags.count) tags; at most \(Limits.tagsPerEvent) fit")
        }
        guard event.subjects.count <= Limits.subjectsPerEvent else {
            throw InvalidEvent(
                "event \(event.id) has \(event.subjects.count) subjects; at most \(Limits.subjectsPerEvent) fit")
        }
        guard event.data.count <= Limits.eventBytes else {
            throw InvalidEvent("event \(event.id) has \(event.data.count) bytes; at most \(Limits.eventBytes) fit")
        }
        guard Timestamp.expressible.contains(event.occurredAt) else {
            throw InvalidEvent("event \(event.id) occurred outside the years 0 to 9999, which ISO 8601 cannot express")
        }
    }

    private mutating func encodeTags(of event: NewEvent) throws(InvalidEvent) {
        let start = bytes.count
        var end = 0
        for index in event.tags.indices {
            let key = TagKey(event.tags[index])
            for earlier in 0..<index
            where bytes.rawSpan.u64(at: start + EventView.tagEntryLength * earlier + 8) == key.low
                && event.tags[earlier] == event.tags[index]
            {
                throw InvalidEvent("event \(event.id) has the tag \(event.tags[index]) twice")
            }
            end += event.tags[index].text.utf8.count
            bytes.append(littleEndian: key.high)
            bytes.append(littleEndian: key.low)
            bytes.append(littleEndian: UInt16(end))
        }
        for index in event.tags.indices { event.tags[index].text.withRawSpan { bytes.append($0) } }
    }

    private mutating func encodeProvenance(of event: NewEvent) throws(InvalidEvent) {
        try encode(.actor, event.provenance.actor)
        try encode(.source, event.provenance.source)
        try encode(.correlationID, event.provenance.correlationID)
        if let cause = event.provenance.causationID {
            bytes.append(ProvenanceField.causationID.rawValue)
            bytes.append(littleEndian: UInt16(16))
            bytes.append(littleEndian: cause.high)
            bytes.append(littleEndian: cause.low)
        }
        try encode(.timeZone, event.provenance.timeZone)
        try encode(.purpose, event.provenance.purpose)
    }

    private mutating func encode(_ field: ProvenanceField, _ text: String?) throws(InvalidEvent) {
        guard let text else { return }
        guard text.utf8.count <= Limits.envelopeFieldBytes else {
            throw InvalidEvent("\(field) has \(text.utf8.count) bytes; at most \(Limits.envelopeFieldBytes) fit")
        }
        bytes.append(field.rawValue)
        bytes.append(littleEndian: UInt16(text.utf8.count))
        bytes.append(utf8: text)
    }

    private mutating func encodeSubjects(_ subjects: [Subject]) throws(InvalidEvent) {
        for subject in subjects {
            guard !subject.id.isEmpty, subject.id.utf8.count <= Limits.envelopeFieldBytes else {
                throw InvalidEvent("a subject's id has 1 to \(Limits.envelopeFieldBytes) bytes")
            }
            bytes.append(littleEndian: UInt16(subject.id.utf8.count))
            bytes.append(utf8: subject.id)
            guard let part = subject.part else {
                bytes.append(0)
                continue
            }
            guard part.keyCommitment.count <= 255, part.bytes.count <= Limits.eventBytes else {
                throw InvalidEvent("the personal part of \(subject.id) is too long")
            }
            bytes.append(1)
            bytes.append(part.algorithm.rawValue)
            bytes.append(UInt8(part.keyCommitment.count))
            bytes.append(contentsOf: part.keyCommitment)
            bytes.append(littleEndian: UInt32(part.bytes.count))
            bytes.append(contentsOf: part.bytes)
        }
    }
}

/// Encoded records for the benchmarks' C baseline, which appends the same bytes.
package enum EncodedRecords {
    /// The records back to back, and the length of each.
    package static func encode(_ events: [NewEvent]) throws -> (bytes: [UInt8], lengths: [UInt32]) {
        var encoder = RecordEncoder(reservingFor: events)
        for index in events.indices { try encoder.encode(events[index]) }
        var start = 0
        let lengths = encoder.ends.map { end in
            defer { start = end }
            return UInt32(end - start)
        }
        return (encoder.bytes, lengths)
    }
}
