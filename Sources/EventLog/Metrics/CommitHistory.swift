internal import Foundation

/// What the commits of a writer were like: sums since it began, and the last seconds one by one.
///
/// A fixed amount of memory, and some tens of nanoseconds a commit. Not thread-safe.
struct CommitHistory: Sendable {
    /// Seconds that are told apart, the present one among them.
    static let window = 10

    private struct Second {
        /// Counted from the start; no second has -1.
        var number = -1
        var appends: UInt64 = 0
        var events: UInt64 = 0
        var mostEvents: UInt64 = 0
        var latencies = LatencyHistogram()
    }

    private let start: UInt64
    /// The second of each number is at the remainder by the window.
    private var seconds = [Second](repeating: Second(), count: CommitHistory.window)
    private(set) var appends: UInt64 = 0
    private(set) var events: UInt64 = 0
    private(set) var commits: UInt64 = 0
    private(set) var failedAppends: UInt64 = 0

    /// - Parameter start: when the writer begins, by ``now()``.
    init(start: UInt64 = CommitHistory.now()) {
        self.start = start
    }

    /// Nanoseconds of a clock that only goes forward.
    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Adds a commit that became durable at `end`, by ``now()``.
    mutating func add(appends: Int, events: UInt64, nanoseconds: UInt64, at end: UInt64) {
        let number = second(at: end)
        let place = number % Self.window
        if seconds[place].number != number {
            seconds[place] = Second()
            seconds[place].number = number
        }
        seconds[place].appends += UInt64(appends)
        seconds[place].events += events
        seconds[place].mostEvents = max(seconds[place].mostEvents, events)
        seconds[place].latencies.add(nanoseconds: nanoseconds)
        self.appends += UInt64(appends)
        self.events += events
        commits += 1
    }

    /// Adds appends that could not be written.
    mutating func addFailed(appends: Int) { failedAppends += UInt64(appends) }

    private func second(at time: UInt64) -> Int { Int((time - min(time, start)) / 1_000_000_000) }

    /// The last seconds before `now`.
    func recent(at now: UInt64 = CommitHistory.now()) -> LogMetrics.Recent {
        let first = max(0, second(at: now) - Self.window + 1)
        let elapsed = Double(now - min(now, start)) / 1e9 - Double(first)
        var sum = Second()
        for second in seconds where second.number >= first {
            sum.appends += second.appends
            sum.events += second.events
            sum.mostEvents = max(sum.mostEvents, second.mostEvents)
            sum.latencies.add(second.latencies)
        }
        // What came within the first moments says nothing about a rate yet.
        let divisor = max(1, elapsed)
        return LogMetrics.Recent(
            seconds: elapsed, commits: sum.latencies.count, appendsPerSecond: Double(sum.appends) / divisor,
            eventsPerSecond: Double(sum.events) / divisor,
            eventsPerCommit: Self.eventsPerCommit(sum), latency: Self.latency(sum.latencies))
    }

    private static func eventsPerCommit(_ second: Second) -> LogMetrics.EventsPerCommit? {
        let commits = second.latencies.count
        if commits == 0 { return nil }
        return LogMetrics.EventsPerCommit(mean: Double(second.events) / Double(commits), max: second.mostEvents)
    }

    private static func latency(_ latencies: LatencyHistogram) -> LogMetrics.CommitLatency? {
        guard let median = latencies.quantile(0.5), let high = latencies.quantile(0.99) else { return nil }
        return LogMetrics.CommitLatency(
            p50: (median + 500) / 1000, p99: (high + 500) / 1000, max: (latencies.longest + 500) / 1000)
    }
}
