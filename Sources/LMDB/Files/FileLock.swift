internal import Glibc

/// An exclusive lock between processes, tied to an open file: it ends with this value, or with the process.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock on the file at `path` (created when missing) if nobody has it; nil when somebody does.
    ///
    /// - Throws: ``LMDBError`` when the file cannot be opened.
    public static func acquire(_ path: String) throws(LMDBError) -> FileLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open lock", path: path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return FileLock(descriptor) }
        close(descriptor)
        return nil
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
