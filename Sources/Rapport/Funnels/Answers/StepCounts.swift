/// How many outcomes have reached each step.
struct StepCounts: Sendable, Equatable {
    /// By step.
    private(set) var counts: [Int64]

    /// None yet.
    init(stepCount: Int) {
        counts = [Int64](repeating: 0, count: stepCount)
    }

    /// As the columns of a row say, which leaves out zeros at its end.
    init(_ columns: [Int64], stepCount: Int) {
        counts = (0..<stepCount).map { $0 < columns.count ? columns[$0] : 0 }
    }

    /// Nobody comes past the first step without having reached it.
    var entered: Int64 { counts.first ?? 0 }

    /// Counts an outcome once at each step that it has a time for. O(steps).
    ///
    /// - Throws: `SumOverflow`.
    mutating func add(_ times: [Int64?]) throws {
        for step in counts.indices where times[step] != nil { counts[step] = try sum(counts[step], 1) }
    }

    /// Adds what another worker has counted.
    ///
    /// - Throws: `SumOverflow`.
    mutating func merge(_ other: StepCounts) throws {
        for step in counts.indices { counts[step] = try sum(counts[step], other.counts[step]) }
    }
}

/// The outcomes that count under one value of the breakdown.
struct GroupTally: Sendable {
    private(set) var steps: StepCounts
    /// From first to last step of those converted, in microseconds.
    private(set) var totals: [Int64] = []

    /// None yet.
    init(stepCount: Int) {
        steps = StepCounts(stepCount: stepCount)
    }

    /// Counts an outcome.
    ///
    /// - Parameter total: how long it took from first to last step; nil where it has not converted.
    /// - Throws: `SumOverflow`.
    mutating func add(_ times: [Int64?], total: Int64?) throws {
        try steps.add(times)
        if let total { totals.append(total) }
    }

    /// Adds what another worker has counted, or another group.
    ///
    /// - Throws: `SumOverflow`.
    mutating func merge(_ other: GroupTally) throws {
        try steps.merge(other.steps)
        totals += other.totals
    }
}

/// The outcomes that began in one period.
struct PeriodTally: Sendable {
    private(set) var steps: StepCounts
    /// How many of them are immature.
    private(set) var immature: Int64 = 0

    /// None yet.
    init(stepCount: Int) {
        steps = StepCounts(stepCount: stepCount)
    }

    /// Counts an outcome.
    ///
    /// - Throws: `SumOverflow`.
    mutating func add(_ times: [Int64?], isImmature: Bool) throws {
        try steps.add(times)
        if isImmature { immature = try sum(immature, 1) }
    }

    /// Adds what another worker has counted.
    ///
    /// - Throws: `SumOverflow`.
    mutating func merge(_ other: PeriodTally) throws {
        try steps.merge(other.steps)
        immature = try sum(immature, other.immature)
    }
}
