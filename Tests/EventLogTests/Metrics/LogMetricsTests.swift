@testable import EventLog
import Foundation
import LMDB
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct LogMetricsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    @Test("what this process has appended is counted, not what it has refused, knew, or found there")
    func countsItsOwn() async throws {
        do {
            let log = try opened()
            let known = event("C")
            try await log.append([event("A"), event("B")])
            try await log.append([known])
            try await log.append([known])
            let never = AppendCondition(.all)
            await #expect(throws: AppendError.self) { try await log.append([event()], condition: never) }
            let metrics = try log.metrics()
            #expect(metrics.head == Position(3))
            #expect(metrics.appends == 2 && metrics.events == 3 && metrics.commits == 2)
            #expect(metrics.failedAppends == 0)
            // On a busy machine the commits may be past by now.
            if metrics.recent.commits == 2 {
                #expect(metrics.recent.eventsPerSecond > 0)
                #expect(metrics.recent.eventsPerCommit == LogMetrics.EventsPerCommit(mean: 1.5, max: 2))
                let latency = try #require(metrics.recent.latency)
                #expect(latency.p50 <= latency.p99 && latency.p99 <= latency.max && latency.max > 0)
            }
            #expect(metrics.queue == LogMetrics.Queue(appends: 0, bytes: 0))
            #expect(metrics.index == LogMetrics.Index(lag: 3, tailTables: 1, fullTables: 0, runs: 0))
            log.close()
            #expect(try log.metrics().events == 3, "a closed log answers, too")
        }
        let metrics = try opened().metrics()
        #expect(metrics.head == Position(3))
        #expect(metrics.appends == 0 && metrics.events == 0 && metrics.commits == 0)
        #expect(metrics.recent.latency == nil)
    }

    @Test("a log that is only read has a head and no appends")
    func onlyRead() async throws {
        do {
            let log = try opened()
            try await log.append([event("A")])
        }
        var options = EventLogOptions.small
        options.readOnly = true
        let metrics = try EventLog(at: directory.path, options: options).metrics()
        #expect(metrics.head == Position(1))
        #expect(metrics.appends == 0 && metrics.recent.commits == 0)
        #expect(metrics.queue.appends == 0)
    }

    @Test("appends that wait for the writer are told with their bytes")
    func tellsWhatWaits() async throws {
        let log = try opened()
        let lock = HeldWriteLock(of: log)
        var tasks: [Task<AppendResult, any Error>] = []
        // The writer takes up some, and then those that come wait.
        var queue = try log.metrics().queue
        while queue.appends == 0 {
            tasks.append(Task { try await log.append([event("A")]) })
            try await Task.sleep(for: .milliseconds(1))
            queue = try log.metrics().queue
        }
        #expect(queue.bytes > 0)
        lock.release()
        for task in tasks { _ = try await task.value }
        let metrics = try log.metrics()
        #expect(metrics.queue == LogMetrics.Queue(appends: 0, bytes: 0))
        #expect(metrics.appends == UInt64(tasks.count) && metrics.events == metrics.appends)
        #expect(metrics.commits <= metrics.appends)
    }

    @Test("open reads are told, with the commits since the oldest")
    func tellsReaders() throws {
        let log = try opened()
        try log.appendBlocking([event()])
        #expect(try log.metrics().readers == LogMetrics.Readers(open: 0, maximum: 1024, oldestLag: 0))
        let transaction = try log.store.environment.beginRead()
        try log.appendBlocking([event()])
        try log.appendBlocking([event(), event()])
        #expect(try log.metrics().readers == LogMetrics.Readers(open: 1, maximum: 1024, oldestLag: 2))
        let head = try log.store.head(in: transaction).position
        #expect(head == 1)
    }

    @Test("the index on disk counts, whichever process has written it, and only that of this log")
    func tellsTheIndexOnDisk() throws {
        let log = try opened()
        try log.appendBlocking((0..<10).map { _ in event() })
        #expect(try log.metrics().index.lag == 10)
        let run = Manifest.Entry(name: "run-1-7-x", first: 1, last: 7, lastChecksum: 0, fileHash: 0)
        try Manifest(logID: EventID(), entries: [run]).write(to: directory.path + "/index/MANIFEST")
        #expect(try log.metrics().index.lag == 10)
        try Manifest(logID: log.logID, entries: [run]).write(to: directory.path + "/index/MANIFEST")
        #expect(try log.metrics().index.lag == 3)
    }

    @Test("what a clean close has written out is on disk")
    func tellsRuns() throws {
        do {
            let log = try opened()
            for _ in 0..<2 { try log.appendBlocking((0..<10_000).map { _ in event() }) }
            log.close()
        }
        #expect(try opened().metrics().index == LogMetrics.Index(lag: 0, tailTables: 0, fullTables: 0, runs: 1))
    }

    @Test("map and disk are told in bytes")
    func tellsStorage() throws {
        let log = try opened()
        let before = try log.metrics().storage
        #expect(before.mapReserved == 1 << 30)
        let free = try #require(before.diskFree)
        #expect(free > 0)
        try log.appendBlocking([NewEvent(type: EventType(unchecked: "A"), data: [UInt8](repeating: 1, count: 100_000))])
        #expect(try log.metrics().storage.mapUsed >= before.mapUsed + 100_000)
    }

    @Test("metrics are the same after a way through JSON")
    func survivesJSON() throws {
        let log = try opened()
        try log.appendBlocking([event("A"), event("B")])
        let metrics = try log.metrics()
        let data = try JSONEncoder().encode(metrics)
        #expect(try JSONDecoder().decode(LogMetrics.self, from: data) == metrics)
    }
}
