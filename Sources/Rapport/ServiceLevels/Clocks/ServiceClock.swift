public import EventLog

/// The clock of a promise, as "solved within 8 hours": it starts, is paused while others are waited for, and stops when
/// the promise is kept.
///
/// What changes nothing is passed over: a pause of a clock that does not run, or a second start. So is a resumption of
/// a clock that has stopped; only a start sets that going again.
public struct ServiceClock: Sendable, Hashable {
    /// What happens to a clock.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// It begins to run, for the first time or once more after it has stopped.
        case start
        /// It stands still until it is resumed.
        case pause
        /// It runs again after a pause.
        case resume
        /// It has done its work.
        case stop
    }

    /// A change and when it happened.
    public struct Entry: Sendable, Hashable {
        /// When.
        public var time: Timestamp
        /// What.
        public var change: Change

        /// A change at a moment.
        public init(_ time: Timestamp, _ change: Change) {
            self.time = time
            self.change = change
        }
    }

    /// What a start means after the clock has stopped.
    public enum Reopening: String, Sendable, Hashable, CaseIterable {
        /// It goes on from where it was.
        case goesOn = "goes_on"
        /// It begins anew from nothing.
        case beginsAnew = "begins_anew"
    }

    /// What the clock does after the last change.
    public enum State: Sendable, Hashable {
        /// It has never run.
        case notStarted
        /// It has run since then.
        case running(since: Timestamp)
        /// It has been paused since then.
        case paused(since: Timestamp)
        /// It has stopped then.
        case stopped(at: Timestamp)
    }

    /// When it has run, up to pauses and stops; in order, none empty. That it runs still is said by ``state``.
    public private(set) var ran: [Range<Timestamp>] = []
    /// What it does after the last change.
    public private(set) var state = State.notStarted

    /// A clock with these changes in any order; of changes at one moment the first counts first.
    ///
    /// For a question about the past, leave out what happened later. O(n log n).
    public init(_ entries: [Entry], reopening: Reopening = .goesOn) {
        for entry in entries.sorted(by: { $0.time < $1.time }) { apply(entry, reopening) }
    }

    private mutating func apply(_ entry: Entry, _ reopening: Reopening) {
        switch (entry.change, state) {
        case (.start, .notStarted), (.resume, .paused): state = .running(since: entry.time)
        case (.start, .stopped):
            if reopening == .beginsAnew { ran = [] }
            state = .running(since: entry.time)
        case (.pause, .running(let start)):
            add(start, entry.time)
            state = .paused(since: entry.time)
        case (.stop, .running(let start)):
            add(start, entry.time)
            state = .stopped(at: entry.time)
        case (.stop, .paused): state = .stopped(at: entry.time)
        default: break
        }
    }

    private mutating func add(_ start: Timestamp, _ end: Timestamp) {
        if start < end { ran.append(start..<end) }
    }
}

// MARK: - Questions

extension ServiceClock {
    /// Microseconds that the clock has counted up to a moment: the sum over the times in which it ran of the time in
    /// them that counts.
    ///
    /// - Throws: ``WorkingTimeError`` where nothing is known about the time in which it ran. O(changes · log n).
    public func elapsed(in time: ServiceTime, until now: Timestamp) throws(WorkingTimeError) -> Int64 {
        var sum: Int64 = 0
        for range in ran where range.lowerBound < now {
            sum += try time.length(from: range.lowerBound, to: min(range.upperBound, now))
        }
        if case .running(let start) = state, start < now { sum += try time.length(from: start, to: now) }
        return sum
    }

    /// The moment at which the clock has counted so many microseconds, or will have if it runs on: from `now` where it
    /// is paused. Nil for a clock that has never run, and for one that stopped before.
    ///
    /// - Throws: ``WorkingTimeError`` where the target is negative, nothing is known about the time in which it ran, or
    ///   so much time does not pass. O(changes · log n).
    public func due(
        after target: Int64, in time: ServiceTime, asOf now: Timestamp
    ) throws(WorkingTimeError) -> Timestamp? {
        guard target >= 0 else { throw WorkingTimeError.negativeDuration(target) }
        var left = target
        for range in ran {
            let length = try time.length(from: range.lowerBound, to: range.upperBound)
            if left <= length { return try time.instant(after: left, from: range.lowerBound) }
            left -= length
        }
        switch state {
        case .running(let start): return try time.instant(after: left, from: start)
        case .paused(let start): return try time.instant(after: left, from: max(start, now))
        case .notStarted, .stopped: return nil
        }
    }

    /// The moment at which the promise was due that was broken by `now`; nil while it was not.
    ///
    /// It is kept by a clock that counts the target and no more: broken as soon as it has counted a microsecond more.
    ///
    /// - Throws: As ``due(after:in:asOf:)``.
    public func breachedAt(
        target: Int64, in time: ServiceTime, until now: Timestamp
    ) throws(WorkingTimeError) -> Timestamp? {
        guard try elapsed(in: time, until: now) > target else { return nil }
        return try due(after: target, in: time, asOf: now)
    }
}
