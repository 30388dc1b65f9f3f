internal import EventLog

/// Adds up what customers paid in each period, and how that changed until a later one; one customer after the other.
struct RevenueRetentionCounter {
    /// Customers, their orders, and what these are worth, in minor units.
    struct Sums {
        var customers: Int64 = 0
        var orders: Int64 = 0
        var revenue: Int64 = 0

        /// - Throws: `SumOverflow`.
        mutating func add(_ revenue: Int64, orders: Int64 = 0) throws {
            customers += 1
            self.orders += orders
            self.revenue = try sum(self.revenue, revenue)
        }
    }

    /// What is known of one period and the earlier one that it is compared with.
    struct Tally {
        var firstTime = Sums()
        var recurring = Sums()
        var start = Sums()
        var expansion = Sums()
        var contraction = Sums()
        var churn = Sums()
        var new = Sums()
        var reactivated = Sums()
    }

    /// What one customer ordered in one period.
    private struct Purchases {
        let period: Int
        var orders: Int64
        var revenue: Int64
    }

    private let granularity: Granularity
    private let apart: Int
    private let days: DayNumbers
    /// The number of the period that holds the last day; no later one is looked at.
    private let lastPeriod: Int
    /// By number of the later period.
    private(set) var tallies: [Int: Tally] = [:]
    /// The purchases of the customer that is counted at present, in order of time.
    private var purchases: [Purchases] = []
    /// Numbers of periods that were looked up: of each day, since 1970.
    private var periods: [Int: Int] = [:]

    init(_ question: RevenueRetentionQuestion, _ days: DayNumbers, lastDay: CivilDate) {
        granularity = question.by
        apart = question.apart
        self.days = days
        lastPeriod = question.by.periodNumber(of: lastDay)
    }

    /// Takes the next order of the customer, placed at a time in microseconds UTC and worth so many minor units.
    ///
    /// - Throws: `SumOverflow`.
    mutating func add(_ revenue: Int64, at time: Int64) throws {
        let period = self.period(of: days.day(of: time))
        let last = purchases.count - 1
        // Where clocks went back over midnight, an order may seem to be of the day before.
        if last >= 0, purchases[last].period >= period {
            purchases[last].orders += 1
            purchases[last].revenue = try sum(purchases[last].revenue, revenue)
        } else {
            purchases.append(Purchases(period: period, orders: 1, revenue: revenue))
        }
    }

    /// Counts the customer whose orders these were, and begins with the next. O(periods with orders).
    ///
    /// - Throws: `SumOverflow`.
    mutating func endCustomer() throws {
        defer { purchases.removeAll(keepingCapacity: true) }
        guard let first = purchases.first?.period else { return }
        // The earliest purchases that are not too early to be those of the period to compare with.
        var earlier = 0
        for (number, bought) in purchases.enumerated() {
            let period = bought.period
            if period == first {
                try tallies[period, default: Tally()].firstTime.add(bought.revenue, orders: bought.orders)
            } else {
                try tallies[period, default: Tally()].recurring.add(bought.revenue, orders: bought.orders)
            }
            while earlier < number, purchases[earlier].period < period - apart { earlier += 1 }
            if purchases[earlier].period == period - apart {
                try keep(from: purchases[earlier], to: bought)
            } else if first > period - apart {
                try tallies[period, default: Tally()].new.add(bought.revenue)
            } else {
                try tallies[period, default: Tally()].reactivated.add(bought.revenue)
            }
        }
        try lose()
    }

    /// Counts a customer of both periods.
    private mutating func keep(from before: Purchases, to after: Purchases) throws {
        let change = try OrderAmounts.difference(after.revenue, before.revenue)
        try tallies[after.period, default: Tally()].start.add(before.revenue)
        if change > 0 { try tallies[after.period, default: Tally()].expansion.add(change) }
        if change < 0 {
            let less = try OrderAmounts.difference(before.revenue, after.revenue)
            try tallies[after.period, default: Tally()].contraction.add(less)
        }
    }

    /// Counts the periods after which the customer was not there again.
    private mutating func lose() throws {
        var later = 0
        for bought in purchases {
            let period = bought.period + apart
            // That period has not begun.
            if period > lastPeriod { break }
            while later < purchases.count, purchases[later].period < period { later += 1 }
            if later < purchases.count, purchases[later].period == period { continue }
            try tallies[period, default: Tally()].start.add(bought.revenue)
            try tallies[period, default: Tally()].churn.add(bought.revenue)
        }
    }

    private mutating func period(of day: Int) -> Int {
        if let known = periods[day] { return known }
        let period = granularity.periodNumber(of: CivilDate(daysSinceEpoch: day))
        periods[day] = period
        return period
    }
}
