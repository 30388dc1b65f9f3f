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
    /// Nothing from here on is looked at; microseconds UTC.
    let end: Int64
    /// Moments of first orders that are wanted.
    private let wanted: Range<Int64>
    private let calendar: ZonedCalendar
    private let granularity: Granularity
    private let lastPeriod: CalendarPeriod
    /// When the periods begin, from that of the earliest first order on, ascending; the last one is the end of the
    /// last period.
    private var starts: [Int64] = []
    private var cohorts: [CohortTally] = []
    /// The day of the customer counted last: customers come in order of their first orders, so the next one's is
    /// mostly the same.
    private var day: Range<Int64> = 0..<0

    init(_ question: CohortQuestion, _ calendar: ZonedCalendar, lastDay: CivilDate) {
        self.calendar = calendar
        granularity = question.by
        end = calendar.endOfDay(lastDay).microseconds
        lastPeriod = CalendarPeriod(question.by, containing: lastDay)
        let start = question.from.map { calendar.startOfDay($0).microseconds } ?? .min
        let stop = question.to.map { calendar.endOfDay($0).microseconds } ?? .max
        wanted = start..<max(start, stop)
    }

    /// All cohorts since the earliest first order.
    var tallies: [CohortTally] {
        cohorts.enumerated().map { number, cohort in
            var cohort = cohort
            let periods = starts.count - 1 - number
            while cohort.active.count < periods { cohort.active.append(0) }
            if let last = starts.last, last > end { cohort.active[periods - 1] = nil }
            return cohort
        }
    }

    mutating func add(_ buyer: borrowing BuyerRow) {
        var index = 0
        while index < buyer.count, !buyer.counts(index, before: end) { index += 1 }
        guard index < buyer.count else { return }
        let first = buyer.placedAt(index)
        guard wanted.contains(first) else { return }
        begin(first)
        let cohort = period(of: first, from: 0)
        let firstDay = self.day(of: first)
        var orders: Int64 = 0
        var isOnOtherDay = false
        var current = cohort
        count(cohort, 0)
        while index < buyer.count {
            defer { index += 1 }
            guard buyer.counts(index, before: end) else { continue }
            let time = buyer.placedAt(index)
            orders += 1
            if !firstDay.contains(time) { isOnOtherDay = true }
            let period = self.period(of: time, from: current)
            if period > current {
                current = period
                count(cohort, period - cohort)
            }
        }
        cohorts[cohort].customers += 1
        cohorts[cohort].orders += orders
        if orders > 1 { cohorts[cohort].repeatCustomers += 1 }
        if isOnOtherDay { cohorts[cohort].repeatOnOtherDay += 1 }
    }

    /// Lays out the periods when the first customer comes: nobody's first order is earlier but for cancelled ones,
    /// which the order of rows goes by, too.
    private mutating func begin(_ time: Int64) {
        if let start = starts.first, start <= time { return }
        var period = CalendarPeriod(granularity, containing: calendar.date(of: Timestamp(microseconds: time)))
        var earlier: [Int64] = []
        var tallies: [CohortTally] = []
        while period <= lastPeriod {
            let start = calendar.startOfDay(period.firstDay).microseconds
            if let known = starts.first, start >= known { break }
            earlier.append(start)
            tallies.append(CohortTally(label: period.label))
            period = period.next
        }
        if starts.isEmpty { earlier.append(calendar.startOfDay(lastPeriod.next.firstDay).microseconds) }
        starts.insert(contentsOf: earlier, at: 0)
        cohorts.insert(contentsOf: tallies, at: 0)
    }

    /// The number of the period that holds `time`, given that it is not before `start`.
    private func period(of time: Int64, from start: Int) -> Int {
        var (low, high) = (start, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= time { low = middle } else { high = middle }
        }
        return low
    }

    private mutating func day(of time: Int64) -> Range<Int64> {
        if !day.contains(time) {
            let date = calendar.date(of: Timestamp(microseconds: time))
            day = calendar.startOfDay(date).microseconds..<calendar.endOfDay(date).microseconds
        }
        return day
    }

    /// Counts a customer in the `number`th period of a cohort.
    private mutating func count(_ cohort: Int, _ number: Int) {
        while cohorts[cohort].active.count <= number { cohorts[cohort].active.append(0) }
        cohorts[cohort].active[number] = (cohorts[cohort].active[number] ?? 0) + 1
    }
}
