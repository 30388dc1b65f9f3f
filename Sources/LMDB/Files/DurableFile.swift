internal import Glibc

/// Small files that are either the old or the new version after any crash.
public enum DurableFile {
    /// Replaces the file at `path`: written beside it, synced, renamed, directory synced.
    ///
    /// - Throws: ``LMDBError`` with the operation that failed; the old version then still stands.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(LMDBError) {
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "create", path: draft) }
        var failure: Int32 = 0
        var done = 0
        while done < bytes.count, failure == 0 {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if written >= 0 { done += written } else if errno != EINTR { failure = errno }
        }
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        close(descriptor)
        guard failure == 0 else {
            unsafe unlink(draft)
            throw LMDBError(code: failure, "write", path: draft)
        }
        try move(draft, to: path)
    }

    /// Moves a file whose bytes are durable to `target`, replacing what is there, and syncs the directory of `target`.
    public static func move(_ path: String, to target: String) throws(LMDBError) {
        guard unsafe rename(path, target) == 0 else { throw LMDBError(code: errno, "rename", path: target) }
        try syncDirectory(of: target)
    }

    /// Bytes of the file; nil when there is none.
    public static func size(_ path: String) throws(LMDBError) -> Int? {
        var status = stat()
        if unsafe stat(path, &status) == 0 { return Int(status.st_size) }
        guard errno == ENOENT else { throw LMDBError(code: errno, "stat", path: path) }
        return nil
    }

    /// The whole file; nil when there is none.
    public static func read(_ path: String) throws(LMDBError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw LMDBError(code: errno, "open", path: path)
        }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return content }
            guard count > 0 else { throw LMDBError(code: errno, "read", path: path) }
            content += chunk[..<count]
        }
    }

    /// Removes the file at `path`, if it is there, and syncs its directory.
    public static func remove(_ path: String) throws(LMDBError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw LMDBError(code: errno, "unlink", path: path) }
        try syncDirectory(of: path)
    }

    /// Creates the directory `path` (0700) and its parents where missing, and syncs the parent.
    public static func createDirectory(_ path: String) throws(LMDBError) {
        if unsafe mkdir(path, 0o700) == 0 {
            try syncDirectory(of: path)
            return
        }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw LMDBError(code: errno, "create directory", path: path)
        }
        try createDirectory(String(path[..<slash]))
        // Once more, and no third time: some file systems answer that nothing is there whatever is.
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw LMDBError(code: errno, "create directory", path: path)
        }
        try syncDirectory(of: path)
    }

    /// Creates the directory `path` (0700), which must not be there yet, and syncs its parent.
    ///
    /// - Throws: ``LMDBError``, of the kind `system(EEXIST)` when something is there.
    public static func makeDirectory(_ path: String) throws(LMDBError) {
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw LMDBError(code: errno, "create directory", path: path)
        }
        try syncDirectory(of: path)
    }

    /// Creates an empty file (0600) at `path`, where nothing may be yet, and syncs its directory.
    ///
    /// - Throws: ``LMDBError``, of the kind `system(EEXIST)` when something is there.
    public static func makeFile(_ path: String) throws(LMDBError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "create", path: path) }
        close(descriptor)
        try syncDirectory(of: path)
    }

    /// Makes creations, renames and removals in the directory of `path` durable.
    public static func syncDirectory(of path: String) throws(LMDBError) {
        var name = path[...]
        // A name may end with a slash: the folder that holds `a/b/` is `a`.
        while name.count > 1, name.last == "/" { name.removeLast() }
        let slash = name.lastIndex(of: "/")
        let directory = slash.map { $0 == name.startIndex ? "/" : String(name[..<$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LMDBError(code: errno, "open directory", path: directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw LMDBError(code: errno, "sync directory", path: directory) }
    }
}
