internal import Glibc

/// A file that is kept open, to be compared with its hash whatever becomes of its name.
///
/// The hash is XXH3-64 of each stretch of a megabyte, chained. It detects damage.
public final class HashedFile: Sendable {
    private static let stretch = 1 << 20

    private let path: String
    private let descriptor: Int32

    /// Opens the file at `path`; nil when there is none.
    public init?(_ path: String) throws(LMDBError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw LMDBError(code: errno, "open", path: path)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Its length in bytes now.
    public func byteCount() throws(LMDBError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        return Int(status.st_size)
    }

    /// Reads the whole file. About 5 GB a second where it is in memory already.
    public func hash() throws(LMDBError) -> UInt64 {
        var buffer = [UInt8](repeating: 0, count: Self.stretch)
        var hash: UInt64 = 0
        var offset = 0
        while true {
            var length = 0
            while length < Self.stretch {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe pread(
                        descriptor, bytes.baseAddress?.advanced(by: length), Self.stretch - length,
                        off_t(offset + length))
                }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw LMDBError(code: errno, "read", path: path) }
                if count == 0 { break }
                length += count
            }
            hash = FastHash.hash64(buffer.rawSpan.extracting(0..<length), seed: hash)
            offset += length
            if length < Self.stretch { return hash }
        }
    }
}
