public import EventLog

/// How long the periods are that a trend is cut into.
public enum Granularity: String, Hashable, Sendable, Codable, CaseIterable {
    case day
    /// Monday to Sunday, numbered as ISO 8601 does: week 1 holds the year's first Thursday.
    case week
    case month
    case quarter
    case year
}

/// A day, ISO week, month, quarter or year of the Gregorian calendar, without a zone.
public struct CalendarPeriod: Hashable, Sendable {
    /// Which kind of period.
    public let granularity: Granularity
    /// The first day in it.
    public let firstDay: CivilDate

    /// The period of this kind that `date` lies in.
    public init(_ granularity: Granularity, containing date: CivilDate) {
        self.granularity = granularity
        self.firstDay = granularity.firstDay(of: date)
    }

    /// The last day in it, inclusive.
    public var lastDay: CivilDate { CivilDate(daysSinceEpoch: next.firstDay.daysSinceEpoch - 1) }

    /// The period of the same kind that follows.
    public var next: CalendarPeriod {
        let dayInNext = firstDay.daysSinceEpoch + granularity.mostDays
        return CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: dayInNext))
    }

    /// Whether `date` lies in it.
    public func contains(_ date: CivilDate) -> Bool { firstDay <= date && date <= lastDay }
}

extension CalendarPeriod: Comparable {
    /// By first day; of two that begin together, the shorter kind first.
    public static func < (left: CalendarPeriod, right: CalendarPeriod) -> Bool {
        (left.firstDay, left.granularity.mostDays) < (right.firstDay, right.granularity.mostDays)
    }
}

extension Granularity {
    /// The length of the longest period: that many days after a first day lies in the next period, whatever its length.
    var mostDays: Int {
        switch self {
        case .day: 1
        case .week: 7
        case .month: 31
        case .quarter: 92
        case .year: 366
        }
    }

    /// The first day of the period that `date` lies in.
    func firstDay(of date: CivilDate) -> CivilDate {
        switch self {
        case .day: date
        case .week: CivilDate(daysSinceEpoch: date.daysSinceEpoch - date.daysSinceMonday)
        case .month: date.firstOfMonth(monthsEarlier: 0)
        case .quarter: date.firstOfMonth(monthsEarlier: (date.month - 1) % 3)
        case .year: date.firstOfMonth(monthsEarlier: date.month - 1)
        }
    }
}

extension CivilDate {
    /// 0 on Monday to 6 on Sunday; 1970-01-01 was a Thursday.
    var daysSinceMonday: Int { (daysSinceEpoch + 3).dividedFlooring(by: 7).remainder }

    /// The first day of the month that many months before this one. Works on day numbers, so it has no limit on years.
    func firstOfMonth(monthsEarlier: Int) -> CivilDate {
        var first = CivilDate(daysSinceEpoch: daysSinceEpoch - day + 1)
        for _ in 0..<monthsEarlier {
            let lastOfPrevious = CivilDate(daysSinceEpoch: first.daysSinceEpoch - 1)
            first = CivilDate(daysSinceEpoch: lastOfPrevious.daysSinceEpoch - lastOfPrevious.day + 1)
        }
        return first
    }
}

extension CalendarPeriod {
    /// The periods that hold the days from `from` to `to`, as far as they can hold anything of the UTC days `days`
    /// (since 1970): a day of a zone may begin on the UTC day before, or end on the one after.
    static func all(
        _ granularity: Granularity, overUTCDays days: ClosedRange<Int>, from: CivilDate?, to: CivilDate?
    ) -> [CalendarPeriod] {
        let lower = max(CivilDate(daysSinceEpoch: days.lowerBound - 1), from ?? .distantPast)
        let upper = min(CivilDate(daysSinceEpoch: days.upperBound + 1), to ?? .distantFuture)
        var periods: [CalendarPeriod] = []
        var period = CalendarPeriod(granularity, containing: lower)
        while lower <= upper, period.firstDay <= upper {
            periods.append(period)
            period = period.next
        }
        return periods
    }
}

extension CivilDate {
    /// Before every day that an event can have.
    fileprivate static let distantPast = CivilDate(daysSinceEpoch: Int(Int32.min))
    /// After every day that an event can have.
    fileprivate static let distantFuture = CivilDate(daysSinceEpoch: Int(Int32.max))
}
