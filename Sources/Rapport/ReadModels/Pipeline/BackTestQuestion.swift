public import EventLog

/// Which back-test: forecasts of past periods, each made as it would have been then.
public struct BackTestQuestion: Sendable, Hashable {
    /// By what a forecast of the past goes.
    public enum Basis: String, Sendable, Codable, Hashable, CaseIterable {
        /// What had been recorded by its moment. The customers and attributes of deals, who is who, and corrections of
        /// what had been recorded are as they are known now.
        case known
        /// What had happened by its moment, whenever it was recorded: for history that was imported later, of which
        /// nothing was known then.
        case happened
    }

    /// More periods are not tested at once.
    public static let mostPeriods = 1_000

    /// The length of the periods.
    public var period: Granularity
    /// The first day: periods that begin earlier are left out.
    public var from: CivilDate
    /// The last day: periods that end later are left out.
    public var to: CivilDate
    /// On which day of each period its forecast is made, at the end of that day: 1 is the first one, 0 the one before
    /// the period. A period that is shorter is forecast at its own end.
    public var day: Int
    /// By what the forecasts go.
    public var basis: Basis
    /// Nil takes the deals of all pipelines together.
    public var pipeline: String?
    /// Groups deals as ``ForecastQuestion/by`` says; nil does not group.
    public var by: String?
    /// As ``ForecastQuestion/trailingDays``.
    public var trailingDays: Int?
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without optional arguments, about months, each forecast before it began by what was known.
    public init(
        period: Granularity = .month, from: CivilDate, to: CivilDate, day: Int = 0, basis: Basis = .known,
        pipeline: String? = nil, by: String? = nil, trailingDays: Int? = nil, zone: String = "UTC"
    ) {
        self.period = period
        self.from = from
        self.to = to
        self.day = day
        self.basis = basis
        self.pipeline = pipeline
        self.by = by
        self.trailingDays = trailingDays
        self.zone = zone
    }

    /// The periods that lie between the first day and the last, in order.
    func periods() throws(InvalidForecast) -> [CalendarPeriod] {
        guard from <= to else { throw .reversed(from: from, to: to) }
        guard day >= 0 else { throw .day(day) }
        var period = CalendarPeriod(self.period, containing: from)
        if period.firstDay < from { period = period.next }
        var periods: [CalendarPeriod] = []
        while period.lastDay <= to {
            guard periods.count < Self.mostPeriods else { throw .tooManyPeriods }
            periods.append(period)
            period = period.next
        }
        return periods
    }

    /// The forecast of one period.
    func forecast(of period: CalendarPeriod, _ calendar: ZonedCalendar) -> ForecastQuestion {
        let first = period.firstDay.daysSinceEpoch
        let length = period.lastDay.daysSinceEpoch - first + 1
        let made = CivilDate(daysSinceEpoch: first + min(day, length) - 1)
        return ForecastQuestion(
            from: period.firstDay, to: period.lastDay,
            madeAt: calendar.endOfDay(made).advanced(byMicroseconds: -1), pipeline: pipeline, by: by,
            trailingDays: trailingDays, zone: zone)
    }
}
