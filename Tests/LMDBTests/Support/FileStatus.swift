import Glibc
@testable import LMDB

/// What the system says of a file.
struct FileStatus {
    let size: Int
    /// The bits of `chmod`.
    let permissions: UInt32

    init(_ path: String) throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw LMDBError(code: errno, "stat", path: path) }
        size = Int(status.st_size)
        permissions = UInt32(status.st_mode & 0o777)
    }
}
