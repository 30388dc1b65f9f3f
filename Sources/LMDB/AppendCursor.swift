internal import CLMDB

/// Appends entries at the end of a database with integer keys. It ends before its transaction does.
@safe
public struct AppendCursor: ~Copyable, ~Escapable {
    private let handle: OpaquePointer
    private let path: String

    @_lifetime(immortal)
    init(_ transaction: OpaquePointer, _ database: Database, _ path: String) throws(LMDBError) {
        unsafe handle = try openCursor(transaction, database, path)
        self.path = path
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// Stores `value` under a `key` greater than every key there: fills pages from left to right.
    public func append(_ value: RawSpan, for key: UInt64) throws(LMDBError) {
        var number = key
        let code = unsafe withUnsafeMutableBytes(of: &number) { keyBytes in
            unsafe value.withUnsafeBytes { bytes in
                var keyValue = unsafe MDB_val(mv_size: keyBytes.count, mv_data: keyBytes.baseAddress)
                var stored = unsafe MDB_val(
                    mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return unsafe mdb_cursor_put(handle, &keyValue, &stored, UInt32(MDB_APPEND))
            }
        }
        guard code == 0 else { throw LMDBError(code: code, "append", path: path) }
    }
}
