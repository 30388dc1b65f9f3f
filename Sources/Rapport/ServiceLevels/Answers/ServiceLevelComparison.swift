public import EventLog
internal import LMDB
internal import Projection

/// What promises would come to under another calendar.
public struct ServiceLevelComparison: Codable, Sendable, Hashable {
    /// How the promises of one target stand by one calendar.
    public struct Side: Codable, Sendable, Hashable {
        /// The clock has stopped in time.
        public let kept: Int64
        /// The clock has counted more than was promised.
        public let breached: Int64
        /// The clock has not stopped, and there is time left.
        public let open: Int64
        /// Cases of times that the calendar knows nothing about.
        public let uncovered: Int64
        /// What all clocks have counted, in milliseconds, rounded down.
        public let elapsedMs: Int64
        /// `kept` of those that are kept or breached.
        public let keptShare: WilsonInterval?
    }

    /// One target.
    public struct Row: Codable, Sendable, Hashable {
        /// Which target, by its number.
        public let target: Int
        /// Cases that it is for.
        public let cases: Int64
        /// By the calendar of the service level.
        public let own: Side
        /// By the other calendar.
        public let other: Side
        /// Cases whose clock has counted something else.
        public let changed: Int64
        /// Cases whose promise is not broken by the calendar of the service level, and is by the other one.
        public let newlyBreached: Int64
        /// Cases whose promise is broken by the calendar of the service level, and not by the other one.
        public let noLongerBreached: Int64
    }

    /// By which definitions promises stand.
    public let basis: ServiceBasis
    /// The other calendar; nil where no target goes by hours of work.
    public let otherCalendar: String?
    /// Its version; nil of one that is not saved.
    public let otherCalendarVersion: Int?
    /// When clocks were read that still ran.
    public let now: Timestamp
    /// The first day of opening asked for; nil is unbounded.
    public let from: String?
    /// The last day of opening asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// In order of targets; those without cases are left out.
    public let rows: [Row]
    /// Cases that were opened later than `now`; in none of the other counts.
    public let openedLater: Int64
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// What the promises of a service level would have come to, had its hours of work been those of another calendar:
    /// all clocks of the cases opened in a range of days are read by both. O(cases opened until then · log n).
    ///
    /// - Parameter calendar: the other one.
    /// - Throws: as ``serviceLevels(_:by:atLeast:)``.
    public func serviceLevels(
        _ question: ServiceLevelQuestion, under calendar: ServiceLevelQuestion.Calendar,
        atLeast position: Position? = nil
    ) async throws -> ServiceLevelComparison {
        try await wait(for: position, of: CaseModel.name)
        var otherwise = question
        otherwise.calendar = calendar
        let (own, other) = (try resolve(question), try resolve(otherwise))
        let zone = try ZonedCalendar(zone: question.zone)
        let (start, end) = (question.from.map { zone.startOfDay($0) }, question.to.map { zone.endOfDay($0) })
        let clocks = CaseClocks(own, now: question.now)
        var tally = ComparisonTally(clocks, CaseClocks(other, now: question.now))
        return try rows.read(CaseModel.name) { reader in
            let later = try clocks.forEachCase(from: start, to: end, reader) { _, row, _, openedAt in
                try tally.add(row, openedAt: openedAt)
            }
            return ServiceLevelComparison(
                basis: own.basis, otherCalendar: other.basis.calendar,
                otherCalendarVersion: other.basis.calendarVersion, now: question.now,
                from: question.from?.description, to: question.to?.description, zone: zone.name, rows: tally.rows,
                openedLater: later, position: reader.position)
        }
    }
}

/// Counts how promises stand by two calendars.
private struct ComparisonTally {
    /// By one calendar.
    private struct Counts {
        var kept: Int64 = 0
        var breached: Int64 = 0
        var open: Int64 = 0
        var uncovered: Int64 = 0
        /// Microseconds.
        var elapsed: Int128 = 0

        mutating func add(_ reading: CaseClocks.Reading?) {
            guard let reading else {
                uncovered += 1
                return
            }
            elapsed += Int128(reading.elapsed)
            switch reading.outcome {
            case .kept: kept += 1
            case .broken: breached += 1
            case .open: open += 1
            }
        }

        var side: ServiceLevelComparison.Side {
            ServiceLevelComparison.Side(
                kept: kept, breached: breached, open: open, uncovered: uncovered,
                elapsedMs: Int64(clamping: elapsed / 1000),
                keptShare: WilsonInterval(successes: Int(kept), of: Int(kept + breached)))
        }
    }

    /// One target.
    private struct Target {
        var cases: Int64 = 0
        var own = Counts()
        var other = Counts()
        var changed: Int64 = 0
        var newlyBreached: Int64 = 0
        var noLongerBreached: Int64 = 0
    }

    /// By the calendar of the service level.
    private let own: CaseClocks
    /// By the other calendar.
    private let other: CaseClocks
    private var targets: [Target]

    init(_ own: CaseClocks, _ other: CaseClocks) {
        self.own = own
        self.other = other
        targets = [Target](repeating: Target(), count: own.targetCount)
    }

    /// Counts a case by the value of its row. The clock is the same: only the time that counts is another.
    mutating func add(_ row: RawSpan, openedAt: Int64) throws {
        let facts = try CaseFacts(row)
        for metric in own.metrics {
            guard let number = try own.target(of: metric, for: facts) else { continue }
            let clock = try own.clock(of: metric, facts, openedAt: openedAt)
            let before = try own.reading(of: clock, number)
            let after = try other.reading(of: clock, number)
            targets[number].cases += 1
            targets[number].own.add(before)
            targets[number].other.add(after)
            guard let before, let after else { continue }
            if before.elapsed != after.elapsed { targets[number].changed += 1 }
            if before.outcome != .broken, after.outcome == .broken { targets[number].newlyBreached += 1 }
            if before.outcome == .broken, after.outcome != .broken { targets[number].noLongerBreached += 1 }
        }
    }

    /// In order of targets.
    var rows: [ServiceLevelComparison.Row] {
        targets.enumerated().filter { $0.element.cases > 0 }.map { number, target in
            ServiceLevelComparison.Row(
                target: number + 1, cases: target.cases, own: target.own.side, other: target.other.side,
                changed: target.changed, newlyBreached: target.newlyBreached,
                noLongerBreached: target.noLongerBreached)
        }
    }
}
