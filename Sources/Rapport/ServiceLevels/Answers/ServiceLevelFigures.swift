public import EventLog
internal import LMDB
internal import Projection

/// How well promises about cases are kept.
public struct ServiceLevelFigures: Codable, Sendable, Hashable {
    /// The cases that one target is for, with one value of the dimension.
    public struct Row: Codable, Sendable, Hashable {
        /// The value of the dimension, "" of cases that have none; nil without a dimension.
        public let value: String?
        /// Which target, by its number.
        public let target: Int
        /// Cases that it is for.
        public let cases: Int64
        /// The clock has stopped in time.
        public let kept: Int64
        /// The clock has counted more than was promised.
        public let breached: Int64
        /// Those of `breached` whose clock has not stopped.
        public let breachedOpen: Int64
        /// The clock has not stopped, and there is time left.
        public let open: Int64
        /// Cases of times that the calendar knows nothing about; in none of the other counts.
        public let uncovered: Int64
        /// `kept` of those that are kept or breached.
        public let keptShare: WilsonInterval?
        /// What clocks have counted that have stopped.
        public let elapsed: DurationSummary?
    }

    /// Cases that nothing is promised to.
    public struct Unpromised: Codable, Sendable, Hashable {
        /// Of the metrics that there is a target for.
        public let metric: ServiceLevel.Metric
        /// Cases that no target takes.
        public let cases: Int64
    }

    /// By which definitions.
    public let basis: ServiceBasis
    /// When clocks were read that still ran.
    public let now: Timestamp
    /// What cases are grouped by; nil takes all together.
    public let dimension: String?
    /// The first day of opening asked for; nil is unbounded.
    public let from: String?
    /// The last day of opening asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// In byte order of values, then in order of targets; those without cases are left out.
    public let rows: [Row]
    /// One for each metric that there is a target for.
    public let unpromised: [Unpromised]
    /// Cases that were opened later than `now`; in none of the other counts.
    public let openedLater: Int64
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// How well the promises of a service level are kept to the cases that were opened in a range of days. O(cases
    /// opened until then · log n).
    ///
    /// A case counts under the newest category, severity, owner and queue that it has, and so is the target chosen that
    /// is for it; what happened after the time asked about does not move its clocks.
    ///
    /// - Parameter dimension: groups cases by it, as ``caseDimensions()`` names them, but not by customer; nil takes
    ///   all together.
    /// - Throws: ``NoFlowByCustomer``, ``UnknownTimeZone``, ``ServiceLevelError``, ``WorkingCalendarError``,
    ///   ``UnknownServiceLevel``, ``UnknownCalendar``, ``WorkingTimeError`` where the calendar knows nothing about the
    ///   time asked about, `DamagedLog`, and errors of the storage layer.
    public func serviceLevels(
        _ question: ServiceLevelQuestion, by dimension: String? = nil, atLeast position: Position? = nil
    ) async throws -> ServiceLevelFigures {
        if let dimension, dimension.sameBytes(as: "customer") { throw NoFlowByCustomer() }
        try await wait(for: position, of: CaseModel.name)
        let asked = try resolve(question)
        let clocks = CaseClocks(asked, now: question.now)
        let zone = try ZonedCalendar(zone: question.zone)
        let (start, end) = (question.from.map { zone.startOfDay($0) }, question.to.map { zone.endOfDay($0) })
        return try rows.read(CaseModel.name) { reader in
            var tally = ServiceTally(clocks, by: dimension)
            let later = try clocks.forEachCase(from: start, to: end, reader) { _, row, _, openedAt in
                try tally.add(row, openedAt: openedAt)
            }
            return ServiceLevelFigures(
                basis: asked.basis, now: question.now, dimension: dimension, from: question.from?.description,
                to: question.to?.description, zone: zone.name, rows: tally.rows, unpromised: tally.unpromised,
                openedLater: later, position: reader.position)
        }
    }
}

/// Counts how promises stand, group by group.
private struct ServiceTally {
    /// One group and target.
    private struct Counts {
        var cases: Int64 = 0
        var kept: Int64 = 0
        var breached: Int64 = 0
        var breachedOpen: Int64 = 0
        var open: Int64 = 0
        var uncovered: Int64 = 0
        /// Microseconds of clocks that have stopped.
        var elapsed: [Int64] = []

        mutating func add(_ reading: CaseClocks.Reading?, hasStopped: Bool) {
            cases += 1
            guard let reading else {
                uncovered += 1
                return
            }
            switch reading.outcome {
            case .kept: kept += 1
            case .broken:
                breached += 1
                if !hasStopped { breachedOpen += 1 }
            case .open: open += 1
            }
            if hasStopped { elapsed.append(reading.elapsed) }
        }

        func row(_ value: String?, _ target: Int) -> ServiceLevelFigures.Row {
            ServiceLevelFigures.Row(
                value: value, target: target, cases: cases, kept: kept, breached: breached, breachedOpen: breachedOpen,
                open: open, uncovered: uncovered,
                keptShare: WilsonInterval(successes: Int(kept), of: Int(kept + breached)),
                elapsed: DurationSummary(microseconds: elapsed))
        }
    }

    private let clocks: CaseClocks
    /// UTF-8; nil takes all cases together.
    private let dimension: [UInt8]?
    private var values = ByteKeyTable()
    /// By the numbers of values, and of targets.
    private var counts: [[Counts]] = []
    /// By the numbers of metrics.
    private var withoutTarget: [Int64]

    /// Counts nothing yet.
    init(_ clocks: CaseClocks, by dimension: String?) {
        self.clocks = clocks
        self.dimension = dimension.map { Array($0.utf8) }
        withoutTarget = [Int64](repeating: 0, count: clocks.metrics.count)
    }

    /// Counts a case by the value of its row.
    mutating func add(_ row: RawSpan, openedAt: Int64) throws {
        let facts = try CaseFacts(row)
        var group = 0
        if let dimension { group = values.number(of: try facts.value(of: dimension.rawSpan)) }
        if group == counts.count { counts.append([Counts](repeating: Counts(), count: clocks.targetCount)) }
        for (number, metric) in clocks.metrics.enumerated() {
            guard let target = try clocks.target(of: metric, for: facts) else {
                withoutTarget[number] += 1
                continue
            }
            let clock = try clocks.clock(of: metric, facts, openedAt: openedAt)
            counts[group][target].add(try clocks.reading(of: clock, target), hasStopped: clock.hasStopped)
        }
    }

    /// In byte order of values, then in order of targets.
    var rows: [ServiceLevelFigures.Row] {
        let groups = counts.enumerated().map { number, counts -> (value: String?, counts: [Counts]) in
            (dimension == nil ? nil : values.withBytes(number) { $0.text() }, counts)
        }
        let sorted = groups.sorted { ($0.value ?? "").compareBytes(to: $1.value ?? "") < 0 }
        return sorted.flatMap { group in
            group.counts.enumerated().filter { $0.element.cases > 0 }.map { number, counts in
                counts.row(group.value, number + 1)
            }
        }
    }

    /// For each metric the cases that no target takes.
    var unpromised: [ServiceLevelFigures.Unpromised] {
        zip(clocks.metrics, withoutTarget).map { ServiceLevelFigures.Unpromised(metric: $0, cases: $1) }
    }
}
