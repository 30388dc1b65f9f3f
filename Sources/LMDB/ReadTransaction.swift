internal import CLMDB

/// A snapshot of an environment. Bytes it lends end with it.
@safe
public struct ReadTransaction: ~Copyable {
    let handle: OpaquePointer
    let environment: Environment

    init(_ handle: OpaquePointer, of environment: Environment) {
        unsafe self.handle = handle
        self.environment = environment
    }

    deinit {
        unsafe mdb_txn_abort(handle)
        environment.leaveTransaction()
    }

    /// The value stored under `key`, lent for as long as the transaction is borrowed. O(log n).
    @_lifetime(borrow self)
    public func value(in database: Database, for key: RawSpan) throws(LMDBError) -> RawSpan? {
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// The value stored under an integer `key`. O(log n).
    @_lifetime(borrow self)
    public func value(in database: Database, for key: UInt64) throws(LMDBError) -> RawSpan? {
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// The value stored under a `key` that is text. O(log n).
    @_lifetime(borrow self)
    public func value(in database: Database, for key: String) throws(LMDBError) -> RawSpan? {
        guard let found = unsafe try lookUp(key, in: database, handle, environment.path) else { return nil }
        return unsafe _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// A cursor over `database`, not yet on any entry.
    @_lifetime(borrow self)
    public func cursor(over database: Database) throws(LMDBError) -> Cursor {
        unsafe try _overrideLifetime(Cursor(handle, database, environment.path), borrowing: self)
    }

    /// The number of entries in `database`. O(1).
    public func count(of database: Database) throws(LMDBError) -> Int {
        unsafe try entryCount(of: database, handle, environment.path)
    }
}

func entryCount(
    of database: Database, _ transaction: OpaquePointer, _ path: String
) throws(LMDBError) -> Int {
    var status = MDB_stat()
    let code = unsafe mdb_stat(transaction, database.handle, &status)
    guard code == 0 else { throw LMDBError(code: code, "stat", path: path) }
    return Int(status.ms_entries)
}

func lookUp(
    _ key: RawSpan, in database: Database, _ transaction: OpaquePointer, _ path: String
) throws(LMDBError) -> UnsafeRawBufferPointer? {
    var value = unsafe MDB_val()
    let code = unsafe key.withUnsafeBytes { bytes in
        var keyValue = unsafe MDB_val(
            mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        return unsafe mdb_get(transaction, database.handle, &keyValue, &value)
    }
    return unsafe try found(code, value, path)
}

func lookUp(
    _ key: String, in database: Database, _ transaction: OpaquePointer, _ path: String
) throws(LMDBError) -> UnsafeRawBufferPointer? {
    let bytes = Array(key.utf8)
    return unsafe try lookUp(bytes.rawSpan, in: database, transaction, path)
}

func lookUp(
    _ key: UInt64, in database: Database, _ transaction: OpaquePointer, _ path: String
) throws(LMDBError) -> UnsafeRawBufferPointer? {
    precondition(database.hasIntegerKeys, "an integer key needs a database opened with integerKeys")
    var value = unsafe MDB_val()
    var number = key
    let code = unsafe withUnsafeMutableBytes(of: &number) { bytes in
        var keyValue = unsafe MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
        return unsafe mdb_get(transaction, database.handle, &keyValue, &value)
    }
    return unsafe try found(code, value, path)
}

private func found(_ code: Int32, _ value: MDB_val, _ path: String) throws(LMDBError) -> UnsafeRawBufferPointer? {
    if code == MDB_NOTFOUND { return nil }
    guard code == 0 else { throw LMDBError(code: code, "get", path: path) }
    return unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
}
