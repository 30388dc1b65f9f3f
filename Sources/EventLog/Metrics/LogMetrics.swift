/// What an open log is doing: how much this process has appended, how long its commits take, and how much waits.
///
/// A value of about one moment: its figures are read one after the other while the log goes on.
public struct LogMetrics: Codable, Hashable, Sendable {
    /// The last position in the log, whoever appended it.
    public let head: Position
    /// Appends of this process that have written something since it opened the log.
    public let appends: UInt64
    /// Events they have written.
    public let events: UInt64
    /// Commits they were in: appends that wait together share one.
    public let commits: UInt64
    /// Appends of this process that failed because nothing could be written, as on a full disk. Those that were
    /// refused, for a condition or an id, are not among them.
    public let failedAppends: UInt64
    /// The commits of this process in the last seconds.
    public let recent: Recent
    /// What this process has not committed yet.
    public let queue: Queue
    /// How far the index is.
    public let index: Index
    /// The log's file, its map, and the disk it is on.
    public let storage: Storage
    /// Who is reading the log's file, in all processes.
    public let readers: Readers
}

extension LogMetrics {
    /// The commits of the last seconds.
    public struct Recent: Codable, Hashable, Sendable {
        /// How long that is: ten seconds, or less when the log was opened only then.
        public let seconds: Double
        /// Commits in this time.
        public let commits: UInt64
        /// Appends that have written something, a second.
        public let appendsPerSecond: Double
        /// Events written, a second.
        public let eventsPerSecond: Double
        /// How many events a commit had; nil when there was none.
        public let eventsPerCommit: EventsPerCommit?
        /// How long a commit took; nil when there was none.
        public let latency: CommitLatency?
    }

    /// How many events a commit had.
    public struct EventsPerCommit: Codable, Hashable, Sendable {
        /// On average.
        public let mean: Double
        /// At most.
        public let max: UInt64
    }

    /// How long commits took, in microseconds: from when the writer took the appends up until they were durable.
    /// Waiting for room in the index and for a commit of another process is part of it, waiting in the queue is not.
    public struct CommitLatency: Codable, Hashable, Sendable {
        /// Half of the commits took no longer; right to 4 percent.
        public let p50: UInt64
        /// 99 of 100 commits took no longer; right to 4 percent.
        public let p99: UInt64
        /// The longest.
        public let max: UInt64
    }

    /// What waits for the writer.
    public struct Queue: Codable, Hashable, Sendable {
        /// Appends that were handed over.
        public let appends: Int
        /// Bytes of their records.
        public let bytes: Int
    }

    /// How far the index is.
    public struct Index: Codable, Hashable, Sendable {
        /// Events behind the end of the index on disk; they are looked up in memory. It is written in stretches, so up
        /// to 131,072 are nothing unusual.
        public let lag: UInt64
        /// Tables of this process that hold events not on disk yet.
        public let tailTables: Int
        /// Those of them that are full and wait to be written; appends are held back when there are more than 12.
        public let fullTables: Int
        /// Files that make up the index on disk, as far as this process has opened them.
        public let runs: Int
    }

    /// Bytes of the log's file.
    public struct Storage: Codable, Hashable, Sendable {
        /// Address space that this process has reserved for the map; it grows by itself.
        public let mapReserved: Int
        /// What the file takes of it.
        public let mapUsed: Int
        /// What the disk can still take; nil when the system does not say.
        public let diskFree: UInt64?
    }

    /// Who is reading the log's file, in all processes.
    public struct Readers: Codable, Hashable, Sendable {
        /// Open read transactions, and those that killed processes have left behind.
        public let open: Int
        /// How many there can be.
        public let maximum: Int
        /// Commits since the oldest snapshot that is still read; 0 when nobody reads. While it grows, so does the file.
        public let oldestLag: UInt64
    }
}
