internal import Glibc

/// An exclusive lock between processes, tied to an open file: it ends with this value, or with the process.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock on the file at `path` if nobody has it; nil when somebody does.
    ///
    /// - Parameter creating: whether the file is made where it is missing; else nobody has the lock then, nor gets it.
    /// - Throws: ``LMDBError`` when the file cannot be opened.
    public static func acquire(_ path: String, creating: Bool = true) throws(LMDBError) -> FileLock? {
        let descriptor = unsafe open(path, O_RDWR | (creating ? O_CREAT : 0) | O_CLOEXEC, 0o600)
        if descriptor < 0, !creating, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open lock", path: path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return FileLock(descriptor) }
        close(descriptor)
        return nil
    }

    /// Takes the lock on the directory at `path`, waiting for whoever has it.
    ///
    /// - Throws: ``LMDBError`` when the directory cannot be opened or locked.
    public static func wait(forDirectory path: String) throws(LMDBError) -> FileLock {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open directory", path: path) }
        let lock = FileLock(descriptor)
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw LMDBError(code: errno, "lock", path: path) }
        }
        return lock
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Unlocks before it closes: a process that another thread starts just now holds a copy of the descriptor until
    /// its program is loaded, and a lock ends with the last copy only.
    deinit {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
