internal import LMDB

extension EventLog {
    /// Frees the reader slots of processes that have died.
    package func clearStaleReaders() throws { try store.environment.clearStaleReaders() }

    /// What the log is doing now. Cheap enough to be asked every second: some numbers and a small file are read.
    ///
    /// - Throws: errors of the storage layer.
    public func metrics() throws -> LogMetrics {
        let head = try currentHead()
        let history = writer?.history ?? CommitHistory()
        let backlog = writer?.backlog ?? (appends: 0, bytes: 0)
        let indexed = min(try indexedEnd(), head.rawValue)
        return LogMetrics(
            head: head, appends: history.appends, events: history.events, commits: history.commits,
            failedAppends: history.failedAppends, recent: history.recent(),
            queue: LogMetrics.Queue(appends: backlog.appends, bytes: backlog.bytes),
            index: indexMetrics(lag: head.rawValue - indexed), storage: storageMetrics(),
            readers: try readerMetrics())
    }

    /// The last position of the index on disk, whichever process wrote it.
    private func indexedEnd() throws -> UInt64 {
        let runsEnd = index.runsEnd
        guard let manifest = try Manifest.read(from: index.folder + "/MANIFEST"), manifest.logID == logID
        else { return runsEnd }
        return max(runsEnd, manifest.end)
    }

    private func indexMetrics(lag: UInt64) -> LogMetrics.Index {
        let size = index.size
        return LogMetrics.Index(lag: lag, tailTables: size.tables, fullTables: size.fullTables, runs: size.runs)
    }

    private func storageMetrics() -> LogMetrics.Storage {
        let map = store.environment.mapUse()
        let free = store.environment.freeBytes()
        return LogMetrics.Storage(
            mapReserved: map.reserved, mapUsed: map.used, diskFree: free == .max ? nil : free)
    }

    private func readerMetrics() throws -> LogMetrics.Readers {
        let slots = try store.environment.readerSlots()
        return LogMetrics.Readers(open: slots.taken, maximum: slots.maximum, oldestLag: slots.oldestLag)
    }
}
