internal import CoreMetrics

/// What a log tells the program's metrics backend (swift-metrics) about each commit. Where there is no backend, these
/// are calls that do nothing.
///
/// The backend is the one that is in force when this is made. The page Metrics of Rapport lists the names.
struct CommitInstruments: Sendable {
    private let appends = Counter(label: "rapport_log_appends_total")
    private let events = Counter(label: "rapport_log_events_total")
    private let commits = Counter(label: "rapport_log_commits_total")
    private let failedAppends = Counter(label: "rapport_log_failed_appends_total")
    private let commitDuration = Timer(label: "rapport_log_commit_duration")
    private let commitEvents = Recorder(label: "rapport_log_commit_events")

    init() {}

    /// Tells of a commit that has just become durable.
    func record(appends: Int, events: UInt64, nanoseconds: UInt64) {
        self.appends.increment(by: appends)
        self.events.increment(by: events)
        commits.increment()
        commitDuration.recordNanoseconds(nanoseconds)
        commitEvents.record(events)
    }

    /// Tells of appends that could not be written.
    func recordFailure(appends: Int) { failedAppends.increment(by: appends) }
}
