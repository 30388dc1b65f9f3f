internal import LMDB

/// The invariants of one record, and those between a record and the one before it.
struct RecordCheck {
    private var next: UInt64
    private var lastRecordedAt: Timestamp

    /// Begins with the first record of a log.
    init() {
        next = 1
        lastRecordedAt = Timestamp(microseconds: .min)
    }

    /// Goes on behind a record that was checked before.
    init(behind event: borrowing EventView) {
        next = event.position.rawValue + 1
        lastRecordedAt = event.recordedAt
    }

    /// Checks the record that follows those checked before.
    ///
    /// - Parameter typeCount: how many types have a name.
    /// - Throws: ``DamagedLog`` with the invariant that it breaks.
    mutating func check(_ event: borrowing EventView, _ typeCount: Int) throws {
        func require(_ holds: Bool, _ damage: DamagedLog.Damage) throws {
            if !holds { throw DamagedLog(position: Position(next), damage: damage) }
        }
        try require(hasShape(event), .malformed)
        try require(event.checksum == RecordEncoder.checksum(of: event.bytes), .checksum)
        try require(event.position.rawValue == next, .misplaced)
        try require(event.recordedAt >= lastRecordedAt, .recordedEarlier)
        try require(event.typeNumber >= 1 && Int(event.typeNumber) <= typeCount, .unknownType)
        for index in 0..<event.tagCount {
            for other in 0..<index {
                try require(!event.tagText(other).sameBytes(as: event.tagText(index)), .repeatedTag)
            }
        }
        lastRecordedAt = event.recordedAt
        next += 1
    }

    /// Whether every length in the record stays within it.
    private func hasShape(_ event: borrowing EventView) -> Bool {
        let length = event.bytes.byteCount
        guard length >= EventView.headerLength, event.formatVersion == EventView.currentFormat,
            event.bytes.u8(at: 57) == 0, event.hasTagShape, event.subjectsStart <= length
        else { return false }
        return hasSubjectShape(event) && hasProvenanceShape(event)
    }

    private func hasProvenanceShape(_ event: borrowing EventView) -> Bool {
        var offset = event.provenanceStart
        while offset < event.dataStart {
            guard offset + 3 <= event.dataStart else { return false }
            let length = Int(event.bytes.u16(at: offset + 1))
            let isCause = event.bytes.u8(at: offset) == ProvenanceField.causationID.rawValue
            guard !isCause || length == 16 else { return false }
            offset += 3 + length
        }
        return offset == event.dataStart
    }

    private func hasSubjectShape(_ event: borrowing EventView) -> Bool {
        let length = event.bytes.byteCount
        var offset = event.subjectsStart
        for _ in 0..<event.subjectCount {
            guard offset + 2 <= length else { return false }
            offset += 2 + Int(event.bytes.u16(at: offset))
            guard offset + 1 <= length else { return false }
            let mark = event.bytes.u8(at: offset)
            offset += 1
            guard mark <= 1 else { return false }
            guard mark == 1 else { continue }
            guard offset + 2 <= length else { return false }
            offset += 2 + Int(event.bytes.u8(at: offset + 1))
            guard offset + 4 <= length else { return false }
            offset += 4 + Int(event.bytes.u32(at: offset))
        }
        return offset == length
    }
}
