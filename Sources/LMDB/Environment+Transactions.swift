internal import CLMDB
internal import Glibc
internal import Synchronization

// MARK: - Transactions and the map

extension Environment {
    /// Opens a read transaction: a stable snapshot. Keep it short.
    public func beginRead() throws(LMDBError) -> ReadTransaction {
        unsafe ReadTransaction(try begin(UInt32(MDB_RDONLY)), of: self)
    }

    /// Opens the write transaction, waiting for the one that is open anywhere. It stays on the calling thread.
    public func beginWrite() throws(LMDBError) -> WriteTransaction {
        guard !isReadOnly else { throw LMDBError(.readOnly, "begin", path: path) }
        return unsafe WriteTransaction(try begin(0), of: self)
    }

    private func begin(_ flags: UInt32) throws(LMDBError) -> OpaquePointer {
        var hasRecovered = false
        while true {
            enterTransaction()
            var started: OpaquePointer?
            let code = unsafe pointer.map { unsafe mdb_txn_begin($0, nil, flags, &started) } ?? MDB_PANIC
            if code == 0, let handle = unsafe started { return unsafe handle }
            leaveTransaction()
            if code == MDB_MAP_RESIZED {
                try changeMap(to: 0)
            } else if code == MDB_PANIC, !hasRecovered {
                try recover()
                hasRecovered = true
            } else {
                throw LMDBError(code: code, "begin", path: path)
            }
        }
    }

    /// Runs `body` in a read transaction.
    public func read<Result, Failure: Error>(
        _ body: (borrowing ReadTransaction) throws(Failure) -> Result
    ) throws -> Result {
        let transaction = try beginRead()
        return try body(transaction)
    }

    /// Runs `body` in a write transaction and commits it; an error undoes everything. When the map is full it is grown
    /// and `body` runs again from the start.
    public func write<Result>(_ body: (borrowing WriteTransaction) throws -> Result) throws -> Result {
        while true {
            do {
                let transaction = try beginWrite()
                let result = try body(transaction)
                try transaction.commit()
                return result
            } catch let error as LMDBError where error.kind == .mapFull {
                try growMap()
            }
        }
    }

    /// Doubles the map. Waits until this process has no open transaction.
    public func growMap() throws(LMDBError) {
        try changeMap(to: mapUse().reserved * 2)
    }

    /// Size 0 adopts what another process has set.
    private func changeMap(to size: Int) throws(LMDBError) {
        // Nobody is kept from beginning meanwhile: a thread that holds one transaction may need a second one to
        // end the first.
        while !gate.withLock({ state in
            guard !state.isChangingMap, state.openTransactions == 0 else { return false }
            state.isChangingMap = true
            return true
        }) { usleep(100) }
        // Without one there is no map to change: whoever begins next opens it.
        let code = unsafe pointer.map { unsafe mdb_env_set_mapsize($0, size) } ?? 0
        gate.withLock { $0.isChangingMap = false }
        guard code == 0 else { throw LMDBError(code: code, "grow the map", path: path) }
    }

    func enterTransaction() {
        while !gate.withLock({ state in
            precondition(!state.isClosed, "\(path) was closed")
            if state.isChangingMap { return false }
            state.openTransactions += 1
            return true
        }) { usleep(100) }
    }

    func leaveTransaction() {
        gate.withLock { $0.openTransactions -= 1 }
    }
}
