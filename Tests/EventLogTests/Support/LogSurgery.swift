@testable import EventLog
import LMDB

/// Changes stored records of a log that nobody has open, past all checks.
struct LogSurgery {
    /// The data directory.
    let path: String

    private func opened() throws -> LogStore {
        try LogStore(folder: path + "/log", mapSize: 1 << 30, readOnly: false)
    }

    private func key(_ position: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.append(littleEndian: position)
        return key
    }

    func record(at position: UInt64) throws -> [UInt8] {
        let store = try opened()
        let transaction = try store.environment.beginRead()
        guard let record = try transaction.value(in: store.events, for: position) else {
            throw DamagedLog(position: Position(position), damage: .missing)
        }
        return record.copy()
    }

    func put(_ record: [UInt8], at position: UInt64) throws {
        let store = try opened()
        try store.environment.write { transaction in
            try transaction.put(record.rawSpan, in: store.events, for: key(position).rawSpan)
        }
    }

    func remove(_ position: UInt64) throws {
        let store = try opened()
        try store.environment.write { transaction in
            _ = try transaction.delete(key(position).rawSpan, in: store.events)
        }
    }

    func swap(_ left: UInt64, _ right: UInt64) throws {
        let (first, second) = (try record(at: left), try record(at: right))
        try put(second, at: left)
        try put(first, at: right)
    }

    /// Changes a record and, if it is to be `sealed`, gives it the checksum that its new bytes should have.
    func change(_ position: UInt64, sealed: Bool, _ edit: (inout [UInt8]) -> Void) throws {
        var record = try record(at: position)
        edit(&record)
        if sealed { Self.seal(&record) }
        try put(record, at: position)
    }

    /// Gives a record the checksum that its bytes should have.
    static func seal(_ record: inout [UInt8]) {
        let checksum = RecordEncoder.checksum(of: record.rawSpan)
        record.store(littleEndian: checksum, at: 0)
    }
}
