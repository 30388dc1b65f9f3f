internal import Glibc
internal import Synchronization

struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(directory path: String) throws(LMDBError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw LMDBError(code: errno, "stat", path: path) }
        self.device = UInt64(status.st_dev)
        self.inode = UInt64(status.st_ino)
    }
}

enum OpenEnvironments {
    private static let identities = Mutex<Set<FileIdentity>>([])

    /// Says whether the environment was free. One that a thread is just letting go of is waited for, a quarter of a
    /// second at most.
    static func register(_ identity: FileIdentity) -> Bool {
        for _ in 0..<250 {
            if identities.withLock({ $0.insert(identity).inserted }) { return true }
            usleep(1000)
        }
        return false
    }

    static func unregister(_ identity: FileIdentity) {
        identities.withLock { _ = $0.remove(identity) }
    }
}
