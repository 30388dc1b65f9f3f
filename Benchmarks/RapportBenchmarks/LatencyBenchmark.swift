import EventLog
import Projection
import Rapport

/// How long a single durable event takes when one caller appends at half the rate it could.
///
/// An open loop: events are due at even distances, and each is timed from when it was due. So one that takes long
/// counts against all that had to wait behind it.
struct LatencyBenchmark {
    private let place: String
    private let events: Int
    private let duration: Double
    private let feed: DemoFeed

    init(_ options: BenchmarkOptions) {
        place = options.place
        events = options.events
        duration = options.duration(usual: 20)
        // Beyond those in the log before: what a fast device takes in all runs together.
        feed = DemoFeed(events: options.events + Int(duration * 8) * 20_000)
    }

    func run() async throws {
        let idle = try EventLog(at: place + "/idle")
        let crm = try Rapport(at: place + "/crm")
        try await feed.fill(idle, crm.log, with: events)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        let highest = try await highestRate(idle)
        line("single events, as fast as it goes", "\(number(highest)) events/s")
        let rate = highest / 2
        try await measure("nobody follows", idle, rate)
        try await measure("all follow", crm.log, rate)
        let rebuilds = BackgroundJob(every: 0) { isStopping in
            try crm.projections.rebuild(isCancelled: isStopping)
        }
        try await measure("all are rebuilt in a loop", crm.log, rate)
        rebuilds.stop()
        line("rebuilds meanwhile", "\(rebuilds.runs)\(rebuilds.firstFailure.map { ", failed: \($0)" } ?? "")")
        crm.close()
        idle.close()
    }

    private func highestRate(_ log: EventLog) async throws -> Double {
        var taken = 0.0
        var count = 0
        while taken < min(duration, 3) {
            let batch = try feed.next(200)
            if batch.isEmpty { break }
            for event in batch {
                let start = uptime()
                try await log.append([event])
                taken += milliseconds(since: start) / 1000
                count += 1
            }
        }
        return Double(count) / taken
    }

    private func measure(_ name: String, _ log: EventLog, _ rate: Double) async throws {
        let count = max(10, Int(rate * duration))
        let inTask = try await paced(feed.next(count), rate) { try await log.append($0) }
        report("\(name), from a task", inTask, rate)
        let inThread = try await paced(feed.next(count), rate) { try log.appendBlocking($0) }
        report("\(name), from a thread", inThread, rate)
    }

    /// Milliseconds of each event from when it was due until it was durable.
    private func paced(
        _ events: [NewEvent], _ rate: Double, _ append: ([NewEvent]) async throws -> Void
    ) async throws -> [Double] {
        var taken: [Double] = []
        taken.reserveCapacity(events.count)
        var schedule = Schedule(perSecond: rate)
        for event in events {
            let due = schedule.next()
            Schedule.block(until: due)
            try await append([event])
            taken.append(milliseconds(since: due))
        }
        return taken
    }

    private func report(_ name: String, _ taken: [Double], _ rate: Double) {
        if taken.isEmpty { return line(name, "the demo company has no events left") }
        let shares = [(name: "p50", share: 0.5), (name: "p99", share: 0.99), (name: "p99.9", share: 0.999)]
        line(
            name,
            "\(quantiles(shares, of: taken)), max \(number(taken.max() ?? 0)) ms of \(taken.count) "
                + "at \(number(rate)) a second")
    }
}
