internal import Foundation
internal import LMDB

/// The log's LMDB environment: what is in it, and how to find one's way.
///
/// - `events`: position (integer key) -> record, drawn at ``EventView``; appended only
/// - `types`: number (integer key) -> type name, then a checksum; appended only
/// - `meta`: "log id" -> 16 bytes, then a checksum; "format" -> u32
struct LogStore: Sendable {
    static let format: UInt32 = 3

    let environment: Environment
    let events: Database
    let types: Database
    let meta: Database
    let logID: EventID

    /// Opens the log in `folder`; makes folder and log where they are missing, unless it is only to be read.
    ///
    /// - Parameter newID: the identity that the log gets if it is created.
    /// - Throws: ``LMDBError``, or ``UnreadableLog`` for a format that this code does not know.
    init(folder: String, mapSize: Int, readOnly: Bool, newID: EventID = EventID()) throws {
        if !readOnly { try Self.makeIfMissing(in: folder, mapSize: mapSize, newID) }
        // LMDB would make a new log of it.
        guard try DurableFile.size(folder + "/data.mdb") != 0 else {
            throw UnreadableLog(path: folder, reason: "its file data.mdb has no bytes")
        }
        let environment = try Self.environment(folder, mapSize, readOnly: readOnly)
        guard let known = try Self.storedIdentity(environment, folder) else {
            throw UnreadableLog(path: folder, reason: "its identity is missing")
        }
        self.init(environment, logID: known)
        if !environment.isReadOnly { try checkHead() }
    }

    /// To go on at the head, there must be as many events as the way to the last one says: positions have no gaps.
    private func checkHead() throws {
        let transaction = try environment.beginRead()
        let head = try head(in: transaction).position
        guard try UInt64(transaction.count(of: events)) != head else { return }
        var expected: UInt64 = 1
        var cursor = try transaction.cursor(over: events)
        var isOnEntry = try cursor.first()
        while isOnEntry, cursor.integerKey == expected {
            expected += 1
            isOnEntry = try cursor.next()
        }
        throw DamagedLog(position: Position(expected), damage: .missing)
    }

    private init(_ environment: Environment, logID: EventID) {
        self.environment = environment
        self.logID = logID
        events = environment.database("events")
        types = environment.database("types")
        meta = environment.database("meta")
    }

    private static func environment(_ folder: String, _ mapSize: Int, readOnly: Bool) throws -> Environment {
        try Environment(
            path: folder,
            databases: [
                DatabaseDefinition("events", integerKeys: true), DatabaseDefinition("types", integerKeys: true),
                DatabaseDefinition("meta"),
            ],
            options: EnvironmentOptions(mapSize: mapSize, durability: .full, readOnly: readOnly))
    }

    /// Makes a log in `folder` unless there is one: all of it, durably, or nothing, wherever it is interrupted. So it
    /// is made in a folder of its own there, and its file moved to its place.
    private static func makeIfMissing(in folder: String, mapSize: Int, _ id: EventID) throws {
        let file = folder + "/data.mdb"
        if try DurableFile.size(file) != nil { return }
        try DurableFile.createDirectory(folder)
        let lock = try FileLock.wait(forDirectory: folder)
        defer { withExtendedLifetime(lock) {} }
        if try DurableFile.size(file) != nil { return }
        let draft = folder + "/" + draftName
        try? FileManager.default.removeItem(atPath: draft)
        try DurableFile.createDirectory(draft)
        defer { try? FileManager.default.removeItem(atPath: draft) }
        let environment = try environment(draft, mapSize, readOnly: false)
        defer { environment.close() }
        try environment.write { transaction in
            let meta = environment.database("meta")
            var bytes: [UInt8] = []
            bytes.append(littleEndian: id.high)
            bytes.append(littleEndian: id.low)
            bytes.append(littleEndian: FastHash.hash64(bytes.rawSpan))
            try transaction.put(bytes.rawSpan, in: meta, for: "log id")
            var version: [UInt8] = []
            version.append(littleEndian: format)
            try transaction.put(version.rawSpan, in: meta, for: "format")
        }
        try environment.sync()
        try DurableFile.move(draft + "/data.mdb", to: file)
    }

    /// The folder in the log's folder that a log is made in.
    static let draftName = "new"

