internal import EventLog

/// The counts of one cohort.
struct RetentionTally {
    /// Since 1970: the first day of the cohort's period.
    let firstDay: Int
    var customers: Int64 = 0
    /// By number of the day asked about: who ordered on it.
    var active: [Int64]
    /// By the number of days asked about that had come: who ordered between the last of them and the next.
    var between: [Int64]
    /// By the number of days asked about that had come: who ordered last then.
    var last: [Int64]

    init(firstDay: Int, marks: Int) {
        self.firstDay = firstDay
        active = Array(repeating: 0, count: marks)
        between = Array(repeating: 0, count: marks + 1)
        last = Array(repeating: 0, count: marks + 1)
    }

    /// Who ordered on the day of a number or later.
    func onOrAfter(_ mark: Int) -> Int64 { last[(mark + 1)...].reduce(0, +) }
}

/// Counts customers by how long after their first order they came back, one customer after the other.
struct RetentionCounter {
    /// Who ordered in a period of the calendar.
    struct Visitors {
        var firstTime: Int64 = 0
        var recurring: Int64 = 0
    }

    private let granularity: Granularity
    /// The days asked about.
    private let marks: [Int]
    /// By days since the first order up to the last one asked about: how many of the days asked about had come.
    private let marksUntil: [Int]
    /// Days of first orders that are wanted, since 1970.
    private let wanted: ClosedRange<Int>
    /// Whether the range of first orders ends before it begins, and so holds nothing.
    private let isEmpty: Bool
    private let days: DayNumbers
    /// By first day of the period, since 1970.
    private var tallies: [Int: RetentionTally] = [:]
    /// By first day of the period, since 1970.
    private(set) var visitors: [Int: Visitors] = [:]
    /// First days of periods that were looked up: of each day, since 1970.
    private var periods: [Int: Int] = [:]

    init(_ question: RetentionQuestion, _ days: DayNumbers) {
        granularity = question.by
        marks = question.days
        self.days = days
        var reached = 0
        var marksUntil: [Int] = []
        for day in 0...(question.days.last ?? 0) {
            while reached < question.days.count, question.days[reached] <= day { reached += 1 }
            marksUntil.append(reached)
        }
        self.marksUntil = marksUntil
        let first = question.from?.daysSinceEpoch ?? .min
        wanted = first...max(first, question.to?.daysSinceEpoch ?? .max)
        isEmpty = (question.to?.daysSinceEpoch ?? .max) < first
    }

    /// The cohorts, in order of time.
    var cohorts: [RetentionTally] { tallies.values.sorted { $0.firstDay < $1.firstDay } }

    /// Counts the customer who ordered at these times, in microseconds UTC and in order. O(orders).
    mutating func add(_ orders: [Int64]) {
        guard let start = orders.first else { return }
        let first = days.day(of: start)
        let cohort = self.period(of: first)
        visitors[cohort, default: Visitors()].firstTime += 1
        let counts = !isEmpty && wanted.contains(first)
        var tally = counts ? tallies.removeValue(forKey: cohort) : nil
        if counts, tally == nil { tally = RetentionTally(firstDay: cohort, marks: marks.count) }
        tally?.customers += 1
        var (lastDay, lastPeriod, lastBracket) = (Int.min, cohort, 0)
        for time in orders {
            let day = days.day(of: time)
            // Where clocks went back over midnight, an order may seem to be of the day before.
            if day <= lastDay { continue }
            lastDay = day
            let period = self.period(of: day)
            if period != lastPeriod {
                lastPeriod = period
                visitors[period, default: Visitors()].recurring += 1
            }
            let reached = marksReached(day - first)
            if reached == 0 { continue }
            if marks[reached - 1] == day - first { tally?.active[reached - 1] += 1 }
            if reached != lastBracket {
                lastBracket = reached
                tally?.between[reached] += 1
            }
        }
        tally?.last[marksReached(lastDay - first)] += 1
        if let tally { tallies[cohort] = tally }
    }

    /// How many of the days asked about had come so many days after the first order.
    private func marksReached(_ since: Int) -> Int { since < marksUntil.count ? marksUntil[since] : marks.count }

    /// The first day of the period that holds a day.
    private mutating func period(of day: Int) -> Int {
        if granularity == .day { return day }
        if let known = periods[day] { return known }
        let period = granularity.firstDay(of: CivilDate(daysSinceEpoch: day)).daysSinceEpoch
        periods[day] = period
        return period
    }
}
