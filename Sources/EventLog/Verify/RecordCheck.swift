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
        try require(event.hasShape, .malformed)
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
}