    private static func storedIdentity(_ environment: Environment, _ folder: String) throws -> EventID? {
        let meta = environment.database("meta")
        let transaction = try environment.beginRead()
        guard let version = try transaction.value(in: meta, for: "format") else { return nil }
        guard version.byteCount == 4, version.u32(at: 0) == format else {
            let found = version.byteCount == 4 ? "\(version.u32(at: 0))" : "unknown"
            throw UnreadableLog(path: folder, reason: "its format is \(found), this program reads \(format)")
        }
        guard let stored = try transaction.value(in: meta, for: "log id"), stored.byteCount == 24 else {
            throw UnreadableLog(path: folder, reason: "its identity is missing")
        }
        guard stored.u64(at: 16) == FastHash.hash64(stored.extracting(0..<16)) else {
            throw UnreadableLog(path: folder, reason: "its identity does not match its checksum")
        }
        return EventID(high: stored.u64(at: 0), low: stored.u64(at: 8))
    }

    /// The last position and when it was recorded, as `transaction` sees it.
    func head(in transaction: borrowing ReadTransaction) throws -> (position: UInt64, recordedAt: Int64) {
        var cursor = try transaction.cursor(over: events)
        return try Self.last(&cursor)
    }

    /// The same; what comes next is recorded no earlier, so the last record is compared with its checksum.
    func head(in transaction: borrowing WriteTransaction) throws -> (position: UInt64, recordedAt: Int64) {
        var cursor = try transaction.cursor(over: events)
        let head = try Self.last(&cursor)
        if head.position > 0 { try EventView(cursor.value).requireSound(at: head.position) }
        return head
    }

    private static func last(_ cursor: inout Cursor) throws -> (position: UInt64, recordedAt: Int64) {
        guard try cursor.last() else { return (0, .min) }
        guard cursor.value.byteCount >= EventView.headerLength else {
            throw DamagedLog(position: Position(cursor.integerKey), damage: .malformed)
        }
        return (cursor.integerKey, EventView(cursor.value).recordedAt.microseconds)
    }

    /// The last position that was recorded at or before `time`; 0 when there is none. O(log n).
    func position(
        recordedAtOrBefore time: Timestamp, in transaction: borrowing ReadTransaction
    ) throws -> UInt64 {
        var low: UInt64 = 0
        var high = try head(in: transaction).position
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard let record = try transaction.value(in: events, for: middle) else {
                throw DamagedLog(position: Position(middle), damage: .missing)
            }
            try EventView(record).requireSound(at: middle)
            if EventView(record).recordedAt <= time { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Reads type names beyond those that `table` knows.
    func refresh(_ table: TypeTable, in transaction: borrowing ReadTransaction) throws {
        var cursor = try transaction.cursor(over: types)
        try Self.load(&cursor, into: table, environment.path)
    }

    func refresh(_ table: TypeTable, in transaction: borrowing WriteTransaction) throws {
        var cursor = try transaction.cursor(over: types)
        try Self.load(&cursor, into: table, environment.path)
    }

    private static func load(_ cursor: inout Cursor, into table: TypeTable, _ path: String) throws {
        var number = UInt64(table.count + 1)
        var isOnEntry = try cursor.seek(number)
        while isOnEntry {
            guard cursor.integerKey == number, number <= UInt64(UInt32.max),
                let type = storedType(cursor.value, number: UInt32(number))
            else {
                throw UnreadableLog(path: path, reason: "the name of event type \(number) is damaged")
            }
            table.add(type, number: UInt32(number))
            number += 1
            isOnEntry = try cursor.next()
        }
    }

    /// The stored form of a type's name.
    static func store(_ type: EventType, number: UInt32) -> [UInt8] {
        var bytes = Array(type.name.utf8)
        bytes.append(littleEndian: FastHash.hash64(bytes.rawSpan, seed: UInt64(number)))
        return bytes
    }

    /// The type of a stored name; nil when that is not what was stored.
    private static func storedType(_ stored: RawSpan, number: UInt32) -> EventType? {
        let length = stored.byteCount - 8
        guard length > 0,
            stored.u64(at: length) == FastHash.hash64(stored.extracting(0..<length), seed: UInt64(number))
        else { return nil }
        return EventType(unchecked: stored.text(0..<length))
    }
}

/// A data directory that this program cannot read, and why.
public struct UnreadableLog: Error, Equatable, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "\(path) is not a log this program reads: \(reason)" }
}
