internal import Glibc

/// The table of readers in an environment's `lock.mdb`.
///
/// LMDB makes the file as one hole and fills it through a map, where a full disk ends the process (SIGBUS). So a new
/// file is written first, by calls that can fail.
enum LockTable {
    private static let headerLength = 128
    private static let slotLength = 64

    /// Makes the file in `folder` with room for `readers`, unless it is there.
    ///
    /// Only before the environment is opened: closing the file lets go of the locks that this process has on it.
    static func reserve(in folder: String, readers: UInt32) throws(LMDBError) {
        let path = folder + "/lock.mdb"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open", path: path) }
        defer { close(descriptor) }
        // Held until the file is closed: whoever goes on from here to LMDB finds a file that nobody writes to any more.
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw LMDBError(code: errno, "lock", path: path) }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw LMDBError(code: errno, "fstat", path: path) }
        // What is in the file belongs to LMDB, and other processes may be using it.
        guard status.st_size == 0 else { return }
        try fill(descriptor, headerLength + Int(readers) * slotLength, path)
    }

    private static func fill(_ descriptor: Int32, _ length: Int, _ path: String) throws(LMDBError) {
        let zeros = [UInt8](repeating: 0, count: length)
        var done = 0
        while done < length {
            let written = unsafe zeros.withUnsafeBytes { buffer in
                unsafe pwrite(descriptor, buffer.baseAddress?.advanced(by: done), length - done, off_t(done))
            }
            if written > 0 {
                done += written
                continue
            }
            let failure = written < 0 ? errno : ENOSPC
            if failure == EINTR { continue }
            // LMDB would complete half a file by a hole.
            ftruncate(descriptor, 0)
            throw LMDBError(code: failure, "reserve", path: path)
        }
    }
}
