internal import EventLog
internal import LMDB
internal import Projection

/// The purchases of all customers in a time, and what followed it.
struct LifetimeCensus {
    /// Somebody who purchased first in the time of the purchases.
    struct Person {
        let id: String
        let summary: PurchaseSummary
        /// Days from the first purchase to the last one, and to the end of the purchases.
        let recencyDays: Int
        let ageDays: Int
    }

    /// Days since 1970: the first and the last day of the purchases, and the last day looked at.
    let days: (from: Int, to: Int, at: Int)
    /// In order of their ids.
    let people: [Person]
    /// Who had purchased before the first day.
    let earlierCustomers: Int64
    /// By days from the first day on: who purchased first then, and days with a repeat purchase.
    let first: [Int64]
    let repeats: [Int64]
    /// Nil where there are no amounts.
    let currency: String?
    let gaps: PurchaseGaps

    /// Goes through all orders. O(orders).
    ///
    /// What was cancelled, changed or given back counts as known at the end of the purchases, or of those held out, at
    /// the last day: the models see nothing of what came later.
    ///
    /// - Parameter measure: what a purchase is worth.
    /// - Throws: ``InvalidLifetimeQuestion``, ``SeveralCurrencies``, ``UnknownCurrency``, `LifetimeError`.
    init(
        _ question: LifetimeQuestion, worth measure: PurchaseMeasure = .net, _ calendar: ZonedCalendar,
        _ reader: borrowing ModelReader
    ) throws {
        guard let span = try BuyerRows.span(reader) else {
            throw LifetimeError.tooFewCustomers(.purchases, found: 0, needed: BGNBD.fewestCustomers)
        }
        let at = question.at ?? calendar.date(of: Timestamp(microseconds: span.upperBound))
        let from = question.from ?? calendar.date(of: Timestamp(microseconds: span.lowerBound))
        let to = question.to ?? at
        if from > to { throw InvalidLifetimeQuestion.reversed(from: from, to: to) }
        if to > at { throw InvalidLifetimeQuestion.beyondLastDay(to: to, at: at) }
        let range = (from: from.daysSinceEpoch, to: to.daysSinceEpoch, at: at.daysSinceEpoch)
        let length = range.at - range.from + 1
        guard length <= InvalidLifetimeQuestion.longest else { throw InvalidLifetimeQuestion.tooLong(days: length) }
        let start = calendar.startOfDay(from).microseconds
        let (fitted, end) = (calendar.endOfDay(to).microseconds, calendar.endOfDay(at).microseconds)
        let numbers = DayNumbers(span, calendar)
        var values = PurchaseValues(currency: question.currency, measure)
        var tally = Tally(days: range, unit: question.unit, count: length)
        try BuyerRows.forEachOrder(before: end, reader) { customer, placedAt, row in
            if let customer {
                try tally.finish()
                tally.begin(customer)
            }
            // As it was known when the purchases ended, or what is held out.
            let isFitted = placedAt < fitted
            let known = isFitted ? fitted : end
            guard try CustomerOrderRow.cancelledAt(row) >= known else { return }
            if placedAt < start {
                if try values.isWanted(row, placedAt: placedAt, before: known) { tally.isEarlier = true }
                return
            }
            guard let value = try values.value(of: row, placedAt: placedAt, before: known) else { return }
            // Where clocks went back over midnight, an order may seem to be of the day before.
            let bounds = isFitted ? (range.from, range.to) : (range.to + 1, range.at)
            try tally.add(min(max(numbers.day(of: placedAt), bounds.0), bounds.1), worth: value)
        }
        try tally.finish()
        days = range
        people = tally.people
        earlierCustomers = tally.earlierCustomers
        (first, repeats) = (tally.first, tally.repeats)
        currency = try values.currency(reader)
        gaps = values.gaps(
            ordersWithoutCustomer: try BuyerRows.ordersOfNobody(from: start, before: end, reader))
    }
}

extension LifetimeCensus {
    /// Counts one customer after the other.
    private struct Tally {
        let days: (from: Int, to: Int, at: Int)
        let unit: LifetimeUnit
        private(set) var people: [Person] = []
        private(set) var earlierCustomers: Int64 = 0
        private(set) var first: [Int64]
        private(set) var repeats: [Int64]

        // Of the customer who is counted now.
        private var prefix: [UInt8] = []
        /// Whether a purchase was before the first day.
        var isEarlier = false
        /// Days with a purchase, ascending, each once.
        private var purchaseDays: [Int] = []
        /// How many of them are among the purchases that models are fitted to.
        private var fitted = 0
        /// What was paid on these but for the first, in minor units.
        private var repeatAmount: Int64 = 0

        init(days: (from: Int, to: Int, at: Int), unit: LifetimeUnit, count: Int) {
            self.days = days
            self.unit = unit
            first = Array(repeating: 0, count: count)
            repeats = first
        }

        mutating func begin(_ prefix: [UInt8]) {
            self.prefix = prefix
            isEarlier = false
            purchaseDays.removeAll(keepingCapacity: true)
            (fitted, repeatAmount) = (0, 0)
        }

        /// Adds a purchase; days ascend.
        mutating func add(_ day: Int, worth value: Int64) throws {
            let isNew = purchaseDays.last.map { $0 < day } ?? true
            if isNew { purchaseDays.append(day) }
            guard day <= days.to else { return }
            if isNew { fitted += 1 }
            if purchaseDays.count > 1 {
                let (amount, overflow) = repeatAmount.addingReportingOverflow(value)
                guard !overflow else { throw LifetimeError.amountTooLarge }
                repeatAmount = amount
            }
        }

        /// Counts the customer, whose purchases are all known now.
        mutating func finish() throws {
            if isEarlier {
                earlierCustomers += 1
                return
            }
            // Whoever purchased first in what is held out is no customer of the models.
            guard fitted > 0, let start = purchaseDays.first else { return }
            first[start - days.from] += 1
            for day in purchaseDays.dropFirst() { repeats[day - days.from] += 1 }
            let (recency, age) = (purchaseDays[fitted - 1] - start, days.to - start)
            people.append(
                Person(
                    id: CustomerOrderRow.customer(of: prefix),
                    summary: try PurchaseSummary(
                        repeats: fitted - 1, recency: Double(recency) / unit.days, age: Double(age) / unit.days,
                        repeatAmount: repeatAmount), recencyDays: recency, ageDays: age))
        }
    }
}
