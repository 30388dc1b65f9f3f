internal import Foundation
internal import LMDB

extension EventIndex {
    /// Reads what was appended since the tail's end, by this process or another, up to `head`.
    func catchUp(
        to head: UInt64, types: TypeTable, in store: LogStore, _ transaction: borrowing ReadTransaction
    ) throws {
        guard end < head else { return }
        var cursor = try transaction.cursor(over: store.events)
        try scan(&cursor, upTo: head, types.keys)
    }

    func catchUp(
        to head: UInt64, types: TypeTable, in store: LogStore, _ transaction: borrowing WriteTransaction
    ) throws {
        guard end < head else { return }
        var cursor = try transaction.cursor(over: store.events)
        try scan(&cursor, upTo: head, types.keys)
    }

    /// In steps, so that look-ups get their turn and the indexer can make room.
    private func scan(_ cursor: inout Cursor, upTo head: UInt64, _ typeKeys: [TagKey]) throws {
        while try scanStep(&cursor, upTo: head, typeKeys) { waitForRoom() }
    }

    /// Says whether there is more.
    private func scanStep(_ cursor: inout Cursor, upTo head: UInt64, _ typeKeys: [TagKey]) throws -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let last = min(head, endLocked + 32_768)
        guard endLocked < last else { return false }
        var isOnEntry = try cursor.find(endLocked + 1)
        while isOnEntry, cursor.integerKey == endLocked + 1, cursor.integerKey <= last {
            try insert(EventView(cursor.value), typeKeys)
            isOnEntry = try cursor.next()
        }
        guard endLocked == last else { throw DamagedLog(position: Position(endLocked + 1), damage: .missing) }
        return last < head
    }

    private func insert(_ event: borrowing EventView, _ typeKeys: [TagKey]) throws {
        guard event.bytes.byteCount >= EventView.headerLength else {
            throw DamagedLog(position: Position(endLocked + 1), damage: .malformed)
        }
        try event.requireSound(at: endLocked + 1)
        guard event.typeNumber >= 1, event.typeNumber <= typeKeys.count else {
            throw DamagedLog(position: event.position, damage: .unknownType)
        }
        guard event.hasTagShape else {
            throw DamagedLog(position: event.position, damage: .malformed)
        }
        insertLocked(event, typeKey: typeKeys[Int(event.typeNumber) - 1])
    }

    /// Adds the records of appends that have just become durable; `announce` runs before, so that no reader can miss
    /// them.
    func insert(_ requests: [AppendRequest], whileLocked announce: () -> Void = {}) {
        lock.lock()
        defer { lock.unlock() }
        announce()
        for request in requests {
            // A reader that has filled the tail may have been faster.
            request.forEachRecord(from: endLocked + 1) { event, typeKey in insertLocked(event, typeKey: typeKey) }
        }
    }
}

extension AppendRequest {
    /// Calls `body` with the records that stand at `first` and behind it, and with the keys of their types. Events that
    /// were known before stand elsewhere, and are left out.
    func forEachRecord(from first: UInt64, _ body: (borrowing EventView, TagKey) -> Void) {
        let keys = types.map { TagKey($0) }
        var next = first
        for record in 0..<recordCount {
            withRecord(record) { bytes in
                guard EventView(bytes).position.rawValue == next else { return }
                body(EventView(bytes), keys[Int(typeIndexes[record])])
                next += 1
            }
        }
    }
}
