internal import CLMDB

/// A place in a database of one transaction. After a move that answers `true`, ``key`` and ``value`` lend the entry.
@safe
public struct Cursor: ~Copyable, ~Escapable {
    private let handle: OpaquePointer
    private let path: String
    private var currentKey = unsafe MDB_val()
    private var currentValue = unsafe MDB_val()

    @_lifetime(immortal)
    init(_ transaction: OpaquePointer, _ database: Database, _ path: String) throws(LMDBError) {
        unsafe handle = try openCursor(transaction, database, path)
        self.path = path
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// The key of the current entry.
    public var key: RawSpan {
        @_lifetime(borrow self)
        get {
            let bytes = unsafe UnsafeRawBufferPointer(start: currentKey.mv_data, count: currentKey.mv_size)
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
        }
    }

    /// The key of the current entry of a database with integer keys.
    public var integerKey: UInt64 {
        let bytes = unsafe UnsafeRawBufferPointer(start: currentKey.mv_data, count: currentKey.mv_size)
        return unsafe bytes.loadUnaligned(as: UInt64.self)
    }

    /// The value of the current entry.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get {
            let bytes = unsafe UnsafeRawBufferPointer(start: currentValue.mv_data, count: currentValue.mv_size)
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
        }
    }

    /// Moves to the first entry; `false` when there is none.
    @_lifetime(self: copy self)
    public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }

    /// Moves to the last entry; `false` when there is none.
    @_lifetime(self: copy self)
    public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }

    /// Moves to the next entry; `false` at the end.
    @_lifetime(self: copy self)
    public mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }

    /// Moves to the previous entry; `false` at the start.
    @_lifetime(self: copy self)
    public mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }

    /// Moves to the first entry whose key is not below `key`; `false` when there is none.
    @_lifetime(self: copy self)
    public mutating func seek(_ key: RawSpan) throws(LMDBError) -> Bool {
        let handle = unsafe self.handle
        var foundKey = unsafe MDB_val()
        var foundValue = unsafe MDB_val()
        let code = unsafe key.withUnsafeBytes { bytes in
            unsafe foundKey = MDB_val(
                mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe mdb_cursor_get(handle, &foundKey, &foundValue, MDB_SET_RANGE)
        }
        return unsafe try arrive(code, foundKey, foundValue)
    }

    /// Moves to the first entry whose integer key is not below `key`; `false` when there is none.
    @_lifetime(self: copy self)
    public mutating func seek(_ key: UInt64) throws(LMDBError) -> Bool { try seek(key, MDB_SET_RANGE) }

    /// Moves to the entry of exactly the integer `key`; `false` when it is not there.
    @_lifetime(self: copy self)
    public mutating func find(_ key: UInt64) throws(LMDBError) -> Bool { try seek(key, MDB_SET_KEY) }

    /// Walks the entries of a database with integer keys from the current one on, until `body` answers `false` or there
    /// is no more; the value is lent for the time of the call.
    ///
    /// The loop is compiled into its caller, `body` with it: a walk costs little more than LMDB's own steps.
    @inlinable
    public func walk(backwards: Bool = false, _ body: (UInt64, RawSpan) throws -> Bool) throws {
        var entry = currentEntry()
        repeat {
            let value = unsafe UnsafeRawBufferPointer(start: entry.value, count: entry.length)
            guard try unsafe body(entry.key, RawSpan(_unsafeBytes: value)) else { return }
        } while try step(backwards: backwards, &entry)
    }

    /// An entry of a database with integer keys.
    @usableFromInline
    @safe
    struct Entry {
        @usableFromInline var key: UInt64
        @usableFromInline var value: UnsafeRawPointer?
        @usableFromInline var length: Int

        init(_ key: MDB_val, _ value: MDB_val) {
            self.key = unsafe UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)
                .loadUnaligned(as: UInt64.self)
            unsafe self.value = unsafe UnsafeRawPointer(value.mv_data)
            length = unsafe value.mv_size
        }
    }

    @usableFromInline
    func currentEntry() -> Entry { unsafe Entry(currentKey, currentValue) }

    /// Says whether there is another entry.
    @usableFromInline
    func step(backwards: Bool, _ entry: inout Entry) throws -> Bool {
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(handle, &key, &value, backwards ? MDB_PREV : MDB_NEXT)
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw LMDBError(code: code, "cursor", path: path) }
        unsafe entry = Entry(key, value)
        return true
    }

    @_lifetime(self: copy self)
    private mutating func seek(_ key: UInt64, _ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        var number = key
        let handle = unsafe self.handle
        var foundKey = unsafe MDB_val()
        var foundValue = unsafe MDB_val()
        let code = unsafe withUnsafeMutableBytes(of: &number) { bytes in
            unsafe foundKey = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
            return unsafe mdb_cursor_get(handle, &foundKey, &foundValue, operation)
        }
        return unsafe try arrive(code, foundKey, foundValue)
    }

    @_lifetime(self: copy self)
    private mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        var foundKey = unsafe MDB_val()
        var foundValue = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(handle, &foundKey, &foundValue, operation)
        return unsafe try arrive(code, foundKey, foundValue)
    }

    @_lifetime(self: copy self)
    private mutating func arrive(_ code: Int32, _ key: MDB_val, _ value: MDB_val) throws(LMDBError) -> Bool {
        if code == MDB_NOTFOUND { return false }
        guard code == 0 else { throw LMDBError(code: code, "cursor", path: path) }
        unsafe currentKey = key
        unsafe currentValue = value
        return true
    }
}

/// A cursor of a transaction, to be closed by whoever holds it.
func openCursor(
    _ transaction: OpaquePointer, _ database: Database, _ path: String
) throws(LMDBError) -> OpaquePointer {
    var opened: OpaquePointer?
    let code = unsafe mdb_cursor_open(transaction, database.handle, &opened)
    guard code == 0, let handle = unsafe opened else { throw LMDBError(code: code, "cursor", path: path) }
    return unsafe handle
}
