internal import CLMDB
internal import Glibc

/// A failure of the storage layer: what went wrong, during which operation, on which path.
///
/// Outcomes that a caller expects (a key that is not there) are values, not errors.
public struct LMDBError: Error, Equatable, Sendable {
    /// The kinds of failure an operator can tell apart.
    public enum Kind: Equatable, Sendable {
        /// No room on the device. Nothing that was committed is lost; the transaction was undone.
        case diskFull
        /// The memory map is exhausted; `Environment` grows it and retries by itself.
        case mapFull
        /// Another process has grown the map; `Environment` adopts the new size by itself.
        case mapResized
        /// All reader slots are taken.
        case readersFull
        /// The transaction has more dirty pages than LMDB can hold.
        case transactionFull
        /// A put with "append" was not in key order, or the key is there already.
        case keyExists
        /// Key or value longer than LMDB can store.
        case badValueSize
        /// The file is shorter than its own metadata says.
        case truncated(expectedBytes: Int, actualBytes: Int)
        /// The file is not an LMDB data file of the version this library reads.
        case foreign
        /// A page in the file is damaged.
        case corrupted
        /// The environment is already open in this process; LMDB's locks do not survive a second opening.
        case alreadyOpen
        /// A write was asked of an environment that is open for reading only.
        case readOnly
        /// A previous meta-page write failed; the environment must be closed, reopened and verified.
        case panicked
        /// A named database is missing from an environment that is open for reading only.
        case missingDatabase(String)
        /// Any other error of the operating system or LMDB, by its number.
        case system(Int32)
    }

    /// What went wrong.
    public let kind: Kind
    /// The operation that failed, in LMDB's or the system's terms.
    public let operation: String
    /// The environment's directory or file.
    public let path: String

    package init(_ kind: Kind, _ operation: String, path: String) {
        self.kind = kind
        self.operation = operation
        self.path = path
    }

    init(code: Int32, _ operation: String, path: String) {
        self.init(Kind(code: code), operation, path: path)
    }
}

extension LMDBError.Kind {
    init(code: Int32) {
        switch code {
        case MDB_MAP_FULL: self = .mapFull
        case MDB_MAP_RESIZED: self = .mapResized
        case MDB_READERS_FULL: self = .readersFull
        case MDB_TXN_FULL: self = .transactionFull
        case MDB_KEYEXIST: self = .keyExists
        case MDB_BAD_VALSIZE: self = .badValueSize
        case MDB_INVALID, MDB_VERSION_MISMATCH: self = .foreign
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: self = .corrupted
        case MDB_PANIC: self = .panicked
        case ENOSPC, EDQUOT, EFBIG: self = .diskFull
        default: self = .system(code)
        }
    }
}

extension LMDBError.Kind {
    /// Whether the file is not what was written, so that trying again does not help.
    package var isDamage: Bool {
        switch self {
        case .truncated, .foreign, .corrupted, .missingDatabase: true
        // LMDB's own codes without a case of their own: of a sound file it has no reason for them.
        case .system(let code): code < 0
        default: false
        }
    }
}

extension LMDBError: CustomStringConvertible {
    /// One line: path, operation and reason.
    public var description: String { "\(path): \(operation): \(kind.reason)" }
}

extension LMDBError.Kind {
    var reason: String {
        switch self {
        case .diskFull: "the disk is full; nothing acknowledged was lost, free some space and try again"
        case .mapFull: "the memory map is full"
        case .mapResized: "another process has grown the memory map"
        case .readersFull: "all reader slots are taken"
        case .transactionFull: "the transaction has too many changed pages"
        case .keyExists: "the key exists or is out of order"
        case .badValueSize: "key or value has a size LMDB cannot store"
        case .truncated(let expected, let actual):
            "the file is truncated: its metadata needs \(expected) bytes, it has \(actual)"
        case .foreign: "not an LMDB data file of a version this program reads"
        case .corrupted: "a page of the file is damaged"
        case .alreadyOpen: "already open in this process"
        case .readOnly: "open for reading only"
        case .panicked: "an earlier write failed half-way; close, reopen and verify"
        case .missingDatabase(let name): "has no database named \(name)"
        case .system(EMFILE):
            "too many files are open"
                + (OpenFiles.limit.map { "; this process may have \($0) (RLIMIT_NOFILE, ulimit -n)" } ?? "")
        case .system(let code):
            code > 0 ? unsafe String(cString: strerror(code)) : unsafe String(cString: mdb_strerror(code))
        }
    }
}
