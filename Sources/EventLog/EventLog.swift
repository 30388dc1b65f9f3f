internal import Foundation
internal import LMDB
public import Logging
internal import Synchronization

/// How a log is opened.
public struct EventLogOptions: Sendable {
    /// Address space reserved for the log's map; it grows by itself.
    public var mapSize: Int = 128 << 30
    /// Only read, even where writing is possible.
    public var readOnly = false
    /// Seconds the indexer waits at every step. For tests of what may happen in between.
    package var indexerPacing: Double = 0
    /// Events in a full table of the tail. For tests of what happens over many tables.
    package var tableCapacity = TailTable.standardCapacity

    public init(readOnly: Bool = false) {
        self.readOnly = readOnly
        if let text = ProcessInfo.processInfo.environment["RAPPORT_INDEXER_PACING"], let seconds = Double(text) {
            indexerPacing = seconds
        }
        if let text = ProcessInfo.processInfo.environment["RAPPORT_MAP_SIZE"], let bytes = Int(text) {
            mapSize = bytes
        }
    }
}

/// An append-only log of events in LMDB, in `<data>/log`, with its index in `<data>/index`.
///
/// A backup is a log, too, that is only read. Knows no CRM type. Several processes may open the same log; in one
/// process it is opened once. Safe to use from any thread and task.
public final class EventLog: Sendable {
    /// The data directory.
    public let path: String
    /// Whether this is a backup of a log.
    public let isBackup: Bool
    /// Whether appends are refused.
    public let isReadOnly: Bool
    private let derived: DerivedFolder
    let store: LogStore
    let index: EventIndex
    let types = TypeTable()
    /// The newest head this process knows of.
    package let signal = HeadSignal()
    let indexer: Indexer
    let writer: Writer?
    private let watch = Mutex<FileWatch?>(nil)
    private let mark: OpenMark?
    /// What looks at events before they are appended.
    let installedGuard = Mutex<(any AppendGuard)?>(nil)
    /// Whether the data directory has keys by which personal parts are sealed.
    let sealsParts: Bool

    /// Whether a process that had this log open has ended without closing it: it was killed, or has crashed, or the
    /// machine went down. Nothing acknowledged is lost by that; damage may have been the reason, so
    /// ``verify(progress:)`` is worth its time. Told to the first one who opens the log to append to it.
    public var wasLeftOpen: Bool { mark?.hasFoundOthers ?? false }

    /// The identity of this log, made when it was created.
    public var logID: EventID { store.logID }

    /// Opens the log in the data directory `path`; creates it unless it is opened for reading only.
    ///
    /// - Throws: ``UnreadableLog``, or an error of the storage layer: a truncated or foreign file, a directory that is
    ///   already open in this process, a full disk.
    public init(
        at path: String, options: EventLogOptions = .init(), logger: Logger = Logger(label: "rapport.log")
    ) throws {
        self.path = path
        if UnfinishedRestore.isThere(in: path) {
            throw UnreadableLog(
                path: path, reason: "a backup is being restored into it, or that was interrupted; restore it again")
        }
        isBackup = BackupManifest.isThere(in: path)
        sealsParts = FileManager.default.fileExists(atPath: path + "/keys/CURRENT")
        let isAppendable = !options.readOnly && !isBackup
        if isAppendable {
            for folder in [path, path + "/index"] where !FileManager.default.fileExists(atPath: folder) {
                try DurableFile.createDirectory(folder)
            }
        }
        store = try LogStore(folder: path + "/log", mapSize: options.mapSize, readOnly: !isAppendable)
        isReadOnly = store.environment.isReadOnly
        if !isReadOnly { try Self.makeDurable(store, in: path) }
        mark = isReadOnly ? nil : try OpenMark(in: path + "/log")
        if mark?.hasFoundOthers ?? false {
            logger.warning("the last process that had this log open ended without closing it; verify checks the files")
        }
        derived =
            isBackup && !options.readOnly
            ? DerivedFolder(ofBackupIn: path) : DerivedFolder(path: path, isWritable: !isReadOnly)
        index = EventIndex(folder: derived.path + "/index", tableCapacity: options.tableCapacity)
        indexer = Indexer(
            store, index, isWritable: derived.isWritable, pacing: options.indexerPacing, logger: logger)
        do {
            try indexer.adoptManifest()
        } catch {
            indexer.close()
            store.environment.close()
            throw error
        }
        writer = isReadOnly ? nil : Writer(store, index, types, signal, indexer, logger: logger)
        signal.advance(to: try currentHead().rawValue)
    }

    /// Makes what is there durable, names of files and folders included, before anything is said about it.
    ///
    /// A process that was killed while it made the log, or while a commit was being synced, leaves what everybody sees
    /// and a power cut may still take back: events that this process would call known.
    private static func makeDurable(_ store: LogStore, in path: String) throws {
        try store.environment.sync()
        try DurableFile.syncDirectory(of: path + "/log/data.mdb")
        try DurableFile.syncDirectory(of: path + "/log")
        do {
            try DurableFile.syncDirectory(of: path)
        } catch let error where error.kind == .system(EACCES) {
            // The folder above may not be read by this user; then another one has made the directory in it.
        }
    }

    /// The folder that index and read models are kept in.
    package var derivedPath: String { derived.path }

    /// Whether index and read models may be made and kept up to date, or are only used as they are.
    package var keepsDerived: Bool { derived.isWritable }

