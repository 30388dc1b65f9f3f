@testable import EventLog
import LMDB

/// Writes the records of a closed log as it likes: renumbered, with checksums that fit.
struct Forger {
    /// The data directory.
    let path: String

    private func opened() throws -> LogStore {
        try LogStore(folder: path + "/log", mapSize: 1 << 30, readOnly: false)
    }

    /// All records, in their order.
    func records() throws -> [[UInt8]] {
        let store = try opened()
        defer { store.environment.close() }
        return try Self.records(in: store)
    }

    private static func records(in store: LogStore) throws -> [[UInt8]] {
        let transaction = try store.environment.beginRead()
        var cursor = try transaction.cursor(over: store.events)
        var records: [[UInt8]] = []
        var isOnEntry = try cursor.first()
        while isOnEntry {
            records.append(cursor.value.copy())
            isOnEntry = try cursor.next()
        }
        return records
    }

    /// Puts these records in the place of all, numbered from 1 on.
    func write(_ records: [[UInt8]]) throws {
        let store = try opened()
        defer { store.environment.close() }
        try store.environment.write { transaction in
            try transaction.clear(store.events)
            for (index, record) in records.enumerated() {
                let position = UInt64(index + 1)
                var record = record
                Self.seal(&record, at: position)
                try transaction.append(record.rawSpan, in: store.events, for: position)
            }
        }
    }

    /// Changes the records, in their order, and writes them back.
    func change(_ edit: (inout [[UInt8]]) -> Void) throws {
        var records = try records()
        edit(&records)
        try write(records)
    }

    /// Gives a record a position and the checksum that its bytes should have.
    static func seal(_ record: inout [UInt8], at position: UInt64) {
        record.store(littleEndian: position, at: 8)
        let checksum = RecordEncoder.checksum(of: record.rawSpan)
        record.store(littleEndian: checksum, at: 0)
    }

    /// Another event, recorded when that of `record` was.
    static func invented(like record: [UInt8]) -> [UInt8] {
        var invented = record
        let id = EventID()
        invented.store(littleEndian: id.high, at: 40)
        invented.store(littleEndian: id.low, at: 48)
        return invented
    }
}
