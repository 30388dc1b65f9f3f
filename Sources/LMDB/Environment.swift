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
public struct Database: Sendable {
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
/// - growing the map waits until this process has no open transaction.
@safe
public final class Environment: @unchecked Sendable {
    // Unchecked: the pointer is set once; LMDB's environment may be used from any thread; `gate` guards map changes.

    /// The environment's directory.
    public let path: String
    /// Whether writes are refused.
    public let isReadOnly: Bool
    /// Whether nobody will ever write to its file again.
    public let isImmutable: Bool
    let pointer: OpaquePointer
    private let identity: FileIdentity
    private let databases: [String: Database]
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
        do throws(LMDBError) {
            let pointer = unsafe try Self.open(
                path, writable: writable, isReadOnly: isReadOnly, options, definitions.count)
            do throws(LMDBError) {
                self.databases = unsafe try Self.openDatabases(
                    definitions, in: pointer, path: path, readOnly: isReadOnly)
            } catch {
                unsafe mdb_env_close(pointer)
                throw error
            }
            unsafe self.pointer = pointer
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
        unsafe mdb_env_close(pointer)
        if !isImmutable { OpenEnvironments.unregister(identity) }
    }

    /// Where so much address space is not to be had, a smaller map will do: it grows.
    private static func open(
        _ path: String, writable: Bool, isReadOnly: Bool, _ wanted: EnvironmentOptions, _ databaseCount: Int
    ) throws(LMDBError) -> OpaquePointer {
        var options = wanted
        while true {
            do throws(LMDBError) {
                return unsafe try openOnce(
                    path, writable: writable, isReadOnly: isReadOnly, options, databaseCount)
            } catch {
                guard error.kind == .system(ENOMEM), options.mapSize > 1 << 30 else { throw error }
                options.mapSize /= 8
            }
        }
    }

    private static func openOnce(
        _ path: String, writable: Bool, isReadOnly: Bool, _ options: EnvironmentOptions, _ databaseCount: Int
    ) throws(LMDBError) -> OpaquePointer {
        // Nobody can take a reader slot where the lock file cannot be written.
        let hasSlots = writable && !options.immutable
        if hasSlots { try LockTable.reserve(in: path, readers: options.maximumReaders) }
        var created: OpaquePointer?
        var code = unsafe mdb_env_create(&created)
        guard code == 0, let pointer = unsafe created else { throw LMDBError(code: code, "create", path: path) }
        var flags = UInt32(MDB_NOTLS)
        if isReadOnly { flags |= UInt32(MDB_RDONLY) }
        if !hasSlots { flags |= UInt32(MDB_NOLOCK) }
        if options.randomAccess { flags |= UInt32(MDB_NORDAHEAD) }
        if options.durability == .rebuildable { flags |= UInt32(MDB_NOSYNC) }
        unsafe mdb_env_set_mapsize(pointer, options.immutable || (isReadOnly && !writable) ? 0 : options.mapSize)
        unsafe mdb_env_set_maxdbs(pointer, UInt32(max(1, databaseCount)))
        unsafe mdb_env_set_maxreaders(pointer, options.maximumReaders)
        code = unsafe mdb_env_open(pointer, path, flags, 0o600)
        guard code == 0 else {
            unsafe mdb_env_close(pointer)
            throw LMDBError(code: code, "open", path: path)
        }
        var descriptor: Int32 = -1
        if unsafe mdb_env_get_fd(pointer, &descriptor) == 0 {
            // LMDB leaves its data file open across exec; a child must not inherit it.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        return unsafe pointer
    }

    private static func openDatabases(
        _ definitions: [DatabaseDefinition], in environment: OpaquePointer, path: String, readOnly: Bool
    ) throws(LMDBError) -> [String: Database] {
        var started: OpaquePointer?
        var code = unsafe mdb_txn_begin(environment, nil, readOnly ? UInt32(MDB_RDONLY) : 0, &started)
        guard code == 0, let transaction = unsafe started else { throw LMDBError(code: code, "begin", path: path) }
        var databases: [String: Database] = [:]
        for definition in definitions {
            var handle: MDB_dbi = 0
            var flags: UInt32 = readOnly ? 0 : UInt32(MDB_CREATE)
            if definition.hasIntegerKeys { flags |= UInt32(MDB_INTEGERKEY) }
            code = unsafe mdb_dbi_open(transaction, definition.name, flags, &handle)
            guard code == 0 else {
                unsafe mdb_txn_abort(transaction)
                let kind: LMDBError.Kind =
                    code == MDB_NOTFOUND ? .missingDatabase(definition.name) : LMDBError.Kind(code: code)
                throw LMDBError(kind, "open database \(definition.name)", path: path)
            }
            databases[definition.name] = Database(handle: handle, hasIntegerKeys: definition.hasIntegerKeys)
        }
        code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { throw LMDBError(code: code, "commit", path: path) }
        return databases
    }

    /// The database that was opened under `name`; asking for another is a programmer error.
    public func database(_ name: String) -> Database {
        guard let database = databases[name] else { preconditionFailure("\(path) was not opened with \(name)") }
        return database
    }

    /// Frees the reader slots of processes that are gone. Called at open; call it every minute or so.
    public func clearStaleReaders() throws(LMDBError) {
        var dead: Int32 = 0
        let code = unsafe mdb_reader_check(pointer, &dead)
        guard code == 0 else { throw LMDBError(code: code, "reader check", path: path) }
    }

    /// Forces everything committed so far to the device.
    public func sync() throws(LMDBError) {
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
