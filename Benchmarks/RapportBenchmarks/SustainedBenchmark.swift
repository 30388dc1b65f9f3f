import EventLog
import Foundation
import Projection
import Rapport

/// One caller appends 1,000 events a call without a pause: does what follows keep up, and in how much memory?
struct SustainedBenchmark {
    private static let eventsPerCall = 1000
    /// The disk must be able to take this much more.
    private static let leastDiskFree: UInt64 = 4 << 30

    private let place: String
    private let duration: Double

    init(_ options: BenchmarkOptions) {
        place = options.place
        duration = options.duration(usual: 60)
    }

    func run() async throws {
        try await withIndexFollowing()
        try FileManager.default.removeItem(atPath: place + "/log")
        try await withAllFollowing()
    }

    private func withIndexFollowing() async throws {
        let log = try EventLog(at: place + "/log")
        var sample = EventSample(customers: 50_000)
        var pool = (0..<64).map { _ in sample.next(Self.eventsPerCall) }
        var turn = 0
        try await sustain("index follows", log, lagOfModels: { nil }) {
            turn += 1
            // Making events from scratch would take longer than appending them.
            if turn > pool.count { sample.renew(&pool[turn % pool.count]) }
            return pool[turn % pool.count]
        }
        let took = try await seconds {
            while try log.metrics().index.fullTables > 0 { try await Task.sleep(nanoseconds: 1_000_000) }
        }
        line("index has caught up after", "\(number(took)) s")
        log.close()
    }

    private func withAllFollowing() async throws {
        let crm = try Rapport(at: place + "/crm")
        // More than there is time for.
        let feed = DemoFeed(events: 100_000 + Int(duration) * 400_000)
        try await sustain(
            "all follow", crm.log, lagOfModels: { try crm.metrics().readModels.map(\.lag).max() }
        ) { try feed.next(Self.eventsPerCall) }
        let took = try await seconds {
            try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        }
        line("all models have caught up after", "\(number(took)) s")
        crm.close()
    }

    /// Appends for the whole time, and prints what it was like every ten seconds.
    private func sustain(
        _ name: String, _ log: EventLog, lagOfModels: () throws -> UInt64?, next: () throws -> [NewEvent]
    ) async throws {
        let start = uptime()
        let end = start + UInt64(duration * 1e9)
        let length = UInt64(min(10, duration / 2) * 1e9)
        var stretch = Stretch(from: start)
        while uptime() < end {
            let events = try next()
            if events.isEmpty { break }
            let callStart = uptime()
            try await log.append(events)
            stretch.add(events.count, took: milliseconds(since: callStart))
            guard stretch.calls % 10 == 0 || uptime() >= min(end, stretch.start + length) else { continue }
            let metrics = try log.metrics()
            stretch.look(metrics.index, try lagOfModels())
            if uptime() >= min(end, stretch.start + length) {
                let until = Double(uptime() - start) / 1e9
                line("\(Self.eventsPerCall) a call, \(name), to \(number(until)) s", stretch.text)
                stretch = Stretch(from: uptime())
            }
            if let free = metrics.storage.diskFree, free < Self.leastDiskFree {
                line("\(name): ended early", "the disk is nearly full")
                break
            }
        }
    }
}

/// What was seen in some seconds.
private struct Stretch {
    let start: UInt64
    private(set) var calls = 0
    private var events = 0
    /// Milliseconds.
    private var longestCall = 0.0
    private var appending = 0.0
    /// The highest that were seen.
    private var indexLag: UInt64 = 0
    private var tailTables = 0
    private var fullTables = 0
    private var modelLag: UInt64?

    init(from start: UInt64) {
        self.start = start
    }

    mutating func add(_ events: Int, took milliseconds: Double) {
        calls += 1
        self.events += events
        appending += milliseconds
        longestCall = max(longestCall, milliseconds)
    }

    mutating func look(_ index: LogMetrics.Index, _ lagOfModels: UInt64?) {
        indexLag = max(indexLag, index.lag)
        tailTables = max(tailTables, index.tailTables)
        fullTables = max(fullTables, index.fullTables)
        if let lagOfModels { modelLag = max(modelLag ?? 0, lagOfModels) }
    }

    var text: String {
        let took = milliseconds(since: start)
        let share = Int((appending / took * 100).rounded())
        return "\(number(Double(events) / took * 1000)) events/s (\(share)% of the time in appends, longest "
            + "\(number(longestCall)) ms); index lag \(indexLag), \(tailTables) tables, \(fullTables) full"
            + (modelLag.map { "; slowest model \($0) behind" } ?? "")
            + "; private \(ThisProcess.privateKilobytes / 1024) MB, resident \(ThisProcess.residentKilobytes / 1024) MB"
    }
}
