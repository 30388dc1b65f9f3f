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

    /// Makes the tail anew from what is durable: after a commit that failed, it may hold events that are not in the
    /// log.
    /// Under the lock throughout, so that no look-up meets a tail with a hole.
    func restoreTail(types: TypeTable, in store: LogStore) {
        lock.lock()
        defer { lock.unlock() }
        removeTablesLocked()
        // What cannot be read now is read by the next look-up, which catches up first.
        try? fillLocked(types, store)
    }

    private func fillLocked(_ types: TypeTable, _ store: LogStore) throws {
        let transaction = try store.environment.beginRead()
        let head = try store.head(in: transaction).position
        let typeKeys = types.keys
        var cursor = try transaction.cursor(over: store.events)
        var isOnEntry = try cursor.find(endLocked + 1)
        while isOnEntry, cursor.integerKey == endLocked + 1, cursor.integerKey <= head {
            try insert(EventView(cursor.value), typeKeys)
            isOnEntry = try cursor.next()
        }
    }

    private func insert(_ event: borrowing EventView, _ typeKeys: [TagKey]) throws {
        guard event.bytes.byteCount >= EventView.headerLength else {
            throw DamagedLog(position: Position(endLocked + 1), damage: .malformed)
        }
        guard event.position.rawValue == endLocked + 1 else {
            throw DamagedLog(position: Position(endLocked + 1), damage: .misplaced)
        }
        guard event.typeNumber >= 1, event.typeNumber <= typeKeys.count else {
            throw DamagedLog(position: event.position, damage: .unknownType)
        }
        insertLocked(event, typeKey: typeKeys[Int(event.typeNumber) - 1])
    }

    /// Adds the records that a request has just written; `whileLocked` runs before, so that no reader can miss them.
    func insert(_ request: AppendRequest, whileLocked announce: () -> Void = {}) {
        lock.lock()
        defer { lock.unlock() }
        announce()
        let keys = request.types.map { TagKey($0) }
        var next = endLocked + 1
        for record in 0..<request.recordCount {
            request.withRecord(record) { bytes in
                // Events that were known before have no position of their own; a reader may have been faster.
                guard EventView(bytes).position.rawValue == next else { return }
                insertLocked(EventView(bytes), typeKey: keys[Int(request.typeIndexes[record])])
                next += 1
            }
        }
    }
}
