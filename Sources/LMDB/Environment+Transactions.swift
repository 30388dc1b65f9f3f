internal import CLMDB
internal import Glibc
internal import Synchronization

// MARK: - Transactions and the map

extension Environment {
    /// Opens a read transaction: a stable snapshot. Keep it short.
    public func beginRead() throws(LMDBError) -> ReadTransaction {
        while true {
            enterTransaction()
            var started: OpaquePointer?
            let code = unsafe mdb_txn_begin(pointer, nil, UInt32(MDB_RDONLY), &started)
            if code == 0, let handle = unsafe started { return unsafe ReadTransaction(handle, of: self) }
            leaveTransaction()
            guard code == MDB_MAP_RESIZED else { throw LMDBError(code: code, "begin", path: path) }
            try changeMap(to: 0)
        }
    }

    /// Opens the write transaction, waiting for the one that is open anywhere. It stays on the calling thread.
    public func beginWrite() throws(LMDBError) -> WriteTransaction {
        guard !isReadOnly else { throw LMDBError(.readOnly, "begin", path: path) }
        while true {
            enterTransaction()
            var started: OpaquePointer?
            let code = unsafe mdb_txn_begin(pointer, nil, 0, &started)
            if code == 0, let handle = unsafe started { return unsafe WriteTransaction(handle, of: self) }
            leaveTransaction()
            guard code == MDB_MAP_RESIZED else { throw LMDBError(code: code, "begin", path: path) }
            try changeMap(to: 0)
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
        let code = unsafe mdb_env_set_mapsize(pointer, size)
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
