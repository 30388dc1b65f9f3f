internal import EventLog

/// The moments and days that a forecast goes by. All moments are in microseconds UTC.
struct ForecastMoment {
    /// Of as many windows at most a run rate takes its spread: the newest ones.
    static let mostWindows = 400

    /// The days of the period, since 1970.
    let days: ClosedRange<Int64>
    /// When the period begins.
    let start: Int64
    /// When the period is over, itself not part of it.
    let end: Int64
    /// What happened before then counts.
    let cut: Int64
    /// What stands behind this position in the log is not known.
    let known: UInt64
    /// Of how many days before `cut` the run rate is taken.
    let trailingDays: Int
    /// When these begin.
    let trailingStart: Int64
    /// How many days of the period lie behind `cut`; parts of a day count as such.
    let remainingDays: Double
    private let calendar: ZonedCalendar

    init(_ question: ForecastQuestion, knownAt known: Position, _ calendar: ZonedCalendar) throws(InvalidForecast) {
        try question.check()
        let expressible = Timestamp.expressible
        let madeAt = min(max(question.madeAt, expressible.lowerBound), expressible.upperBound)
        let (first, last) = (question.from.daysSinceEpoch, question.to.daysSinceEpoch)
        let usual = max(ForecastQuestion.trailingDayLimits.lowerBound, last - first + 1)
        days = Int64(first)...Int64(last)
        start = calendar.startOfDay(question.from).microseconds
        end = calendar.endOfDay(question.to).microseconds
        cut = madeAt.endMicroseconds
        self.known = known.rawValue
        trailingDays = question.trailingDays ?? min(usual, ForecastQuestion.trailingDayLimits.upperBound)
        trailingStart = Self.moment(trailingDays, daysBefore: cut, calendar)
        remainingDays = Self.days(from: max(cut, start), through: question.to, calendar)
        self.calendar = calendar
    }

    /// Whether nothing can be won within the period any more.
    var isOver: Bool { cut >= end }

    /// How far behind `cut` the rest of the period begins, and how far behind it that ends; microseconds.
    var horizon: ClosedRange<Int64> {
        let first = max(0, start - cut)
        return first...max(first, end - cut)
    }

    /// The bounds of windows as long as the rest of the period, in whole days rounded up: one after the other from
    /// `cut` into the past, as far as they begin at `first` or later. Descending; one bound only where there is none.
    func windows(since first: Int64) -> [Int64] {
        let length = Int(remainingDays.rounded(.up))
        var bounds = [cut]
        while length > 0, bounds.count <= Self.mostWindows {
            let bound = Self.moment(bounds.count * length, daysBefore: cut, calendar)
            guard bound >= first else { break }
            bounds.append(bound)
        }
        return bounds
    }

    /// The same time of day so many days earlier.
    private static func moment(_ days: Int, daysBefore moment: Int64, _ calendar: ZonedCalendar) -> Int64 {
        let date = calendar.date(of: Timestamp(microseconds: moment))
        let sinceStart = moment - calendar.startOfDay(date).microseconds
        let earlier = CivilDate(daysSinceEpoch: date.daysSinceEpoch - days)
        // Where clocks change, a day may be too short.
        return min(
            calendar.startOfDay(earlier).microseconds + sinceStart, calendar.endOfDay(earlier).microseconds)
    }

    /// How many days lie between a moment and the end of day `last`; none where that is over.
    private static func days(from moment: Int64, through last: CivilDate, _ calendar: ZonedCalendar) -> Double {
        let date = calendar.date(of: Timestamp(microseconds: moment))
        let (start, end) = (calendar.startOfDay(date).microseconds, calendar.endOfDay(date).microseconds)
        let left = start < end ? Double(end - moment) / Double(end - start) : 0
        return max(0, Double(last.daysSinceEpoch - date.daysSinceEpoch) + min(max(left, 0), 1))
    }
}
