internal import CLMDB
internal import Glibc
internal import Synchronization

/// A named database to be opened with its environment.
public struct DatabaseDefinition: Sendable {
    /// The name inside the environment.
    public let name: String
    /// Whether keys are native 64-bit integers, kept in numeric order.
    public let hasIntegerKeys: Bool

    public init(_ name: String, integerKeys: Bool = false) {
        self.name = name
        self.hasIntegerKeys = integerKeys
    }
}

/// A database of an open environment.
public struct Database: Equatable, Sendable {
    @usableFromInline let handle: UInt32
    @usableFromInline let hasIntegerKeys: Bool
}

/// What a commit guarantees.
public enum Durability: Sendable {
    /// Every commit is on the device when it returns: the log.
    case full
    /// Commits reach the operating system only. A killed process loses nothing; a power cut may damage the file, so the
    /// owner keeps a marker and rebuilds: derived data.
    case rebuildable
}

/// How an environment is opened.
public struct EnvironmentOptions: Sendable {
    /// Bytes of address space reserved for the map. It grows by itself, but growing waits for open transactions.
    public var mapSize: Int
    /// What a commit guarantees.
    public var durability: Durability
    /// Whether the environment is only read. A folder without write permission is always opened so.
    public var readOnly: Bool
    /// Reader slots shared by all processes.
    public var maximumReaders: UInt32 = 1024
    /// Whether no process will ever write to the file again: it is read without lock file and reader slots.
    public var immutable: Bool
    /// Leaves out read-ahead; right for random access over a file larger than memory.
    public var randomAccess = false

    public init(
        mapSize: Int = 64 << 30, durability: Durability = .full, readOnly: Bool = false, immutable: Bool = false
    ) {
        self.mapSize = mapSize
        self.durability = durability
        self.readOnly = readOnly || immutable
        self.immutable = immutable
    }
}

/// An LMDB environment: one directory with `data.mdb` and `lock.mdb`.
///
/// Rules of LMDB that hold by construction here:
/// - open once per process (a registry keyed by device and inode), never across `fork`;
/// - a truncated or foreign file is refused before it is mapped;
/// - databases are opened once, in the opening transaction;
/// - a transaction holds its environment, so the environment outlives it;
/// - growing the map waits until this process has no open transaction;
/// - after a failed write of a meta page, which LMDB answers with `MDB_PANIC` from then on, it is opened anew.
@safe
public final class Environment: @unchecked Sendable {
    // Unchecked: LMDB's environment may be used from any thread; `gate` guards changes of the map and of the pointer,
    // which are made while nobody is between `enterTransaction` and `leaveTransaction`.

    /// The environment's directory.
    public let path: String
    /// Whether writes are refused.
    public let isReadOnly: Bool
    /// Whether nobody will ever write to its file again.
    public let isImmutable: Bool
    /// Nil after a failure that it could not be opened anew after; the next transaction tries again.
    var pointer: OpaquePointer?
    let opener: EnvironmentOpener
    private let identity: FileIdentity
    let databases: [String: Database]
    let gate = Mutex(Gate())

    struct Gate {
        var openTransactions = 0
        var isChangingMap = false
        var isClosed = false
    }

    /// Opens or creates the environment in directory `path` (which must exist) with the named `databases`.
    ///
    /// - Throws: ``LMDBError``, among them `truncated`, `foreign`, `alreadyOpen` and `missingDatabase`.
    public init(
        path: String, databases definitions: [DatabaseDefinition], options: EnvironmentOptions = .init()
    ) throws(LMDBError) {
        let dataFile = path + "/data.mdb"
        try MetaPages.check(dataFile: dataFile)
        let writable = unsafe access(path, W_OK) == 0
        let isReadOnly = options.readOnly || !writable
        let identity = try FileIdentity(directory: path)
        // Without locks a second opening is harmless.
        guard options.immutable || OpenEnvironments.register(identity) else {
            throw LMDBError(.alreadyOpen, "open", path: path)
        }
        opener = EnvironmentOpener(
            path: path, definitions: definitions, options: options, isWritable: writable, isReadOnly: isReadOnly)
        do throws(LMDBError) {
            let opened = unsafe try opener.open()
            unsafe pointer = opened.pointer
            databases = unsafe opened.databases
        } catch {
            if !options.immutable { OpenEnvironments.unregister(identity) }
            throw error
        }
        self.path = path
        self.isReadOnly = isReadOnly
        self.isImmutable = options.immutable
        self.identity = identity
        if writable, !options.immutable { try clearStaleReaders() }
    }

    deinit {
        close()
    }

    /// Closes the files now, once the transactions of other threads have ended, instead of when the value goes. Using
    /// the environment afterwards is a programmer error.
    public func close() {
        while true {
            let isMine: Bool? = gate.withLock { state in
                if state.isClosed { return false }
                guard state.openTransactions == 0, !state.isChangingMap else { return nil }
                state.isClosed = true
                return true
            }
            if isMine == false { return }
            if isMine == true { break }
            usleep(100)
        }
        if let pointer = unsafe pointer { unsafe mdb_env_close(pointer) }
        if !isImmutable { OpenEnvironments.unregister(identity) }
    }

    /// The database that was opened under `name`; asking for another is a programmer error.
    public func database(_ name: String) -> Database {
        guard let database = databases[name] else { preconditionFailure("\(path) was not opened with \(name)") }
        return database
    }

    /// Frees the reader slots of processes that are gone. Called at open; call it every minute or so.
    public func clearStaleReaders() throws(LMDBError) {
        enterTransaction()
        defer { leaveTransaction() }
        guard let pointer = unsafe pointer else { return }
        var dead: Int32 = 0
        let code = unsafe mdb_reader_check(pointer, &dead)
        guard code == 0 else { throw LMDBError(code: code, "reader check", path: path) }
    }

    /// Forces everything committed so far to the device.
    public func sync() throws(LMDBError) {
        enterTransaction()
        defer { leaveTransaction() }
        guard let pointer = unsafe pointer else { throw LMDBError(.panicked, "sync", path: path) }
        let code = unsafe mdb_env_sync(pointer, 1)
        guard code == 0 else { throw LMDBError(code: code, "sync", path: path) }
    }

    /// Bytes that the file system of this environment can still take.
    public func freeBytes() -> UInt64 {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return .max }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
