internal import EventLog
internal import Foundation
internal import LMDB

/// How far a generation has folded which log: enough to notice that it belongs to another one.
struct Checkpoint: Equatable {
    var logID: EventID
    /// Every event up to here is in the rows.
    var position: UInt64
    /// The checksum of the record there; 0 at position 0.
    var recordChecksum: UInt64

    static let storedLength = 32

    func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: logID.high)
        bytes.append(littleEndian: logID.low)
        bytes.append(littleEndian: position)
        bytes.append(littleEndian: recordChecksum)
        return bytes
    }

    init(logID: EventID, position: UInt64, recordChecksum: UInt64) {
        self.logID = logID
        self.position = position
        self.recordChecksum = recordChecksum
    }

    init?(_ stored: RawSpan) {
        guard stored.byteCount == Self.storedLength else { return nil }
        logID = EventID(high: stored.u64(at: 0), low: stored.u64(at: 8))
        position = stored.u64(at: 16)
        recordChecksum = stored.u64(at: 24)
    }

    /// The checkpoint of `log` at `position`; nil when the log does not reach it.
    init?(of log: EventLog, at position: UInt64) throws {
        if position == 0 {
            self.init(logID: log.logID, position: 0, recordChecksum: 0)
            return
        }
        guard let checksum = try log.withEvent(at: Position(position), { $0.checksum }) else { return nil }
        self.init(logID: log.logID, position: position, recordChecksum: checksum)
    }
}

/// One built version of a read model's rows: an LMDB environment in a directory of its own.
///
/// - `entities`: fold number, tag text -> lastOccurredAt, lastPosition, state
/// - `totals`: table, parts -> columns
/// - `series`: table, parts, level, bucket -> ``DayRow``, or for blocks of days the columns
/// - `rows`: table, parts -> whatever the model puts there, in key order
/// - `meta`: "checkpoint", "model" (name, version, layout); of read models that forget what ``Forgotten`` says
///
/// Rows of all but `meta` are stored as ``StoredRow`` says.
final class Generation: Sendable {
    /// Counts up whenever the way of storing rows changes.
    static let layout = 3
    static let databases = ["meta", "entities", "totals", "series", "rows"].map { DatabaseDefinition($0) }

    let name: String
    let environment: Environment
    let meta: Database
    let entities: Database
    let totals: Database
    let series: Database
    let rows: Database

    /// Address space for a generation; it grows by itself. `RAPPORT_MAP_SIZE` in the environment names another size, as
    /// for the log.
    static let usualMapSize = ProcessInfo.processInfo.environment["RAPPORT_MAP_SIZE"].flatMap { Int($0) } ?? 64 << 30

    static let leastMapSize = 1 << 15

    /// Opens or creates the generation in directory `path`.
    ///
    /// - Parameter immutable: nobody writes to it any more; it is read without taking part in locks.
    init(path: String, mapSize: Int = usualMapSize, readOnly: Bool = false, immutable: Bool = false) throws {
        name = (path as NSString).lastPathComponent
        environment = try Environment(
            path: path, databases: Self.databases,
            options: EnvironmentOptions(
                mapSize: mapSize, durability: .rebuildable, readOnly: readOnly, immutable: immutable))
        meta = environment.database("meta")
        entities = environment.database("entities")
        totals = environment.database("totals")
        series = environment.database("series")
        rows = environment.database("rows")
    }

    /// Makes a generation in `directory` and fills it; once more, with a larger map, for as long as the map is too
    /// small.
    ///
    /// - Parameter mapSize: for the first attempt.
    static func make(
        in directory: String, mapSize: Int = usualMapSize, _ fill: (Generation) throws -> Void
    ) throws -> Generation {
        var mapSize = max(mapSize, leastMapSize)
        while true {
            try DurableFile.createDirectory(directory)
            do {
                let generation = try Generation(path: directory, mapSize: mapSize)
                do {
                    try fill(generation)
                    return generation
                } catch {
                    generation.environment.close()
                    throw error
                }
            } catch let error as LMDBError where error.kind == .mapFull {
                for file in ["/data.mdb", "/lock.mdb"] { try DurableFile.remove(directory + file) }
                mapSize *= 2
            }
        }
    }

    func database(of table: RowTable) -> Database {
        switch table {
        case .entities: entities
        case .totals: totals
        case .series: series
        case .rows: rows
        }
    }

    func checkpoint(in transaction: borrowing ReadTransaction) throws -> Checkpoint? {
        guard let stored = try transaction.value(in: meta, for: "checkpoint") else { return nil }
        return Checkpoint(stored)
    }

    func checkpoint() throws -> Checkpoint? {
        let transaction = try environment.beginRead()
        return try checkpoint(in: transaction)
    }

    static func identity(of model: ReadModel) -> String { "\(model.name) \(model.version) \(layout)" }

    /// Whether it was built by this version of the model with this layout of rows.
    func isBuilt(by model: ReadModel) throws -> Bool {
        let transaction = try environment.beginRead()
        return try transaction.value(in: meta, for: "model")?.text() == Self.identity(of: model)
    }
}

/// Says that a generation is being written without syncing, since which start of the machine.
///
/// A process that is killed loses nothing that it gave to the operating system; a machine that goes down may have
/// written later pages and not earlier ones. So a marker from another start means: build again.
struct DirtyMarker {
    let path: String

    init(generation directory: String) {
        path = directory + "/DIRTY"
    }

    private static var machineStart: [UInt8] {
        ((try? DurableFile.read("/proc/sys/kernel/random/boot_id")) ?? nil) ?? []
    }

    func set() throws { try DurableFile.replace(path, with: Self.machineStart) }

    func clear() throws { try DurableFile.remove(path) }

    /// Whether somebody is writing, or has been and was interrupted.
    var isSet: Bool { get throws { try DurableFile.size(path) != nil } }

    /// Whether what is in the generation's files can be trusted.
    func allowsUse() throws -> Bool {
        guard let start = try DurableFile.read(path) else { return true }
        return !start.isEmpty && start == Self.machineStart
    }
}
