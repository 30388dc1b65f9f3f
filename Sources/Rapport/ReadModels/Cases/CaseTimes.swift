public import EventLog
internal import LMDB
internal import Projection

/// How long cases took, with exact quantiles.
public struct CaseTimes: Codable, Sendable, Hashable {
    /// The cases with one value of the dimension.
    public struct Group: Codable, Sendable, Hashable {
        /// The value of the dimension; nil without one.
        public let value: String?
        /// Cases opened in the range.
        public let cases: Int64
        /// Those of them that were reopened at all.
        public let reopened: Int64
        /// How often they were reopened.
        public let reopenings: Int64
        /// `reopened` of `cases` in basis points.
        public let reopenedBp: Int64?
        /// From the opening to the first response; nil, as those that follow, where there was none.
        public let firstResponse: DurationSummary?
        /// From the opening to the first resolution.
        public let firstResolution: DurationSummary?
        /// From the opening to the first close.
        public let close: DurationSummary?
        /// From the first event to the last.
        public let life: DurationSummary?
    }

    /// What cases are grouped by; nil takes all together.
    public let dimension: String?
    /// The first and the last day of opening asked for; nil is unbounded.
    public let from: String?
    /// The last day of opening asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// In byte order of their values; nothing where there are no cases.
    public let groups: [Group]
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// How long the cases took that were opened from day `from` to day `to`, both included. O(cases opened until then).
    ///
    /// Durations are negative where an event is said to have happened before the opening. A case without a value of
    /// the dimension is in no group.
    ///
    /// - Parameters:
    ///   - dimension: groups cases by it, as ``caseDimensions()`` names them; nil takes all together.
    ///   - zone: the IANA zone that days belong to.
    /// - Throws: ``UnknownTimeZone``.
    public func caseTimes(
        by dimension: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC",
        atLeast position: Position? = nil
    ) async throws -> CaseTimes {
        try await wait(for: position, of: CaseModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        let (start, end) = (from.map { calendar.startOfDay($0) }, to.map { calendar.endOfDay($0) })
        return try rows.read(CaseModel.name) { reader in
            var gathered = GatheredTimes(dimension)
            for status in CaseStatus.allCases { try gathered.add(status, from: start, to: end, reader) }
            return CaseTimes(
                dimension: dimension, from: from?.description, to: to?.description, zone: calendar.name,
                groups: gathered.groups, position: reader.position)
        }
    }
}

/// The durations of cases, group by group.
private struct GatheredTimes {
    /// One group's, in microseconds.
    private struct Durations {
        var cases: Int64 = 0
        var reopened: Int64 = 0
        var reopenings: Int64 = 0
        var response: [Int64] = []
        var resolution: [Int64] = []
        var close: [Int64] = []
        var life: [Int64] = []

        mutating func add(_ facts: CaseFacts, openedAt: Int64) throws {
            cases += 1
            if facts.reopenings > 0 { reopened += 1 }
            reopenings = try sum(reopenings, facts.reopenings)
            if let at = facts.firstRespondedAt { response.append(at - openedAt) }
            if let at = facts.firstResolvedAt { resolution.append(at - openedAt) }
            if let at = facts.firstClosedAt { close.append(at - openedAt) }
            life.append(facts.lastAt - facts.firstAt)
        }

        func group(_ value: String?) -> CaseTimes.Group {
            CaseTimes.Group(
                value: value, cases: cases, reopened: reopened, reopenings: reopenings,
                reopenedBp: basisPoints(reopened, of: cases), firstResponse: DurationSummary(microseconds: response),
                firstResolution: DurationSummary(microseconds: resolution),
                close: DurationSummary(microseconds: close), life: DurationSummary(microseconds: life))
        }
    }

    /// Nil takes all cases together.
    private let dimension: [UInt8]?
    private var values = ByteKeyTable()
    /// By the numbers of their values.
    private var durations: [Durations] = []

    init(_ dimension: String?) { self.dimension = dimension.map { Array($0.utf8) } }

    /// Adds the cases of one status that were opened in a range.
    mutating func add(
        _ status: CaseStatus, from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader
    ) throws {
        let prefix = CaseRow.prefix(status)
        let first = start.map { TimedKey.start(prefix, at: $0.microseconds) }
        try reader.forEachRow(prefix: prefix, from: first) { key, row in
            let openedAt = TimedKey.time(of: key, prefix: CaseRow.prefixLength)
            if let end, openedAt >= end.microseconds { return false }
            try add(row, openedAt: openedAt)
            return true
        }
    }

    private mutating func add(_ row: RawSpan, openedAt: Int64) throws {
        let facts = try CaseFacts(row)
        var number = 0
        if let dimension {
            let value = try facts.value(of: dimension.rawSpan)
            if value.isEmpty { return }
            number = values.number(of: value)
        }
        if number == durations.count { durations.append(Durations()) }
        try durations[number].add(facts, openedAt: openedAt)
    }

    /// In byte order of their values.
    var groups: [CaseTimes.Group] {
        if dimension == nil { return durations.map { $0.group(nil) } }
        let named = durations.enumerated().map { number, durations in
            (value: values.withBytes(number) { $0.text() }, durations: durations)
        }
        return named.sorted { $0.value.compareBytes(to: $1.value) < 0 }.map { $0.durations.group($0.value) }
    }
}
