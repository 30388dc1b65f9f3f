internal import EventLog

/// The counts of one cohort.
struct CohortTally {
    let label: String
    var customers: Int64 = 0
    var repeatCustomers: Int64 = 0
    var repeatOnOtherDay: Int64 = 0
    var orders: Int64 = 0
    /// By number of the period since the first; nil where it is not over.
    var active: [Int64?] = []

    init(label: String) { self.label = label }

    /// Adds the counts of another cohort, but for its periods.
    mutating func add(_ other: CohortTally) {
        customers += other.customers
        repeatCustomers += other.repeatCustomers
        repeatOnOtherDay += other.repeatOnOtherDay
        orders += other.orders
    }
}

/// Counts customers into cohorts, one after the other.
struct CohortCounter {
    /// More periods after the first order are not told apart from each other: nobody reads so wide a table.
    static let mostPeriods = 400

    /// Nothing from here on is looked at; microseconds UTC.
    let end: Int64
    /// Moments of first orders that are wanted.
    private let wanted: Range<Int64>
    private let periods: Boundaries
    private let days: Boundaries
    /// By number of the period; those that nobody is in have no label yet.
    private var cohorts: [CohortTally]
    private let granularity: Granularity
    private let calendar: ZonedCalendar

    /// - Parameter earliest: no order is earlier.
    init(_ question: CohortQuestion, _ calendar: ZonedCalendar, earliest: CivilDate, lastDay: CivilDate) {
        self.calendar = calendar
        granularity = question.by
        end = calendar.endOfDay(lastDay).microseconds
        periods = Boundaries(question.by, from: earliest, through: max(earliest, lastDay), calendar)
        days = Boundaries(.day, from: earliest, through: max(earliest, lastDay), calendar)
        let start = question.from.map { calendar.startOfDay($0).microseconds } ?? .min
        let stop = question.to.map { calendar.endOfDay($0).microseconds } ?? .max
        wanted = start..<max(start, stop)
        cohorts = Array(repeating: CohortTally(label: ""), count: periods.count)
    }

    /// The cohorts that anybody is in, in order of time.
    var tallies: [CohortTally] {
        cohorts.enumerated().filter { $0.element.customers > 0 }.map { number, counted in
            var cohort = CohortTally(label: periods.label(number, granularity, calendar))
            cohort.add(counted)
            cohort.active = counted.active
            let count = min(periods.count - number, Self.mostPeriods)
            while cohort.active.count < count { cohort.active.append(0) }
            if periods.end > end, number + count == periods.count { cohort.active[count - 1] = nil }
            return cohort
        }
    }

    /// Counts the customer who ordered at these times, which are in order and before ``end``.
    mutating func add(_ orders: [Int64]) {
        guard let first = orders.first, wanted.contains(first) else { return }
        let number = periods.number(of: first)
        cohorts[number].customers += 1
        cohorts[number].orders += Int64(orders.count)
        if orders.count > 1 {
            cohorts[number].repeatCustomers += 1
            if let last = orders.last, days.number(of: last) > days.number(of: first) {
                cohorts[number].repeatOnOtherDay += 1
            }
        }
        var counted = -1
        for time in orders {
            let since = periods.number(of: time) - number
            if since == counted { continue }
            if since >= Self.mostPeriods { break }
            counted = since
            while cohorts[number].active.count <= since { cohorts[number].active.append(0) }
            cohorts[number].active[since] = (cohorts[number].active[since] ?? 0) + 1
        }
    }
}

/// Where the periods of a time begin in a zone.
private struct Boundaries {
    /// When the periods begin, ascending; the last one is the end of the last period.
    private let starts: [Int64]

    /// A span with more periods than that is cut at its front: an order of the year 3 is a mistake, and costs no
    /// memory.
    private static let most = 400_000

    init(_ granularity: Granularity, from first: CivilDate, through last: CivilDate, _ calendar: ZonedCalendar) {
        let leastDays = granularity == .day ? 1 : 7
        let earliest = max(first.daysSinceEpoch, last.daysSinceEpoch - Self.most * leastDays)
        var period = CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: earliest))
        var starts: [Int64] = []
        while period.firstDay <= last {
            starts.append(calendar.startOfDay(period.firstDay).microseconds)
            period = period.next
        }
        starts.append(calendar.startOfDay(period.firstDay).microseconds)
        self.starts = starts
    }

    var count: Int { starts.count - 1 }

    var end: Int64 { starts[starts.count - 1] }

    /// The number of the period that holds `time`; the first for what is earlier, the last for what is later.
    func number(of time: Int64) -> Int {
        var (low, high) = (0, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= time { low = middle } else { high = middle }
        }
        return low
    }

    func label(_ number: Int, _ granularity: Granularity, _ calendar: ZonedCalendar) -> String {
        CalendarPeriod(granularity, containing: calendar.date(of: Timestamp(microseconds: starts[number]))).label
    }
}
