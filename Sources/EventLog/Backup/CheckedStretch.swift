internal import LMDB

/// The records 1...``position`` of a log, each checked: how far a copy has come.
struct CheckedStretch {
    /// Bytes of records of one step; one record more may come on top.
    private static let bytesAtOnce: UInt64 = 32 << 20

    /// The last position; 0 before the first record.
    private(set) var position: UInt64 = 0
    /// The checksum of the record there; 0 before the first one.
    private(set) var checksum: UInt64 = 0
    /// The id of the event there; nil before the first one.
    private(set) var lastID: EventID?
    /// Stands for all of the records.
    private(set) var chain = RecordChain()
    /// Bytes of the records that were gone through.
    private(set) var bytes: UInt64 = 0
    /// The highest number of a type among the records that were gone through.
    private(set) var highestType: UInt32 = 0
    private var check = RecordCheck()

    /// Nothing yet.
    init() {}

    /// What a manifest speaks of, not gone through again; `last` is the record at its end.
    init(_ manifest: BackupManifest, endingWith last: borrowing EventView) {
        position = manifest.position
        checksum = manifest.checksum
        lastID = last.id
        chain = manifest.chain
        check = RecordCheck(behind: last)
    }

    /// Goes on through `store` by one step: `count` records at most, and not beyond `last`, a position of the log.
    ///
    /// - Parameter body: gets each record with its position, once it is checked.
    /// - Throws: ``DamagedLog``, and what `body` throws.
    mutating func advance(
        through store: LogStore, _ snapshot: borrowing ReadTransaction, upTo last: UInt64, by count: Int,
        _ body: (UInt64, RawSpan) throws -> Void
    ) throws {
        precondition(position < last && count > 0, "a step goes on by a record at least")
        let typeCount = try snapshot.count(of: store.types)
        let end = min(last, position + UInt64(count))
        let bytesBefore = bytes
        var isDone = false
        var cursor = try snapshot.cursor(over: store.events)
        guard try cursor.find(position + 1) else { throw missingNext }
        try cursor.walk { found, record in
            try take(EventView(record), at: found, typeCount)
            try body(found, record)
            isDone = position == end || bytes - bytesBefore >= Self.bytesAtOnce
            return !isDone
        }
        guard isDone else { throw missingNext }
    }

    private mutating func take(_ event: borrowing EventView, at found: UInt64, _ typeCount: Int) throws {
        guard found == position + 1 else { throw missingNext }
        try check.check(event, typeCount)
        position = found
        checksum = event.checksum
        lastID = event.id
        chain.add(event)
        bytes += UInt64(event.bytes.byteCount)
        highestType = max(highestType, event.typeNumber)
    }

    private var missingNext: DamagedLog { DamagedLog(position: Position(position + 1), damage: .missing) }
}
