internal import Glibc

/// The hash of a whole file: XXH3-64 of each stretch of a megabyte, chained. It detects damage.
public enum FileHash {
    private static let stretch = 1 << 20

    /// Reads the file at `path`; nil when there is none. About 5 GB a second where it is in memory already.
    public static func of(_ path: String) throws(LMDBError) -> UInt64? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw LMDBError(code: errno, "open", path: path)
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: stretch)
        var hash: UInt64 = 0
        while true {
            var length = 0
            while length < stretch {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe read(descriptor, bytes.baseAddress?.advanced(by: length), stretch - length)
                }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw LMDBError(code: errno, "read", path: path) }
                if count == 0 { break }
                length += count
            }
            hash = FastHash.hash64(buffer.rawSpan.extracting(0..<length), seed: hash)
            if length < stretch { return hash }
        }
    }
}
