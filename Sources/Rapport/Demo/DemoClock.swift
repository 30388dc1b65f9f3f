internal import EventLog

/// When things happen at the demo company: in the office hours of Shanghai and Europe, more every month.
///
/// The number of events per day grows in a straight line to twice what it was, over 912 days that end on 2026-06-30.
struct DemoClock {
    /// 2024-01-01T00:00:00Z, a Monday.
    static let start = Timestamp(microseconds: Int64(firstDay) * microsecondsPerDay)
    /// The end of 2026-06-30.
    static let end = start.advanced(byMicroseconds: Int64(days) * microsecondsPerDay)
    static let days = 912
    static let microsecondsPerMinute: Int64 = 60_000_000
    static let microsecondsPerHour = 60 * microsecondsPerMinute
    static let microsecondsPerDay = 24 * microsecondsPerHour
    private static let firstDay = 19_723

    private let events: Double

    init(events: Int) {
        self.events = Double(events)
    }

    /// The time of an event; `fraction`, from 0 up to 1, is its place between the event and the next.
    ///
    /// Only operations that IEEE 754 rounds the same way everywhere.
    func time(ofEvent number: Int, plus fraction: Double) -> Timestamp {
        let share = (Double(number) + fraction) / events
        // The inverse of (x + x^2/2) / 1.5, the share of the events before x when their rate is 1 + x.
        let progress = (1 + 3 * share).squareRoot() - 1
        let work = progress * Self.workInAll
        let week = (work / Self.workPerWeek).rounded(.down)
        let rest = max(0, work - week * Self.workPerWeek)
        let hour = Self.hour(atWork: rest)
        let begin = Self.workBeforeHour[hour]
        let part = (rest - begin) / (Self.workBeforeHour[hour + 1] - begin)
        let microseconds = (week * 168 + Double(hour) + part) * Double(Self.microsecondsPerHour)
        return min(Self.start.advanced(byMicroseconds: Int64(microseconds)), Self.end.advanced(byMicroseconds: -1))
    }

    /// Whole days from the start to `time`.
    static func day(of time: Timestamp) -> Int {
        Int((time.microseconds - start.microseconds) / microsecondsPerDay)
    }

    // MARK: Work

    /// How much is done on each day of the week, from Monday on.
    private static let workOfWeekdays = [19, 20, 20, 19, 16, 4, 2]
    /// How much is done in each hour of a day, in UTC.
    private static let workOfHours = [2, 6, 8, 7, 3, 5, 8, 10, 11, 11, 8, 6, 8, 8, 6, 4, 2, 1, 1, 1, 1, 1, 1, 1]

    /// What is done in a week before each of its hours; the last entry is the whole week.
    private static let workBeforeHour: [Double] = {
        var sums: [Double] = [0]
        for day in workOfWeekdays {
            for hour in workOfHours { sums.append(sums[sums.count - 1] + Double(day * hour)) }
        }
        return sums
    }()

    private static let workPerWeek = workBeforeHour[168]
    private static let workInAll = Double(days / 7) * workPerWeek + workBeforeHour[days % 7 * 24]

    /// The hour of the week in which this much of its work has been done.
    private static func hour(atWork work: Double) -> Int {
        var low = 0
        var high = 167
        while low < high {
            let middle = (low + high + 1) / 2
            if workBeforeHour[middle] <= work { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

// MARK: - Days

extension DemoClock {
    /// `2024-01-01` for day 0.
    static func dateText(ofDay day: Int) -> String { dateTexts[max(0, min(day, dateTexts.count - 1))] }

    /// 0 for January to 11 for December.
    static func month(ofDay day: Int) -> Int { months[max(0, min(day, months.count - 1))] }

    /// As far as close dates are planned ahead.
    private static let dates = (0..<days + 700).map { CivilDate(daysSinceEpoch: firstDay + $0) }
    private static let dateTexts = dates.map(\.description)
    private static let months = dates.map { $0.month - 1 }
}
