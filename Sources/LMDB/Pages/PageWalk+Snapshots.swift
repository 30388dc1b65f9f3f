internal import CLMDB
internal import Glibc

extension PageWalk {
    /// A commit may write over the meta page of a snapshot that has just begun; then a new one is taken, this often.
    private static let attempts = 1000

    /// Walks the newest pages of the data file at `path`, which nobody writes to meanwhile.
    ///
    /// - Throws: ``PageDamage`` with the first damaged page; ``LMDBError`` when the file cannot be opened.
    package static func check(dataFile path: String, progress: Progress = { _, _ in }) throws -> PageSummary {
        guard let file = try PageFile(path) else { throw LMDBError(code: ENOENT, "open", path: path) }
        let newest = try MetaPages(file).checked().newest
        let byteCount = try file.byteCount()
        var walk = try PageWalk(file, byteCount: byteCount, meta: newest)
        return try walk.walkAll(progress)
    }

    /// Walks a snapshot of the data file of `environment`, while others may write.
    ///
    /// A read transaction keeps the pages of the snapshot from being used again; nothing is read through it. An
    /// environment that was opened without databases has not read anything but the meta pages through LMDB either.
    /// Where the environment is read without reader slots, nobody may write meanwhile.
    ///
    /// - Throws: ``PageDamage`` with the first damaged page; ``LMDBError`` when the file cannot be read.
    package static func check(_ environment: Environment, progress: Progress = { _, _ in }) throws -> PageSummary {
        let path = environment.path + "/data.mdb"
        for _ in 0..<attempts {
            let summary: PageSummary? = try environment.read { transaction in
                guard let file = try PageFile(path) else { throw LMDBError(code: ENOENT, "open", path: path) }
                guard let meta = try MetaPages.page(of: transaction.snapshotNumber, in: file) else { return nil }
                let byteCount = try file.byteCount()
                var walk = try PageWalk(file, byteCount: byteCount, meta: meta)
                return try walk.walkAll(progress)
            }
            if let summary { return summary }
        }
        // No writer is that fast: the meta pages do not belong together.
        return try check(dataFile: path, progress: progress)
    }
}

extension ReadTransaction {
    /// The number of the last write transaction that it sees.
    var snapshotNumber: UInt64 { unsafe UInt64(mdb_txn_id(handle)) }
}
