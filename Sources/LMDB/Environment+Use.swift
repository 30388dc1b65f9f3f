internal import CLMDB

/// The slots in which the processes that have an environment open note what they are reading.
public struct ReaderSlots: Equatable, Sendable {
    /// Slots that are taken: one for each open read transaction, and those that killed processes have left behind.
    public let taken: Int
    /// How many there are; a transaction that finds none free fails with `readersFull`.
    public let maximum: Int
    /// Commits made since the oldest snapshot that is still read; 0 when nobody reads. Pages given up since then cannot
    /// be used again, so the file grows.
    public let oldestLag: UInt64
}

extension Environment {
    /// Map size and bytes in use; zeros while it cannot be opened anew after a failure.
    public func mapUse() -> (reserved: Int, used: Int) {
        // Like a transaction: the map must not move meanwhile.
        enterTransaction()
        defer { leaveTransaction() }
        guard let pointer = unsafe pointer else { return (0, 0) }
        var info = unsafe MDB_envinfo()
        var status = MDB_stat()
        unsafe mdb_env_info(pointer, &info)
        unsafe mdb_env_stat(pointer, &status)
        return unsafe (Int(info.me_mapsize), (Int(info.me_last_pgno) + 1) * Int(status.ms_psize))
    }

    /// Who is reading now, in all processes. None where the environment is read without slots.
    public func readerSlots() throws(LMDBError) -> ReaderSlots {
        enterTransaction()
        defer { leaveTransaction() }
        guard let pointer = unsafe pointer else { throw LMDBError(.panicked, "reader list", path: path) }
        let list = ReaderList()
        let context = unsafe Unmanaged.passUnretained(list).toOpaque()
        let code = unsafe mdb_reader_list(
            pointer,
            { line, receiver in
                guard let line = unsafe line, let receiver = unsafe receiver else { return 0 }
                let text = unsafe String(cString: line)
                unsafe Unmanaged<ReaderList>.fromOpaque(receiver).takeUnretainedValue().add(text)
                return 0
            }, context)
        guard code >= 0 else { throw LMDBError(code: code, "reader list", path: path) }
        var info = unsafe MDB_envinfo()
        unsafe mdb_env_info(pointer, &info)
        let newest = unsafe UInt64(info.me_last_txnid)
        let maximum = unsafe Int(info.me_maxreaders)
        return ReaderSlots(
            taken: list.taken, maximum: maximum, oldestLag: newest - min(newest, list.oldest ?? newest))
    }
}

/// What LMDB tells of the readers: after a heading, a line for each slot with process, thread, and snapshot or `-`.
private final class ReaderList {
    private(set) var taken = 0
    private(set) var oldest: UInt64?

    func add(_ line: String) {
        let words = line.split { $0 == " " || $0 == "\n" }
        // Neither the heading nor "(no active readers)" begins with a number.
        guard words.count == 3, Int(words[0]) != nil else { return }
        taken += 1
        if let snapshot = UInt64(words[2]) { oldest = min(snapshot, oldest ?? snapshot) }
    }
}
