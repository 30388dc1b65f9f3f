import CoreMetrics
@testable import EventLog
import LMDB
import MetricsTestKit
import Testing
import TestSupport

/// What a metrics backend is told of each commit.
@Suite(.timeLimit(.minutes(5))) struct CommitInstrumentsTests {
    private let directory: TemporaryDirectory
    private let backend = TestMetrics()

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Opens the log while the backend is in force.
    private func opened() throws -> EventLog {
        let path = directory.path
        return try withMetricsFactory(backend) { try EventLog(at: path, options: .small) }
    }

    private func commitEvents() throws -> [Double] {
        try backend.expectRecorder("rapport_log_commit_events").values
    }

    @Test("each commit is told once, with its appends, its events and its time")
    func commitsAreTold() async throws {
        let log = try opened()
        let known = event("C")
        try await log.append([event("A"), event("B")])
        try await log.append([known])
        try await log.append([known])
        try log.appendBlocking([event(), event(), event()])
        // Callers are answered first.
        #expect(try await eventually(within: .seconds(60)) { try commitEvents().count == 3 })
        #expect(try commitEvents() == [2, 1, 3])
        #expect(backend.counterTotal(label: "rapport_log_commits_total") == 3)
        #expect(backend.counterTotal(label: "rapport_log_appends_total") == 3)
        #expect(backend.counterTotal(label: "rapport_log_events_total") == 6)
        #expect(backend.counterTotal(label: "rapport_log_failed_appends_total") == 0)
        let durations = try backend.expectTimer("rapport_log_commit_duration").values
        #expect(durations.count == 3 && durations.allSatisfy { $0 > 0 })
    }

    @Test("an append that cannot be written is told as failed, to the caller, the backend and the metrics")
    func failuresAreTold() throws {
        let log = try opened()
        try log.appendBlocking([event()])
        // A head that is no record: no commit can go on from there.
        let (key, broken): ([UInt8], [UInt8]) = ([2, 0, 0, 0, 0, 0, 0, 0], [1, 2, 3])
        try log.store.environment.write { transaction in
            try transaction.put(broken.rawSpan, in: log.store.events, for: key.rawSpan)
        }
        #expect(throws: DamagedLog.self) { try log.appendBlocking([event()]) }
        #expect(backend.counterTotal(label: "rapport_log_failed_appends_total") == 1)
        #expect(log.writer?.history.failedAppends == 1)
        #expect(log.writer?.history.appends == 1)
    }

    @Test("gauges are not among them: nothing is told while nothing happens")
    func quietWithoutCommits() throws {
        let log = try opened()
        #expect(backend.counters.allSatisfy { $0.values.isEmpty })
        #expect(Set(backend.recorders.map(\.label)) == ["rapport_log_commit_events"])
        withExtendedLifetime(log) {}
    }
}
