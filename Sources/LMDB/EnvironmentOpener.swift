internal import CLMDB
internal import Glibc

/// How an environment is opened with LMDB: at first, and anew after a failure that LMDB does not come back from.
struct EnvironmentOpener: Sendable {
    let path: String
    let definitions: [DatabaseDefinition]
    let options: EnvironmentOptions
    let isWritable: Bool
    let isReadOnly: Bool

    /// LMDB's environment, and the handles of its databases: the same ones each time.
    func open() throws(LMDBError) -> (pointer: OpaquePointer, databases: [String: Database]) {
        let pointer = unsafe try openFiles()
        do throws(LMDBError) {
            return unsafe (pointer, try openDatabases(in: pointer))
        } catch {
            unsafe mdb_env_close(pointer)
            throw error
        }
    }

    /// Where so much address space is not to be had, a smaller map will do: it grows.
    private func openFiles() throws(LMDBError) -> OpaquePointer {
        var mapSize = options.mapSize
        while true {
            do throws(LMDBError) {
                return unsafe try openFiles(mapSize: mapSize)
            } catch {
                guard error.kind == .system(ENOMEM), mapSize > 1 << 30 else { throw error }
                mapSize /= 8
            }
        }
    }

    private func openFiles(mapSize: Int) throws(LMDBError) -> OpaquePointer {
        // Nobody can take a reader slot where the lock file cannot be written.
        let hasSlots = isWritable && !options.immutable
        if hasSlots { try LockTable.reserve(in: path, readers: options.maximumReaders) }
        var created: OpaquePointer?
        var code = unsafe mdb_env_create(&created)
        guard code == 0, let pointer = unsafe created else { throw LMDBError(code: code, "create", path: path) }
        var flags = UInt32(MDB_NOTLS)
        if isReadOnly { flags |= UInt32(MDB_RDONLY) }
        if !hasSlots { flags |= UInt32(MDB_NOLOCK) }
        if options.randomAccess { flags |= UInt32(MDB_NORDAHEAD) }
        if options.durability == .rebuildable { flags |= UInt32(MDB_NOSYNC) }
        unsafe mdb_env_set_mapsize(pointer, options.immutable || (isReadOnly && !isWritable) ? 0 : mapSize)
        unsafe mdb_env_set_maxdbs(pointer, UInt32(max(1, definitions.count)))
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

    private func openDatabases(in environment: OpaquePointer) throws(LMDBError) -> [String: Database] {
        var started: OpaquePointer?
        var code = unsafe mdb_txn_begin(environment, nil, isReadOnly ? UInt32(MDB_RDONLY) : 0, &started)
        guard code == 0, let transaction = unsafe started else { throw LMDBError(code: code, "begin", path: path) }
        var databases: [String: Database] = [:]
        for definition in definitions {
            var handle: MDB_dbi = 0
            var flags: UInt32 = isReadOnly ? 0 : UInt32(MDB_CREATE)
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
}
