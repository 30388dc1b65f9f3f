internal import Glibc

/// A file of hashes, 32 bytes each, one behind the other: a long array on disk, read and written in place.
///
/// Nothing is held back in memory: what one process has written, others read at once. Safe to use from any thread.
public final class HashFile: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Opens the file at `path`; nil when there is none.
    ///
    /// - Throws: ``LMDBError`` when it cannot be opened.
    public init?(_ path: String, isWritable: Bool) throws(LMDBError) {
        self.path = path
        descriptor = unsafe open(path, (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw LMDBError(code: errno, "open", path: path)
        }
    }

    /// Makes the file at `path`, without hashes, for writing. One that is there loses those that it has.
    ///
    /// - Throws: ``LMDBError`` when it cannot be made.
    public init(making path: String) throws(LMDBError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw LMDBError(code: errno, "create", path: path) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// How many whole hashes it holds now.
    public func count() throws(LMDBError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        return UInt64(status.st_size) / UInt64(Hash256.byteCount)
    }

    /// The bytes of `count` hashes from number `index` on.
    ///
    /// - Throws: ``LMDBError``; `truncated` when the file ends before.
    public func read(from index: UInt64, count: Int) throws(LMDBError) -> [UInt8] {
        let length = count * Hash256.byteCount
        let offset = try byteOffset(of: index, length)
        var bytes = [UInt8](repeating: 0, count: length)
        var done = 0
        while done < length {
            let found = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), length - done, off_t(offset + done))
            }
            if found < 0, errno == EINTR { continue }
            guard found >= 0 else { throw LMDBError(code: errno, "read", path: path) }
            guard found > 0 else {
                let kind = LMDBError.Kind.truncated(expectedBytes: offset + length, actualBytes: offset + done)
                throw LMDBError(kind, "read", path: path)
            }
            done += found
        }
        return bytes
    }

    /// Writes hashes over those from number `index` on, or behind the end. Not durable before ``sync()``.
    ///
    /// - Throws: ``LMDBError``; some of the bytes may have been written then.
    public func write(_ hashes: RawSpan, at index: UInt64) throws(LMDBError) {
        let length = hashes.byteCount
        let offset = try byteOffset(of: index, length)
        var done = 0
        while done < length {
            let written = unsafe hashes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress?.advanced(by: done), length - done, off_t(offset + done))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw LMDBError(code: written < 0 ? errno : ENOSPC, "write", path: path) }
            done += written
        }
    }

    /// Cuts off everything behind the first `count` hashes.
    ///
    /// - Throws: ``LMDBError``.
    public func truncate(to count: UInt64) throws(LMDBError) {
        let length = try byteOffset(of: count, 0)
        while ftruncate(descriptor, off_t(length)) != 0 {
            guard errno == EINTR else { throw LMDBError(code: errno, "truncate", path: path) }
        }
    }

    /// Makes what was written durable.
    ///
    /// - Throws: ``LMDBError``. What was written since the last time may be lost then, even if a later call succeeds:
    ///   it is to be written again.
    public func sync() throws(LMDBError) {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else { throw LMDBError(code: errno, "sync", path: path) }
        }
    }

    /// Where a hash begins; `length` bytes from there on have a place in a file.
    private func byteOffset(of index: UInt64, _ length: Int) throws(LMDBError) -> Int {
        let (bytes, isTooFar) = index.multipliedReportingOverflow(by: UInt64(Hash256.byteCount))
        guard !isTooFar, let offset = Int(exactly: bytes), offset <= Int.max - length else {
            throw LMDBError(code: EOVERFLOW, "find hash \(index)", path: path)
        }
        return offset
    }
}
