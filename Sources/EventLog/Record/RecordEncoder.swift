internal import LMDB

/// Writes events in the stored form drawn at ``EventView``, all but what the writer thread assigns.
struct RecordEncoder {
    /// The records, one behind the other; then, until ``trim()``, zeros for the events reserved for and not encoded.
    private(set) var bytes: [UInt8]
    /// Where each record ends in `bytes`.
    private(set) var ends: [Int] = []
    /// For each record the half of its checksum that covers what the caller knows.
    private(set) var bodyHashes: [UInt64] = []

    init(reservingFor events: [NewEvent]) {
        var length = 0
        // By index: an event in a variable would be a copy of all its parts.
        for index in events.indices { length = min(length + Self.length(of: events[index]), Limits.appendBytes) }
        bytes = [UInt8](repeating: 0, count: length)
        ends.reserveCapacity(events.count)
        bodyHashes.reserveCapacity(events.count)
    }

    /// Appends one record.
    ///
    /// - Throws: ``InvalidEvent`` naming the limit that is broken.
    mutating func encode(_ event: NewEvent) throws(InvalidEvent) {
        try Self.checkLimits(of: event)
        let length = Self.length(of: event)
        guard length <= Limits.eventBytes else {
            throw InvalidEvent("event \(event.id) takes \(length) bytes; at most \(Limits.eventBytes) fit")
        }
        let start = ends.last ?? 0
        if start + length > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: start + length - bytes.count))
        }
        let twice = bytes.fill(from: start) { Self.write(event, to: &$0) }
        if let twice { throw InvalidEvent("event \(event.id) has the tag \(event.tags[twice]) twice") }
        bodyHashes.append(FastHash.hash64(bytes.rawSpan.extracting(start + 28..<start + length)))
        ends.append(start + length)
    }

    /// Leaves nothing but the records.
    mutating func trim() { bytes.removeLast(bytes.count - (ends.last ?? 0)) }

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

    /// - Throws: ``InvalidEvent`` naming the limit that an event breaks, but for those of its whole length.
    static func checkLimits(of event: NewEvent) throws(InvalidEvent) {
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
        try event.provenance.forEachText { field, text throws(InvalidEvent) in
            guard text.utf8.count <= Limits.envelopeFieldBytes else {
                throw InvalidEvent("\(field) has \(text.utf8.count) bytes; at most \(Limits.envelopeFieldBytes) fit")
            }
        }
        for subject in event.subjects {
            guard !subject.id.isEmpty, subject.id.utf8.count <= Limits.envelopeFieldBytes else {
                throw InvalidEvent("a subject's id has 1 to \(Limits.envelopeFieldBytes) bytes")
            }
            guard let part = subject.part else { continue }
            guard part.keyCommitment.count <= 255, part.bytes.count <= Limits.eventBytes else {
                throw InvalidEvent("the personal part of \(subject.id) is too long")
            }
        }
        for index in event.subjects.indices {
            for earlier in 0..<index where event.subjects[earlier].id.sameBytes(as: event.subjects[index].id) {
                throw InvalidEvent("event \(event.id) has the subject \(event.subjects[index].id) twice")
            }
        }
    }

    // MARK: Lengths

    private static func length(of event: NewEvent) -> Int {
        var total = EventView.headerLength + EventView.tagEndLength * event.tags.count + event.data.count
        for index in event.tags.indices { total += event.tags[index].text.utf8.count }
        return total + length(of: event.provenance) + length(of: event.subjects)
    }

    private static func length(of provenance: Provenance) -> Int {
        var total = provenance.causationID == nil ? 0 : 3 + 16
        provenance.forEachText { _, text in total += 3 + text.utf8.count }
        return total
    }

    private static func length(of subjects: [Subject]) -> Int {
        subjects.reduce(0) { length, subject in
            let part = subject.part.map { 6 + $0.keyCommitment.count + $0.bytes.count } ?? 0
            return length + 3 + subject.id.utf8.count + part
        }
    }

    // MARK: Writing

    /// Answers the number of a tag that stands twice; the record is not whole then.
    private static func write(_ event: NewEvent, to output: inout ByteFiller) -> Int? {
        let provenanceLength = length(of: event.provenance)
        // The header, as drawn at ``EventView``; the first 28 bytes are the writer's.
        output.skip(28)
        output.put(EventView.currentFormat)
        output.put(UInt8(event.tags.count))
        output.put(event.schemaRevision)
        output.put(event.occurredAt.microseconds)
        output.put(event.id.high)
        output.put(event.id.low)
        output.put(UInt16(event.subjects.count))
        output.put(UInt16(provenanceLength))
        output.put(UInt32(event.data.count))
        var end = 0
        for index in event.tags.indices {
            for earlier in 0..<index where event.tags[earlier] == event.tags[index] { return index }
            end += event.tags[index].text.utf8.count
            output.put(UInt16(end))
        }
        for index in event.tags.indices { event.tags[index].text.withRawSpan { output.put($0) } }
        if provenanceLength > 0 { write(event.provenance, to: &output) }
        output.put(event.data.rawSpan)
        if !event.subjects.isEmpty { write(event.subjects, to: &output) }
        return nil
    }

    /// Fields in the order of their numbers.
    private static func write(_ provenance: Provenance, to output: inout ByteFiller) {
        func write(_ field: ProvenanceField, _ text: String) {
            output.put(field.rawValue)
            output.put(UInt16(text.utf8.count))
            text.withRawSpan { output.put($0) }
        }
        let cause = ProvenanceField.causationID
        provenance.forEachText { field, text in if field.rawValue < cause.rawValue { write(field, text) } }
        if let id = provenance.causationID {
            output.put(cause.rawValue)
            output.put(UInt16(16))
            output.put(id.high)
            output.put(id.low)
        }
        provenance.forEachText { field, text in if field.rawValue > cause.rawValue { write(field, text) } }
    }

    private static func write(_ subjects: [Subject], to output: inout ByteFiller) {
        for subject in subjects {
            output.put(UInt16(subject.id.utf8.count))
            subject.id.withRawSpan { output.put($0) }
            output.put(UInt8(subject.part == nil ? 0 : 1))
            guard let part = subject.part else { continue }
            output.put(part.algorithm.rawValue)
            output.put(UInt8(part.keyCommitment.count))
            output.put(part.keyCommitment.rawSpan)
            output.put(UInt32(part.bytes.count))
            output.put(part.bytes.rawSpan)
        }
    }
}

extension Provenance {
    /// Calls `body` with each field that is a text and there, in the order of their numbers.
    fileprivate func forEachText<Failure: Error>(
        _ body: (ProvenanceField, String) throws(Failure) -> Void
    ) throws(Failure) {
        if let actor { try body(.actor, actor) }
        if let source { try body(.source, source) }
        if let correlationID { try body(.correlationID, correlationID) }
        if let timeZone { try body(.timeZone, timeZone) }
        if let purpose { try body(.purpose, purpose) }
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
