internal import CLMDB
internal import Glibc

/// What LMDB's two meta pages say of a data file, read with plain file access *before* the file is mapped.
///
/// `mdb_env_open` accepts a truncated file and the first read past its end is SIGBUS, so the size is checked here.
///
///     page n at n * page size, n = 0 and 1 (64-bit layout, little endian)
///      0  16  page header
///     16   4  magic 0xBEEFC0DE
///     20   4  version 1
///     24   8  fixed map address
///     32   8  map size
///     40  48  free-list database; its first u32 is the page size
///     88  48  main database
///    136   8  last used page number
///    144   8  transaction id
enum MetaPages {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let readLength = 152

    /// Refuses a data file that LMDB would crash on. A file that is missing or empty is fine: LMDB makes it.
    static func check(dataFile path: String) throws(LMDBError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return }
            throw LMDBError(code: errno, "open", path: path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        let size = Int(status.st_size)
        if size == 0 { return }

        guard let first = meta(descriptor, at: 0) else { throw LMDBError(.foreign, "open", path: path) }
        let pageSize = Int(first.pageSize)
        guard pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0 else {
            throw LMDBError(.foreign, "open", path: path)
        }
        guard let second = meta(descriptor, at: pageSize), second.pageSize == first.pageSize else {
            throw LMDBError(.foreign, "open", path: path)
        }
        let newest = first.transaction >= second.transaction ? first : second
        let needed = (Int(newest.lastPage) + 1) * pageSize
        if size < needed {
            throw LMDBError(.truncated(expectedBytes: needed, actualBytes: size), "open", path: path)
        }
    }

    private static func meta(
        _ descriptor: Int32, at offset: Int
    ) -> (pageSize: UInt32, lastPage: UInt64, transaction: UInt64)? {
        var bytes = [UInt8](repeating: 0, count: readLength)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(descriptor, buffer.baseAddress, readLength, off_t(offset))
        }
        guard count == readLength else { return nil }
        let span = bytes.rawSpan
        guard span.u32(at: 16) == magic, span.u32(at: 20) == 1 else { return nil }
        return (span.u32(at: 40), span.u64(at: 136), span.u64(at: 144))
    }
}
