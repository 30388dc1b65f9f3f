public import EventLog
internal import Projection

/// What happened to cases over time, and how many were open.
public struct CaseFlow: Codable, Sendable, Hashable {
    /// One period, and value of the dimension.
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// Cases opened in the period.
        public let opened: Int64
        /// First responses in the period.
        public let responded: Int64
        /// First resolutions in the period.
        public let firstResolved: Int64
        /// How often a case became closed in the period.
        public let closed: Int64
        /// How often a case that was resolved or closed was open again.
        public let reopened: Int64
        /// Cases that were neither resolved nor closed at the end of the period.
        public let open: Int64
        /// Cases that were not closed at the end of the period.
        public let unclosed: Int64
    }

    /// What cases are grouped by; nil takes all together.
    public let dimension: String?
    /// The first and the last day asked for; nil is unbounded.
    public let from: String?
    /// The last day asked for, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// Nil for the whole range in one.
    public let by: Granularity?
    /// Group by group, each in order of time; those of which all is zero are left out.
    public let points: [Point]
    /// The position that the answer is of.
    public let position: Position
}

/// What happened to cases is not counted customer by customer.
public struct NoFlowByCustomer: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String {
        "what happened to cases is not counted by customer; expected another dimension, or the list or times of cases"
    }
}

extension CRMState {
    /// What happened to cases from day `from` to day `to`, both included, and how many were open at the end of each
    /// period; with `to` alone, how many were open at the end of that day.
    ///
    /// A case counts under the newest category, severity, owner and queue that it has, at any time. Periods before the
    /// first and behind the last thing that happened to any case are left out. O(groups × periods × log n).
    ///
    /// - Parameters:
    ///   - dimension: groups cases by it, as ``caseDimensions()`` names them, but not by customer; nil takes all
    ///     together.
    ///   - zone: the IANA zone that days belong to.
    ///   - period: cuts the range into periods; nil takes it as one.
    /// - Throws: ``UnknownTimeZone``, ``NoFlowByCustomer``.
    public func caseFlow(
        by dimension: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil, zone: String = "UTC",
        period: Granularity? = nil, atLeast position: Position? = nil
    ) async throws -> CaseFlow {
        guard dimension != "customer" else { throw NoFlowByCustomer() }
        try await wait(for: position, of: CaseModel.name)
        let calendar = try ZonedCalendar(zone: zone)
        return try rows.read(CaseModel.name) { reader in
            let spans = try CaseFlow.spans(from, to, period, calendar, reader)
            var points: [CaseFlow.Point] = []
            for value in try CaseModel.values(of: dimension, reader) {
                points += try CaseFlow.points(dimension, value, spans, reader)
            }
            return CaseFlow(
                dimension: dimension, from: from?.description, to: to?.description, zone: calendar.name, by: period,
                points: points, position: reader.position)
        }
    }
}

extension CaseModel {
    /// The values of a dimension that cases have, in byte order; one empty one without a dimension.
    static func values(of dimension: String?, _ reader: borrowing ModelReader) throws -> [String] {
        guard let dimension else { return [""] }
        return try reader.seriesNames(flow, under: [dimension]).map { $0[0] }
    }
}

extension CaseFlow {
    /// A period as it is asked for; nil is unbounded.
    fileprivate struct Span {
        let label: String
        let start: Timestamp?
        /// Left out itself.
        let end: Timestamp?
    }

    /// The periods, one behind the other.
    fileprivate static func spans(
        _ from: CivilDate?, _ to: CivilDate?, _ period: Granularity?, _ calendar: ZonedCalendar,
        _ reader: borrowing ModelReader
    ) throws -> [Span] {
        if let from, let to, from > to { return [] }
        guard let period else {
            let (start, end) = (from.map { calendar.startOfDay($0) }, to.map { calendar.endOfDay($0) })
            return [Span(label: "all", start: start, end: end)]
        }
        guard let active = try activeDays(calendar, reader) else { return [] }
        let first = max(active.lowerBound, from ?? active.lowerBound)
        let last = min(active.upperBound, to ?? active.upperBound)
        if first > last { return [] }
        var spans: [Span] = []
        var next = CalendarPeriod(period, containing: first)
        while next.firstDay <= last {
            let start = calendar.startOfDay(max(next.firstDay, first))
            let end = calendar.endOfDay(min(next.lastDay, last))
            spans.append(Span(label: next.label, start: start, end: end))
            next = next.next
        }
        return spans
    }

    /// The first and the last day in the zone on which anything happened to a case.
    private static func activeDays(
        _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws -> ClosedRange<CivilDate>? {
        guard let days = try reader.days(CaseModel.flow, ["", ""]) else { return nil }
        // A day of the zone may begin on the UTC day before or end on the one after.
        var first = CivilDate(daysSinceEpoch: days.lowerBound - 1)
        var last = CivilDate(daysSinceEpoch: days.upperBound + 1)
        while first < last, try isQuiet(first, calendar, reader) { first = first.next }
        while first < last, try isQuiet(last, calendar, reader) {
            last = CivilDate(daysSinceEpoch: last.daysSinceEpoch - 1)
        }
        return first...last
    }

    private static func isQuiet(
        _ day: CivilDate, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws -> Bool {
        let (start, end) = (calendar.startOfDay(day), calendar.endOfDay(day))
        return try reader.sum(CaseModel.flow, ["", ""], from: start, to: end).allSatisfy { $0 == 0 }
    }

    /// The points of one group, each from what stood before it and what happened in it.
    fileprivate static func points(
        _ dimension: String?, _ value: String, _ spans: [Span], _ reader: borrowing ModelReader
    ) throws -> [Point] {
        let name = [dimension ?? "", value]
        let nothing = [Int64](repeating: 0, count: CaseModel.Flow.count)
        var standing = nothing
        if let start = spans.first?.start {
            try add(try reader.sum(CaseModel.flow, name, to: start), to: &standing)
        }
        var points: [Point] = []
        for span in spans {
            var flow = nothing
            try add(try reader.sum(CaseModel.flow, name, from: span.start, to: span.end), to: &flow)
            try add(flow, to: &standing)
            let (open, unclosed) = (standing[CaseModel.Flow.open], standing[CaseModel.Flow.unclosed])
            if open == 0, unclosed == 0, flow == nothing { continue }
            points.append(
                Point(
                    period: span.label, group: dimension == nil ? nil : value, opened: flow[CaseModel.Flow.opened],
                    responded: flow[CaseModel.Flow.responded], firstResolved: flow[CaseModel.Flow.firstResolved],
                    closed: flow[CaseModel.Flow.closed], reopened: flow[CaseModel.Flow.reopened], open: open,
                    unclosed: unclosed))
        }
        return points
    }
}