    /// Starts to notice what other processes append; for followers, which are the only ones who wait.
    package func watchOtherProcesses() {
        watch.withLock { watch in
            guard watch == nil, !signal.isClosed else { return }
            watch = FileWatch(path + "/log/data.mdb") { [store, signal] in
                guard !signal.isClosed else { return }
                let head = try? store.environment.read { transaction in try store.head(in: transaction).position }
                if let head { signal.advance(to: head) }
            }
        }
    }

    deinit {
        close()
        // The ending threads may hold on to their objects for a moment; the files must be free now.
        index.release()
        store.environment.close()
    }

    /// Refuses new appends, waits until those handed over are durable and answered, and writes the index out.
    ///
    /// Called when the value goes, too. Reading goes on working.
    public func close() {
        writer?.close()
        indexer.close()
        signal.close()
        watch.withLock { $0 = nil }
        mark?.remove()
    }

    /// The last position in the log now, whoever appended it.
    public var head: Position { (try? currentHead()) ?? Position(signal.head) }

    @usableFromInline
    func currentHead() throws -> Position {
        let transaction = try store.environment.beginRead()
        return Position(try store.head(in: transaction).position)
    }

    /// Appends and bytes waiting for the writer, and events waiting for the index.
    public var backlog: (appends: Int, bytes: Int, unindexed: UInt64) {
        let queue = writer?.backlog ?? (appends: 0, bytes: 0)
        return (queue.appends, queue.bytes, head.rawValue - min(head.rawValue, index.runsEnd))
    }

    /// Bytes reserved for the log's map, and used of it.
    public var mapUse: (reserved: Int, used: Int) { store.environment.mapUse() }
}

// MARK: - Append

extension EventLog {
    /// Appends `events` together, unless an event matches `condition`; returns when they are durable.
    ///
    /// An event whose id and bytes are in the log already is not written again and answers with its first position.
    /// Cancelling the task stops the waiting only: what was handed to the writer is decided all the same, and
    /// ``position(of:)`` tells how.
    ///
    /// - Throws: ``AppendError`` when nothing was written for a reason the caller can act on; an error of the storage
    ///   layer (full disk, damage) when nothing was written because it could not be; what an installed ``AppendGuard``
    ///   has against the events.
    @discardableResult
    public func append(
        _ events: [NewEvent], condition: AppendCondition? = nil, known: KnownEvents = .refuse
    ) async throws -> AppendResult {
        guard let writer else { throw AppendError.readOnly }
        await writer.waitForRoom()
        let prepared = try prepared(events)
        let request = try AppendRequest(prepared, condition: condition, knownEvents: known)
        try writer.submit(request)
        do {
            return try await request.value()
        } catch {
            let again = try AppendRequest(
                try reconciled(prepared, after: error), condition: condition, knownEvents: known)
            try writer.submit(again)
            return try await again.value()
        }
    }

    /// As ``append(_:condition:known:)``, blocking the calling thread: for tools that have no tasks. One thread that
    /// appends alone writes and syncs by itself, which saves it the way to the writer and back.
    @discardableResult
    public func appendBlocking(
        _ events: [NewEvent], condition: AppendCondition? = nil, known: KnownEvents = .refuse
    ) throws -> AppendResult {
        guard let writer else { throw AppendError.readOnly }
        writer.waitForRoomBlocking()
        let prepared = try prepared(events)
        let request = try AppendRequest(prepared, condition: condition, knownEvents: known)
        try writer.decideOrSubmit(request)
        do {
            return try request.blockingValue()
        } catch {
            let again = try AppendRequest(
                try reconciled(prepared, after: error), condition: condition, knownEvents: known)
            try writer.decideOrSubmit(again)
            return try again.blockingValue()
        }
    }

    /// Reads the events of `query`, folds them into a state, lets `decision` say what to append, and appends it on the
    /// condition that no event of the query came in between; a conflict reads the new events and decides again.
    ///
    /// - Parameters:
    ///   - query: what the decision depends on.
    ///   - initial: the state before the first event.
    ///   - attempts: how often at most to decide.
    ///   - fold: applies one event to the state; events come in position order.
    ///   - decision: the events to append for a state; none appends nothing. May throw to refuse.
    /// - Returns: where the events stand, or nil when there was nothing to append.
    /// - Throws: ``AppendError/conflict(_:)`` after the last attempt, and what `fold` and `decision` throw.
    @discardableResult
    public func decide<State>(
        _ query: Query, from initial: State, attempts: Int = 8,
        fold: (inout State, RecordedEvent) throws -> Void,
        decision: (State) throws -> [NewEvent]
    ) async throws -> AppendResult? {
        var state = initial
        var seen = Position.zero
        var attempt = 1
        while true {
            let extent = try read(query, from: seen.next) { event in
                try fold(&state, recorded(event))
                return true
            }
            seen = extent.head
            let events = try decision(state)
            if events.isEmpty { return nil }
            do {
                return try await append(events, condition: AppendCondition(failIfMatches: query, after: seen))
            } catch AppendError.conflict where attempt < attempts {
                attempt += 1
            }
        }
    }

    /// The position of the event with this id; nil when it is not in the log.
    public func position(of id: EventID) throws -> Position? {
        let transaction = try store.environment.beginRead()
        let head = try store.head(in: transaction).position
        try prepareIndex(upTo: head, transaction)
        return try index.position(of: id, head: head).map { Position($0) }
    }
}
