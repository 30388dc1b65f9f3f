internal import EventLog
internal import LMDB
internal import Projection

/// What the outcomes of all subjects come to.
///
/// Subjects may be added in any order, and by several workers whose tallies are merged: the answer is the same.
struct BehaviourTally: Sendable {
    let definition: FunnelDefinition
    let now: Timestamp
    /// How many bins the histogram has; 0 takes as many as suit, nil shows none.
    let bins: Int?
    /// The length of the periods of the trend; nil shows none.
    let trend: Granularity?
    /// In the zone of the periods of the trend.
    let calendar: ZonedCalendar

    /// Microseconds from a start until nothing more can come of it.
    let window: Int64
    private let requiredCount: Int

    private(set) var steps: StepCounts
    /// For each step how long it took from the step before on the path, in microseconds; of the first step none.
    private(set) var times: [[Int64]]
    /// From first to last step of those converted, in microseconds.
    private(set) var totals: [Int64] = []
    /// How many outcomes are immature.
    private(set) var immature: Int64 = 0
    /// How many of these have converted.
    private(set) var immatureConverted: Int64 = 0
    /// How many subjects have entered and are not counted.
    private(set) var excluded: Int64 = 0
    /// By the number of the breakdown value. Sorted for the answer.
    private(set) var groups: [UInt32: GroupTally] = [:]
    /// By the label of the period. Sorted for the answer.
    private(set) var periods: [String: PeriodTally] = [:]

    /// Nobody counted yet.
    ///
    /// - Parameters:
    ///   - definition: one that was checked.
    ///   - now: outcomes whose window is open then are immature.
    ///   - bins: how many bins the histogram has; 0 takes as many as suit, nil shows none.
    ///   - trend: the length of the periods of the trend; nil shows none.
    ///   - calendar: in the zone of the periods of the trend.
    init(
        _ definition: FunnelDefinition, now: Timestamp, bins: Int?, trend: Granularity?, calendar: ZonedCalendar
    ) {
        self.definition = definition
        self.now = now
        self.bins = bins
        self.trend = trend
        self.calendar = calendar
        window =
            switch definition.window {
            case .time(let length): length
            case .sessions: FunnelDefinition.Window.longest
            }
        let stepCount = definition.steps.count
        requiredCount = definition.steps.count { !$0.isOptional }
        steps = StepCounts(stepCount: stepCount)
        times = [[Int64]](repeating: [], count: stepCount)
    }
}

// MARK: - Counting

extension BehaviourTally {
    /// Counts what became of one subject. O(outcomes × steps).
    ///
    /// - Throws: `SumOverflow`.
    mutating func add(_ result: FunnelResult) throws {
        if result.isExcluded { excluded = try sum(excluded, 1) }
        for outcome in result.outcomes {
            try steps.add(outcome.times)
            try addTimes(of: outcome)
            let total = try total(of: outcome)
            if let total { totals.append(total) }
            guard isImmature(outcome, lastEntry: result.lastEntry) else { continue }
            immature = try sum(immature, 1)
            if total != nil { immatureConverted = try sum(immatureConverted, 1) }
        }
        let stepCount = times.count
        for outcome in result.grouped {
            guard let group = outcome.group else { continue }
            let total = try total(of: outcome)
            try groups[group, default: GroupTally(stepCount: stepCount)].add(outcome.times, total: total)
        }
    }

    /// Counts what became of one subject where only entries of one period count, beside its overall result.
    ///
    /// - Parameter label: that of the period.
    /// - Throws: `SumOverflow`.
    mutating func add(_ result: FunnelResult, inPeriod label: String) throws {
        let stepCount = times.count
        for outcome in result.outcomes {
            let isImmature = isImmature(outcome, lastEntry: result.lastEntry)
            try periods[label, default: PeriodTally(stepCount: stepCount)].add(outcome.times, isImmature: isImmature)
        }
    }

    /// Adds what another worker has counted of the same funnel. O(everything it has counted).
    ///
    /// - Throws: `SumOverflow`.
    mutating func merge(_ other: BehaviourTally) throws {
        let stepCount = times.count
        try steps.merge(other.steps)
        for step in times.indices { times[step] += other.times[step] }
        totals += other.totals
        immature = try sum(immature, other.immature)
        immatureConverted = try sum(immatureConverted, other.immatureConverted)
        excluded = try sum(excluded, other.excluded)
        for (number, group) in other.groups {
            try groups[number, default: GroupTally(stepCount: stepCount)].merge(group)
        }
        for (label, period) in other.periods {
            try periods[label, default: PeriodTally(stepCount: stepCount)].merge(period)
        }
    }

    private mutating func addTimes(of outcome: FunnelOutcome) throws {
        var before = outcome.start
        for step in times.indices.dropFirst() {
            guard let time = outcome.times[step] else { continue }
            times[step].append(try length(from: before, to: time))
            before = time
        }
    }

    /// How long it took from first to last step; nil where it has not converted.
    private func total(of outcome: FunnelOutcome) throws -> Int64? {
        guard outcome.depth >= requiredCount else { return nil }
        return try length(from: outcome.start, to: outcome.completion)
    }

    /// In microseconds; 0 where a grace lets the later step come first.
    private func length(from start: Int64, to end: Int64) throws -> Int64 {
        let (length, overflow) = end.subtractingReportingOverflow(start)
        guard !overflow else { throw SumOverflow(row: "the answer", column: 0) }
        return max(0, length)
    }

    /// Whether more may come of it: of this attempt, or of a later one of the subject that may get further.
    private func isImmature(_ outcome: FunnelOutcome, lastEntry: Int64?) -> Bool {
        if isOpen(outcome.start) { return true }
        guard outcome.depth < requiredCount, let lastEntry else { return false }
        return isOpen(lastEntry)
    }

    private func isOpen(_ start: Int64) -> Bool {
        let (end, overflow) = start.addingReportingOverflow(window)
        return overflow || end > now.microseconds
    }
}

// MARK: - Periods

extension BehaviourTally {
    /// The zone of the periods, where a trend was asked for in another one than the funnel's; else nil.
    var trendZone: String? {
        trend == nil || calendar.name.sameBytes(as: definition.zone) ? nil : calendar.name
    }

    /// The period in which an entry at `start`, in microseconds, counts; nil where no trend was asked for.
    func period(of start: Int64) -> CalendarPeriod? {
        trend.map { CalendarPeriod($0, containing: calendar.date(of: Timestamp(microseconds: start))) }
    }

    /// The first moment of the entries of a period, and the end of these, in microseconds: the period's own moments, as
    /// far as they lie in the funnel's range.
    func entries(of period: CalendarPeriod) -> Range<Int64> {
        let moments = calendar.moments(of: period)
        let start = max(moments.lowerBound, definition.from?.time ?? moments.lowerBound)
        let end = min(moments.upperBound, definition.to?.time ?? moments.upperBound)
        return start.microseconds..<max(start, end).microseconds
    }
}
