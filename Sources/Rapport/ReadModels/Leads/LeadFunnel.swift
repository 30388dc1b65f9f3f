public import EventLog
internal import Projection

/// Which lead funnel.
public struct LeadFunnelQuestion: Sendable, Hashable {
    /// What the range chooses.
    public enum Basis: String, Sendable, Codable, CaseIterable {
        /// The leads captured in it, as they stand now: a cohort.
        case captured
        /// What happened in it, whenever the leads were captured.
        case event
    }

    /// What the range, and each period of it, chooses.
    public var basis: Basis
    /// The first day; nil is unbounded.
    public var from: CivilDate?
    /// The last day, included; nil is unbounded.
    public var to: CivilDate?
    /// `source`, `medium`, `owner`, or an attribute given when leads were captured; nil takes all leads together.
    public var dimension: String?
    /// The length of the periods; nil takes the whole range as one.
    public var period: Granularity?
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without any arguments, about all leads there ever were.
    public init(
        basis: Basis = .captured, from: CivilDate? = nil, to: CivilDate? = nil, dimension: String? = nil,
        period: Granularity? = nil, zone: String = "UTC"
    ) {
        self.basis = basis
        self.from = from
        self.to = to
        self.dimension = dimension
        self.period = period
        self.zone = zone
    }
}

/// How far leads have come, and how long that took.
public struct LeadFunnel: Codable, Sendable, Hashable {
    /// The leads of one period and group.
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// Captured for the first time.
        public let captured: Int64
        /// Somebody of us was in touch, for the first time.
        public let responded: Int64
        /// Found worth selling to, for the first time.
        public let qualified: Int64
        /// Given up. By event: how often; a lead that was open again in between counts again.
        public let disqualified: Int64
        /// Became a deal.
        public let converted: Int64
        /// converted / captured, in basis points rounded half up; nil when none was captured. By event, leads converted
        /// need not be among those captured.
        public let conversionBp: Int64?
        /// By event: how many leads are open at the end of the period. Nil for those captured in it.
        public let open: Int64?
    }

    /// What the range, and each period of it, chooses.
    public let basis: LeadFunnelQuestion.Basis
    /// The first day, as asked.
    public let from: String?
    /// The last day, as asked.
    public let to: String?
    /// The zone that days belong to.
    public let zone: String
    /// What the groups are the values of, as asked.
    public let dimension: String?
    /// The length of the periods, as asked.
    public let period: Granularity?
    /// By group, then period; periods in which nothing happened are left out. Without periods: as `overall`.
    public let points: [Point]
    /// The whole range, one for each group in which something happened or leads are open.
    public let overall: [Point]
    /// The whole range, all leads together, those too that have no value of the dimension.
    public let total: Point
    /// From capture to first response, of the leads captured in the range, or first responded to in it; nil of none.
    public let firstResponse: DurationSummary?
    /// From capture to conversion, of the leads captured in the range, or converted in it; nil of none.
    public let conversion: DurationSummary?
    /// How many first responses came before the capture; they count in `firstResponse`, as less than nothing.
    public let negativeFirstResponses: Int
    /// How many conversions came before the capture; they count in `conversion`, as less than nothing.
    public let negativeConversions: Int
    /// The position that the answer is of.
    public let position: Position
}

extension CRMState {
    /// The lead funnel that `question` asks for. O(groups × periods × log n), and for the durations O(leads captured in
    /// the range), by event O(leads).
    ///
    /// - Throws: ``UnknownTimeZone``, `SumOverflow`.
    public func leadFunnel(
        _ question: LeadFunnelQuestion = .init(), atLeast position: Position? = nil
    ) async throws -> LeadFunnel {
        try await wait(for: position, of: LeadModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        return try rows.read(LeadModel.name) { reader in try LeadFunnel(question, calendar, reader) }
    }
}

extension LeadFunnel {
    init(_ question: LeadFunnelQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader) throws {
        let start = question.from.map { calendar.startOfDay($0) }
        let end = question.to.map { calendar.endOfDay($0) }
        let dimension = question.dimension ?? ""
        let all = LeadSeries(basis: question.basis, dimension: "", value: "", group: nil)
        var points: [Point] = []
        var overall: [Point] = []
        for value in try reader.seriesNames(all.table, under: [dimension]).map({ $0[0] }) {
            let series = LeadSeries(
                basis: question.basis, dimension: dimension, value: value,
                group: question.dimension == nil ? nil : value)
            let whole = try series.point("all", from: start, to: end, reader)
            if whole.isLively || whole.open ?? 0 != 0 { overall.append(whole) }
            points += try series.points(question, calendar, reader)
        }
        var times = LeadTimes()
        try times.gather(question.basis, from: start, to: end, reader)
        self.init(
            basis: question.basis, from: question.from?.description, to: question.to?.description,
            zone: calendar.name, dimension: question.dimension, period: question.period,
            points: question.period == nil ? overall : points, overall: overall,
            total: try all.point("all", from: start, to: end, reader),
            firstResponse: DurationSummary(microseconds: times.responses),
            conversion: DurationSummary(microseconds: times.conversions),
            negativeFirstResponses: times.responses.count { $0 < 0 },
            negativeConversions: times.conversions.count { $0 < 0 }, position: reader.position)
    }
}

extension LeadFunnel.Point {
    /// Whether anything happened.
    fileprivate var isLively: Bool { [captured, responded, qualified, disqualified, converted].contains { $0 != 0 } }
}

/// The series that one group's leads are counted in.
private struct LeadSeries {
    let basis: LeadFunnelQuestion.Basis
    let dimension: String
    let value: String
    /// What its points say it is.
    let group: String?

