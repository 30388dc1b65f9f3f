internal import CLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// Opens the environment anew after a failed write of a meta page.
    ///
    /// The commit that failed has come about or not, and reading tells. If it has, it may not be durable yet; so where
    /// commits are, another one follows that changes nothing, before anybody reads.
    ///
    /// - Throws: `panicked` while transactions of this process stay open, and whatever the opening or the commit fails
    ///   with. The next transaction tries again.
    func recover() throws(LMDBError) {
        guard takeMap() else { throw LMDBError(.panicked, "recover", path: path) }
        defer { gate.withLock { $0.isChangingMap = false } }
        if let broken = unsafe pointer {
            // Somebody else may have been faster.
            var started: OpaquePointer?
            if unsafe mdb_txn_begin(broken, nil, UInt32(MDB_RDONLY), &started) == 0 {
                unsafe mdb_txn_abort(started)
                return
            }
            unsafe mdb_env_close(broken)
            unsafe pointer = nil
        }
        try MetaPages.check(dataFile: path + "/data.mdb")
        let opened = unsafe try opener.open()
        guard unsafe opened.databases == databases else {
            unsafe mdb_env_close(opened.pointer)
            throw LMDBError(.corrupted, "recover", path: path)
        }
        do throws(LMDBError) {
            if !isReadOnly, opener.options.durability == .full { unsafe try confirm(opened.pointer) }
        } catch {
            unsafe mdb_env_close(opened.pointer)
            throw error
        }
        unsafe pointer = opened.pointer
    }

    /// Keeps others from beginning; false when transactions go on for longer than a second.
    private func takeMap() -> Bool {
        for _ in 0..<10_000 {
            let isMine = gate.withLock { state in
                precondition(!state.isClosed, "\(path) was closed")
                guard !state.isChangingMap, state.openTransactions == 0 else { return false }
                state.isChangingMap = true
                return true
            }
            if isMine { return true }
            usleep(100)
        }
        return false
    }

    /// A commit that changes nothing: it writes the first entry there is as it is.
    private func confirm(_ environment: OpaquePointer) throws(LMDBError) {
        var started: OpaquePointer?
        var code = unsafe mdb_txn_begin(environment, nil, 0, &started)
        guard code == 0, let transaction = unsafe started else { throw LMDBError(code: code, "begin", path: path) }
        for database in databases.values.sorted(by: { $0.handle < $1.handle }) {
            code = unsafe rewriteFirst(of: database, in: transaction)
            if code == 0 { break }
            guard code == MDB_NOTFOUND else {
                unsafe mdb_txn_abort(transaction)
                throw LMDBError(code: code, "rewrite an entry", path: path)
            }
        }
        code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { throw LMDBError(code: code, "commit", path: path) }
    }

    private func rewriteFirst(of database: Database, in transaction: OpaquePointer) -> Int32 {
        var opened: OpaquePointer?
        let code = unsafe mdb_cursor_open(transaction, database.handle, &opened)
        guard code == 0, let cursor = unsafe opened else { return code }
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var data = unsafe MDB_val()
        let found = unsafe mdb_cursor_get(cursor, &key, &data, MDB_FIRST)
        guard found == 0 else { return found }
        // The bytes lie in the page that is about to be replaced.
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: data.mv_data, count: data.mv_size))
        return unsafe bytes.withUnsafeBytes { buffer in
            var copy = unsafe MDB_val(
                mv_size: buffer.count, mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            return unsafe mdb_cursor_put(cursor, &key, &copy, UInt32(MDB_CURRENT))
        }
    }
}
