internal import CLMDB
internal import Glibc

/// The one write transaction of an environment. It belongs to the thread that began it; another thread traps.
///
/// Letting it go without ``commit()`` undoes everything.
@safe
public struct WriteTransaction: ~Copyable {
    private let handle: OpaquePointer
    private let environment: Environment
    private let thread: pthread_t
    private let isOpen = Flag()

    /// Tells the destructor that `commit` has already ended the transaction.
    private final class Flag {
        var value = true
    }

    init(_ handle: OpaquePointer, of environment: Environment) {
        unsafe self.handle = handle
        self.environment = environment
        self.thread = pthread_self()
    }

    deinit {
        if isOpen.value {
            unsafe mdb_txn_abort(handle)
            environment.leaveTransaction()
        }
    }

    private func checkThread() {
        precondition(
            pthread_equal(thread, pthread_self()) != 0, "a write transaction stays on the thread that began it")
        precondition(isOpen.value, "the write transaction has ended")
    }

    /// Makes every change durable as the environment's durability says, and ends the transaction.
    ///
    /// - Throws: ``LMDBError``; then nothing was changed, except for `panicked`, where reopening tells.
    public func commit() throws(LMDBError) {
        checkThread()
        isOpen.value = false
        let code = unsafe mdb_txn_commit(handle)
        environment.leaveTransaction()
        guard code != 0 else { return }
        // LMDB answers EIO when a page write fails; on a device without room that is a full disk.
        if code == EIO, environment.freeBytes() < 1 << 20 {
            throw LMDBError(.diskFull, "commit", path: environment.path)
        }
        throw LMDBError(code: code, "commit", path: environment.path)
    }

    /// The value stored under `key`, as this transaction sees it. Ends with the next write.
    @_lifetime(borrow self)
    public func value(in database: Database, for key: RawSpan) throws(LMDBError) -> RawSpan? {
        checkThread()
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// The value stored under an integer `key`, as this transaction sees it. Ends with the next write.
    @_lifetime(borrow self)
    public func value(in database: Database, for key: UInt64) throws(LMDBError) -> RawSpan? {
        checkThread()
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// The value stored under a `key` that is text, as this transaction sees it. Ends with the next write.
    @_lifetime(borrow self)
    public func value(in database: Database, for key: String) throws(LMDBError) -> RawSpan? {
        checkThread()
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// A cursor over `database`, not yet on any entry.
    @_lifetime(borrow self)
    public func cursor(over database: Database) throws(LMDBError) -> Cursor {
        checkThread()
        return unsafe try _overrideLifetime(Cursor(handle, database, environment.path), borrowing: self)
    }

    /// Stores `value` under `key`, replacing what is there. O(log n).
    public func put(_ value: RawSpan, in database: Database, for key: RawSpan) throws(LMDBError) {
        checkThread()
        let code = putBytes(value, key, database, 0)
        guard code == 0 else { throw LMDBError(code: code, "put", path: environment.path) }
    }

    /// Stores `value` under a `key` that is text.
    public func put(_ value: RawSpan, in database: Database, for key: String) throws(LMDBError) {
        let bytes = Array(key.utf8)
        try put(value, in: database, for: bytes.rawSpan)
    }

    /// Stores `value` under a `key` greater than every key there: fills pages from left to right.
    public func append(_ value: RawSpan, in database: Database, for key: RawSpan) throws(LMDBError) {
        checkThread()
        let code = putBytes(value, key, database, UInt32(MDB_APPEND))
        guard code == 0 else { throw LMDBError(code: code, "append", path: environment.path) }
    }

    /// Stores `value` under an integer `key` greater than every key there.
    public func append(_ value: RawSpan, in database: Database, for key: UInt64) throws(LMDBError) {
        let cursor = try appendCursor(over: database)
        try cursor.append(value, for: key)
    }

    /// A cursor for appending many entries to a database with integer keys: it stays at the last page.
    @_lifetime(borrow self)
    public func appendCursor(over database: Database) throws(LMDBError) -> AppendCursor {
        precondition(database.hasIntegerKeys, "an integer key needs a database opened with integerKeys")
        checkThread()
        return unsafe try _overrideLifetime(AppendCursor(handle, database, environment.path), borrowing: self)
    }

    /// Removes `key`; says whether it was there.
    @discardableResult
    public func delete(_ key: RawSpan, in database: Database) throws(LMDBError) -> Bool {
        checkThread()
        let code = unsafe key.withUnsafeBytes { bytes in
            var keyValue = unsafe MDB_val(
                mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe mdb_del(handle, database.handle, &keyValue, nil)
        }
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw LMDBError(code: code, "delete", path: environment.path) }
        return true
    }

    /// Removes every entry of `database`.
    public func clear(_ database: Database) throws(LMDBError) {
        checkThread()
        let code = unsafe mdb_drop(handle, database.handle, 0)
        guard code == 0 else { throw LMDBError(code: code, "clear", path: environment.path) }
    }

    /// The number of entries in `database`. O(1).
    public func count(of database: Database) throws(LMDBError) -> Int {
        unsafe try entryCount(of: database, handle, environment.path)
    }

    private func putBytes(_ value: RawSpan, _ key: RawSpan, _ database: Database, _ flags: UInt32) -> Int32 {
        unsafe key.withUnsafeBytes { keyBytes in
            unsafe value.withUnsafeBytes { bytes in
                var keyValue = unsafe MDB_val(
                    mv_size: keyBytes.count, mv_data: UnsafeMutableRawPointer(mutating: keyBytes.baseAddress))
                var stored = unsafe MDB_val(
                    mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return unsafe mdb_put(handle, database.handle, &keyValue, &stored, flags)
            }
        }
    }
}
