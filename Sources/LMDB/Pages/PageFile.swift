internal import Glibc

/// A data file of LMDB that is read by plain calls; nothing of it is mapped, so a short read is an error, not SIGBUS.
struct PageFile: ~Copyable {
    /// Where it is.
    let path: String
    private let descriptor: Int32

    /// Opens the file at `path`; nil when there is none.
    init?(_ path: String) throws(LMDBError) {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if opened < 0 {
            if errno == ENOENT { return nil }
            throw LMDBError(code: errno, "open", path: path)
        }
        self.path = path
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Its length in bytes now.
    func byteCount() throws(LMDBError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        return Int(status.st_size)
    }

    /// Replaces the first `count` of `bytes` with those of the file at `offset`.
    func read(_ count: Int, at offset: Int, into bytes: inout [UInt8]) throws(PageFault) {
        precondition(count <= bytes.count, "room for \(count) bytes")
        var done = 0
        while done < count {
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
            }
            if result > 0 {
                done += result
            } else if result == 0 {
                throw PageFault("ends after the end of the file")
            } else if errno != EINTR {
                var fault = PageFault("cannot be read: \(unsafe String(cString: strerror(errno)))")
                fault.errorNumber = errno
                throw fault
            }
        }
    }
}
