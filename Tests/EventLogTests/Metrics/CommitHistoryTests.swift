@testable import EventLog
import Testing

@Suite struct CommitHistoryTests {
    private static let second: UInt64 = 1_000_000_000
    private static let start: UInt64 = 5000 * second

    /// So many tenths of a second after the start.
    private static func time(tenths: UInt64) -> UInt64 { start + tenths * second / 10 }

    @Test("rates are over the time since the start, sizes and latencies over the commits in it")
    func sinceTheStart() throws {
        var history = CommitHistory(start: Self.start)
        history.add(appends: 2, events: 10, nanoseconds: 300_000, at: Self.time(tenths: 5))
        history.add(appends: 1, events: 30, nanoseconds: 500_000, at: Self.time(tenths: 30))
        let recent = history.recent(at: Self.time(tenths: 40))
        #expect(recent.seconds == 4)
        #expect(recent.commits == 2)
        #expect(recent.appendsPerSecond == 0.75)
        #expect(recent.eventsPerSecond == 10)
        #expect(recent.eventsPerCommit == LogMetrics.EventsPerCommit(mean: 20, max: 30))
        let latency = try #require(recent.latency)
        #expect(latency.max == 500)
        #expect((290...310).contains(latency.p50))
        #expect((484...500).contains(latency.p99))
    }

    @Test("what is ten seconds old is forgotten, and the sums are not")
    func forgetsWhatIsOld() {
        var history = CommitHistory(start: Self.start)
        history.add(appends: 1, events: 1000, nanoseconds: 900_000, at: Self.time(tenths: 5))
        history.add(appends: 1, events: 18, nanoseconds: 300_000, at: Self.time(tenths: 35))
        let recent = history.recent(at: Self.time(tenths: 120))
        #expect(recent.seconds == 9)
        #expect(recent.commits == 1)
        #expect(recent.eventsPerSecond == 2)
        #expect(recent.eventsPerCommit?.max == 18)
        #expect(recent.latency?.max == 300)
        let later = history.recent(at: Self.time(tenths: 10_000))
        #expect(later.commits == 0)
        #expect(later.eventsPerSecond == 0)
        #expect(later.eventsPerCommit == nil)
        #expect(later.latency == nil)
        #expect(history.appends == 2 && history.events == 1018 && history.commits == 2)
    }

    @Test("a second takes the place of the one ten before it, whose commits are not counted with it")
    func secondsAreUsedAgain() {
        var history = CommitHistory(start: Self.start)
        for tenths: UInt64 in 0..<1000 {
            history.add(appends: 1, events: 3, nanoseconds: 100_000, at: Self.time(tenths: tenths))
        }
        let recent = history.recent(at: Self.time(tenths: 1000))
        #expect(recent.seconds == 9)
        #expect(recent.commits == 90)
        #expect(recent.eventsPerSecond == 30)
    }

    @Test("in the first second the rate is what there was, not what it would come to")
    func firstMoments() {
        var history = CommitHistory(start: Self.start)
        history.add(appends: 1, events: 7, nanoseconds: 100_000, at: Self.start + 1000)
        #expect(history.recent(at: Self.start + 2000).eventsPerSecond == 7)
    }

    @Test("failed appends are counted apart")
    func failures() {
        var history = CommitHistory(start: Self.start)
        history.addFailed(appends: 3)
        #expect(history.failedAppends == 3)
        #expect(history.appends == 0 && history.commits == 0)
    }
}
