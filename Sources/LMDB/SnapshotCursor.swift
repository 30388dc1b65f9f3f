internal import CLMDB

/// A cursor with a read transaction of its own, walked forwards; it can be kept where a ``Cursor`` cannot.
@safe
public final class SnapshotCursor {
    private let transaction: ReadTransaction
    private let handle: OpaquePointer
    private let path: String
    private var isStarted = false
    private var currentKey = unsafe MDB_val()
    private var currentValue = unsafe MDB_val()

    /// A cursor before the first entry of `database` as it is now.
    public init(_ environment: Environment, _ database: Database) throws(LMDBError) {
        let transaction = try environment.beginRead()
        var opened: OpaquePointer?
        let code = unsafe mdb_cursor_open(transaction.handle, database.handle, &opened)
        guard code == 0, let handle = unsafe opened else {
            throw LMDBError(code: code, "cursor", path: environment.path)
        }
        self.transaction = transaction
        unsafe self.handle = handle
        self.path = environment.path
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// Moves to the next entry, at first to the first one; `false` at the end.
    public func next() throws(LMDBError) -> Bool {
        let code = unsafe mdb_cursor_get(handle, &currentKey, &currentValue, isStarted ? MDB_NEXT : MDB_FIRST)
        isStarted = true
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw LMDBError(code: code, "cursor", path: path) }
        return true
    }

    /// Lends key and value of the current entry.
    public func withEntry<Result, Failure: Error>(
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let key = unsafe UnsafeRawBufferPointer(start: currentKey.mv_data, count: currentKey.mv_size)
        let value = unsafe UnsafeRawBufferPointer(start: currentValue.mv_data, count: currentValue.mv_size)
        return unsafe try body(RawSpan(_unsafeBytes: key), RawSpan(_unsafeBytes: value))
    }
}
