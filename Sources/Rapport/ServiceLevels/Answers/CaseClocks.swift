internal import EventLog
internal import LMDB
internal import Projection

/// The clocks of cases by a service level, as of a moment.
struct CaseClocks {
    /// A target as rows are looked at by it.
    private struct Rule {
        let metric: ServiceLevel.Metric
        /// In microseconds.
        let within: Int64
        let time: ServiceTime
        /// UTF-8.
        let conditions: [(dimension: [UInt8], values: [[UInt8]])]
    }

    /// How a promise stands.
    enum Outcome: Sendable {
        /// The clock has stopped in time.
        case kept
        /// It has counted more than was promised, whether it has stopped or not.
        case broken
        /// It has not stopped, and there is time left.
        case open
    }

    /// What a clock shows.
    struct Reading {
        /// Microseconds that count.
        let elapsed: Int64
        /// How the promise stands.
        let outcome: Outcome
    }

    /// What happened later does not count.
    let now: Timestamp
    /// The metrics that anything is promised for.
    let metrics: [ServiceLevel.Metric]
    private let rules: [Rule]
    private let pausesOn: [[UInt8]]
    private let reopening: ServiceClock.Reopening

    /// Clocks of a service level.
    init(_ asked: AskedServiceLevel, now: Timestamp) {
        self.now = now
        rules = zip(asked.level.targets, asked.times).map { target, time in
            Rule(
                metric: target.metric, within: target.within, time: time,
                conditions: target.conditions.map { condition in
                    (dimension: Array(condition.dimension.utf8), values: condition.values.map { Array($0.utf8) })
                })
        }
        metrics = ServiceLevel.Metric.allCases.filter { metric in
            asked.level.targets.contains { $0.metric == metric }
        }
        pausesOn = asked.level.pausesOn.map { Array($0.utf8) }
        reopening = asked.level.reopening
    }

    /// How many targets there are.
    var targetCount: Int { rules.count }

    /// The first target of a metric that takes a case, from 0; nil where none does. O(conditions · dimensions).
    func target(of metric: ServiceLevel.Metric, for facts: CaseFacts) throws -> Int? {
        for (number, rule) in rules.enumerated() where rule.metric == metric {
            if try Self.takes(rule, facts) { return number }
        }
        return nil
    }

    private static func takes(_ rule: Rule, _ facts: CaseFacts) throws -> Bool {
        for condition in rule.conditions {
            let value = try facts.value(of: condition.dimension.rawSpan)
            var isOne = false
            for wanted in condition.values where value.sameBytes(as: wanted.rawSpan) { isOne = true }
            if !isOne { return false }
        }
        return true
    }

    // MARK: Clocks

    /// The clock of a case that was opened by ``now``. What is said to have happened before the opening counts as
    /// happening with it. O(changes).
    func clock(of metric: ServiceLevel.Metric, _ facts: CaseFacts, openedAt: Int64) throws -> ServiceClock {
        var entries = [ServiceClock.Entry(Timestamp(microseconds: openedAt), .start)]
        func add(_ change: ServiceClock.Change, at time: Int64) {
            let time = Timestamp(microseconds: max(time, openedAt))
            if time <= now { entries.append(ServiceClock.Entry(time, change)) }
        }
        switch metric {
        case .firstResponse:
            let ends = [facts.firstRespondedAt, facts.firstResolvedAt, facts.firstClosedAt].compactMap { $0 }
            if let end = ends.min() { add(.stop, at: end) }
        case .resolution:
            try facts.forEachChange { kind, time, whom in
                switch kind {
                case .resolved, .closed: add(.stop, at: time)
                case .reopened: add(.start, at: time)
                case .works: add(.resume, at: time)
                case .waits:
                    var isPause = false
                    for name in pausesOn where whom.sameBytes(as: name.rawSpan) { isPause = true }
                    add(isPause ? .pause : .resume, at: time)
                }
            }
        }
        return ServiceClock(entries, reopening: metric == .resolution ? reopening : .goesOn)
    }

    /// What a clock shows by a target; nil where nothing is known about the time in which it ran.
    func reading(of clock: ServiceClock, _ target: Int) throws -> Reading? {
        let rule = rules[target]
        let elapsed: Int64
        do {
            elapsed = try clock.elapsed(in: rule.time, until: now)
        } catch {
            guard case .notCovered = error else { throw error }
            return nil
        }
        if elapsed > rule.within { return Reading(elapsed: elapsed, outcome: .broken) }
        return Reading(elapsed: elapsed, outcome: clock.hasStopped ? .kept : .open)
    }

    /// When a promise was or will be due, if the clock runs on from ``now`` where it is paused; nil where it stopped
    /// before, or so much time does not pass as far as times are known.
    func due(of clock: ServiceClock, _ target: Int) throws -> Timestamp? {
        let rule = rules[target]
        do {
            return try clock.due(after: rule.within, in: rule.time, asOf: now)
        } catch {
            guard case .neverReached = error else { throw error }
            return nil
        }
    }

    /// When a promise was broken; nil where it was not by ``now``.
    func brokenAt(_ clock: ServiceClock, _ target: Int) throws -> Timestamp? {
        let rule = rules[target]
        return try clock.breachedAt(target: rule.within, in: rule.time, until: now)
    }

    /// What is promised, in microseconds.
    func within(_ target: Int) -> Int64 { rules[target].within }
}

extension ServiceClock {
    /// Whether it stands still for good, unless it is started again.
    var hasStopped: Bool {
        if case .stopped = state { true } else { false }
    }

    /// Whether it waits to go on, and since when.
    var pausedSince: Timestamp? {
        if case .paused(let since) = state { since } else { nil }
    }
}

extension CaseClocks {
    /// Goes through the cases that were opened in a range and by ``now``, status by status.
    ///
    /// - Parameters:
    ///   - start: nil is unbounded.
    ///   - end: left out itself; nil is unbounded.
    ///   - body: takes the key of a row, its value, how the case stands, and when it was opened.
    /// - Returns: how many cases of the range were opened later than ``now``.
    func forEachCase(
        from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader,
        _ body: (RawSpan, RawSpan, CaseStatus, Int64) throws -> Void
    ) throws -> Int64 {
        var later: Int64 = 0
        for status in CaseStatus.allCases {
            let prefix = CaseRow.prefix(status)
            let first = start.map { TimedKey.start(prefix, at: $0.microseconds) }
            try reader.forEachRow(prefix: prefix, from: first) { key, row in
                let openedAt = TimedKey.time(of: key, prefix: CaseRow.prefixLength)
                if let end, openedAt >= end.microseconds { return false }
                if openedAt > now.microseconds {
                    later += 1
                } else {
                    try body(key, row, status, openedAt)
                }
                return true
            }
        }
        return later
    }
}
