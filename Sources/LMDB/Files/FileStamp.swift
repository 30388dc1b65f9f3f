internal import Glibc

/// Tells one version of a small file from another without reading it.
public struct FileStamp: Equatable, Sendable {
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int

    /// The stamp of the file at `path`; nil when there is none.
    public init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }

    /// Whether both are of the same file, whatever was written to it in between.
    public func isOfSameFile(as other: FileStamp) -> Bool { inode == other.inode }
}
