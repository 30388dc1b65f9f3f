internal import LMDB

extension EventView {
    /// The record of the same event with other data and another schema revision: all else stands in it as it does
    /// here, position, times and personal parts among it. The stored bytes are untouched.
    ///
    /// The checksum stays that of the stored event, so nobody may compare the record with it: it is for a ``EventView``
    /// that lives for a moment, and is never stored.
    ///
    /// - Parameter data: at most ``Limits/eventBytes``.
    public func replacing(data: RawSpan, schemaRevision: UInt16) -> [UInt8] {
        precondition(data.byteCount <= Limits.eventBytes, "the data of an event has at most 16 MiB")
        let subjects = bytes.extracting(subjectsStart..<bytes.byteCount)
        var record: [UInt8] = []
        record.reserveCapacity(dataStart + data.byteCount + subjects.byteCount)
        record.append(bytes.extracting(0..<dataStart))
        record.append(data)
        record.append(subjects)
        record.store(littleEndian: schemaRevision, at: 30)
        record.store(littleEndian: UInt32(data.byteCount), at: 60)
        return record
    }

    /// The record of the same event under other tags, as ``replacing(data:schemaRevision:)``.
    ///
    /// - Parameter tags: each once, at most ``Limits/tagsPerEvent``.
    public func replacing(tags: [Tag]) -> [UInt8] {
        precondition(tags.count <= Limits.tagsPerEvent, "an event has at most \(Limits.tagsPerEvent) tags")
        let rest = bytes.extracting(provenanceStart..<bytes.byteCount)
        var record: [UInt8] = []
        record.reserveCapacity(bytes.byteCount + 64)
        record.append(bytes.extracting(0..<Self.headerLength))
        record[29] = UInt8(tags.count)
        var end = 0
        for tag in tags {
            end += tag.text.utf8.count
            record.append(littleEndian: UInt16(end))
        }
        for tag in tags { record.append(utf8: tag.text) }
        record.append(rest)
        return record
    }

    /// The record of the same event at another time of occurrence, as ``replacing(data:schemaRevision:)``.
    public func replacing(occurredAt: Timestamp) -> [UInt8] {
        var record = bytes.copy()
        record.store(littleEndian: UInt64(bitPattern: occurredAt.microseconds), at: 32)
        return record
    }
}
