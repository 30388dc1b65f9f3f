internal import EventLog
internal import LMDB

extension Follower {
    private static let readerCheckInterval = Duration.seconds(30)

    /// Frees, now and then, the slots of readers whose process has died: their snapshots would keep pages from being
    /// used again, and files would grow with every commit.
    func clearStaleReaders() throws {
        guard readersChecked.duration(to: .now) >= Self.readerCheckInterval else { return }
        readersChecked = .now
        for model in live.values { try model.generation.environment.clearStaleReaders() }
        try state.log.clearStaleReaders()
    }
}
