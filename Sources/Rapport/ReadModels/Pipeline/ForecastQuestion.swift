public import EventLog

/// Which forecast: of what is won within a period, made at a moment.
public struct ForecastQuestion: Sendable, Hashable {
    /// Of how many days before the moment a run rate may be taken.
    public static let trailingDayLimits = 28...36_600

    /// The first day of the period.
    public var from: CivilDate
    /// The last day of the period, included.
    public var to: CivilDate
    /// When it is made: what had happened by then counts, this microsecond included. It may lie before the period.
    public var madeAt: Timestamp
    /// Nil takes the deals of all pipelines together.
    public var pipeline: String?
    /// Groups deals by `owner`, `team`, `territory`, `customer`, or an attribute given when they were opened, each as
    /// it was at that moment; nil does not group.
    public var by: String?
    /// Of how many days before the moment the run rate is taken; nil: as many as the period has, and 28 at least.
    public var trailingDays: Int?
    /// The IANA zone that days belong to. The days on which deals are expected to be closed are compared as they are
    /// written.
    public var zone: String

    /// A question about the days from `from` to `to`.
    public init(
        from: CivilDate, to: CivilDate, madeAt: Timestamp, pipeline: String? = nil, by: String? = nil,
        trailingDays: Int? = nil, zone: String = "UTC"
    ) {
        self.from = from
        self.to = to
        self.madeAt = madeAt
        self.pipeline = pipeline
        self.by = by
        self.trailingDays = trailingDays
        self.zone = zone
    }

    /// A question about the days from `from` to `to`, asked at the end of a day.
    ///
    /// - Throws: ``UnknownTimeZone``.
    public init(
        from: CivilDate, to: CivilDate, made day: CivilDate, pipeline: String? = nil, by: String? = nil,
        trailingDays: Int? = nil, zone: String = "UTC"
    ) throws(UnknownTimeZone) {
        let end = try ZonedCalendar(zone: zone).endOfDay(day)
        self.init(
            from: from, to: to, madeAt: end.advanced(byMicroseconds: -1), pipeline: pipeline, by: by,
            trailingDays: trailingDays, zone: zone)
    }

    /// A question about a day, week, month, quarter or year, asked at the end of a day.
    ///
    /// - Throws: ``UnknownTimeZone``.
    public init(
        of period: CalendarPeriod, made day: CivilDate, pipeline: String? = nil, by: String? = nil,
        trailingDays: Int? = nil, zone: String = "UTC"
    ) throws(UnknownTimeZone) {
        try self.init(
            from: period.firstDay, to: period.lastDay, made: day, pipeline: pipeline, by: by,
            trailingDays: trailingDays, zone: zone)
    }

    /// Refuses what cannot be forecast.
    func check() throws(InvalidForecast) {
        guard from <= to else { throw .reversed(from: from, to: to) }
        if let trailingDays, !Self.trailingDayLimits.contains(trailingDays) { throw .trailingDays(trailingDays) }
    }
}

/// Why there is no such forecast or back-test.
public enum InvalidForecast: Error, Equatable, Sendable, CustomStringConvertible {
    /// The last day is before the first one.
    case reversed(from: CivilDate, to: CivilDate)
    /// A run rate of so many days, outside of ``ForecastQuestion/trailingDayLimits``.
    case trailingDays(Int)
    /// A back-test on such a day of each period, which is less than 0.
    case day(Int)
    /// A back-test of more than ``BackTestQuestion/mostPeriods`` periods.
    case tooManyPeriods

    public var description: String {
        switch self {
        case .reversed(let from, let to): "the last day \(to) is before the first one; expected \(from) or later"
        case .trailingDays(let days):
            "a run rate of \(days) days; expected \(ForecastQuestion.trailingDayLimits.lowerBound) to "
                + "\(ForecastQuestion.trailingDayLimits.upperBound)"
        case .day(let day): "day \(day) of each period; expected 0 or more"
        case .tooManyPeriods:
            "too many periods to test; expected at most \(BackTestQuestion.mostPeriods) from the first day to the last"
        }
    }
}