    var table: UInt8 {
        switch basis {
        case .captured: LeadModel.cohort
        case .event: LeadModel.flow
        }
    }

    /// The periods of the range in which something happened.
    func points(
        _ question: LeadFunnelQuestion, _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws -> [LeadFunnel.Point] {
        guard let length = question.period, let days = try reader.days(table, [dimension, value]) else { return [] }
        var points: [LeadFunnel.Point] = []
        for period in CalendarPeriod.all(length, overUTCDays: days, from: question.from, to: question.to) {
            let start = calendar.startOfDay(max(period.firstDay, question.from ?? period.firstDay))
            let end = calendar.endOfDay(min(period.lastDay, question.to ?? period.lastDay))
            let point = try point(period.label, from: start, to: end, reader)
            if point.isLively { points.append(point) }
        }
        return points
    }

    /// What counts from `start` to `end`; nil is unbounded.
    func point(
        _ period: String, from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader
    ) throws -> LeadFunnel.Point {
        let counted = try reader.sum(table, [dimension, value], from: start, to: end)
        func column(_ column: Int, of columns: [Int64]) -> Int64 { column < columns.count ? columns[column] : 0 }
        let captured = column(LeadModel.Flow.captured, of: counted)
        let converted = column(LeadModel.Flow.converted, of: counted)
        var open: Int64?
        if basis == .event {
            open = column(LeadModel.Flow.open, of: try reader.sum(table, [dimension, value], to: end))
        }
        return LeadFunnel.Point(
            period: period, group: group, captured: captured,
            responded: column(LeadModel.Flow.responded, of: counted),
            qualified: column(LeadModel.Flow.qualified, of: counted),
            disqualified: column(LeadModel.Flow.disqualified, of: counted), converted: converted,
            conversionBp: basisPoints(converted, of: captured), open: open)
    }
}

/// How long leads waited for a response and for their conversion, in microseconds from their capture.
private struct LeadTimes {
    private(set) var responses: [Int64] = []
    private(set) var conversions: [Int64] = []

    /// Goes through the rows of the leads captured in the range; by event, of all.
    mutating func gather(
        _ basis: LeadFunnelQuestion.Basis, from start: Timestamp?, to end: Timestamp?, _ reader: borrowing ModelReader
    ) throws {
        let lower = start?.microseconds ?? .min
        let upper = end?.microseconds ?? .max
        guard lower < upper else { return }
        for status in LeadStatus.allCases {
            let prefix = LeadModel.prefix(status)
            switch basis {
            case .captured:
                try reader.forEachRow(prefix: prefix, from: TimedKey.start(prefix, at: lower)) { key, row in
                    let capturedAt = TimedKey.time(of: key, prefix: prefix.count)
                    guard capturedAt < upper else { return false }
                    add(try LeadRow(row), status, capturedAt, within: .min, .max)
                    return true
                }
            case .event:
                try reader.forEachRow(prefix: prefix) { key, row in
                    let capturedAt = TimedKey.time(of: key, prefix: prefix.count)
                    add(try LeadRow(row), status, capturedAt, within: lower, upper)
                    return true
                }
            }
        }
    }

    /// Adds what happened to a lead from `lower` to `upper`, itself left out.
    private mutating func add(
        _ lead: borrowing LeadRow, _ status: LeadStatus, _ capturedAt: Int64, within lower: Int64, _ upper: Int64
    ) {
        if let time = lead.respondedAt, time >= lower, time < upper { responses.append(time - capturedAt) }
        if status == .converted, let time = lead.closedAt, time >= lower, time < upper {
            conversions.append(time - capturedAt)
        }
    }
}
