internal import EventLog

/// Both models, fitted to the customers of a census, and what they expect of each of them.
struct LifetimeForecast {
    /// What is expected of one customer.
    struct Expectation {
        /// The probability to be still active at the end of the purchases, 0 to 1.
        let alive: Double
        /// How many purchases within the horizon.
        let purchases: Double
        /// What each of them is worth, in minor units.
        let spending: Double
        /// What all of them are worth, discounted, in minor units.
        let value: Int64
    }

    let purchases: BGNBD.Fit
    let spending: GammaGamma.Fit
    private let value: LifetimeValue
    private let horizon: Double
    /// Of customers who are known to be active, by repeats and age: all that the expectation of purchases depends on.
    private var known: [Figures: (purchases: Double, discounted: Double)] = [:]

    /// What an active customer's purchases depend on.
    private struct Figures: Hashable {
        let repeats: Int
        let ageDays: Int
    }

    /// Fits both models. O(customers × log customers), and some seventy times the customers who differ.
    ///
    /// - Throws: `LifetimeError`.
    init(_ question: LifetimeQuestion, _ census: LifetimeCensus) throws(LifetimeError) {
        let summaries = census.people.map(\.summary)
        purchases = try BGNBD.fit(summaries)
        spending = try GammaGamma.fit(summaries)
        value = try LifetimeValue(
            purchases: purchases.model, spending: spending.model, unit: question.unit, step: question.unit,
            steps: question.horizon, yearlyDiscount: question.yearlyDiscountBp)
        horizon = Double(question.horizon)
    }

    /// What is expected of a customer. O(horizon) for the first one of the same repeats and age, else O(1).
    ///
    /// - Throws: `LifetimeError`.
    mutating func expectation(of person: LifetimeCensus.Person) throws(LifetimeError) -> Expectation {
        let alive = purchases.model.probabilityAlive(of: person.summary)
        let active = try ofActive(person)
        let each = spending.model.expectedValue(of: person.summary)
        return Expectation(
            alive: alive, purchases: alive * active.purchases, spending: each,
            value: try LifetimeAnswer.minorUnits(alive * each * active.discounted))
    }

    /// How many purchases a customer makes who is known to be active: within the horizon, and discounted.
    private mutating func ofActive(
        _ person: LifetimeCensus.Person
    ) throws(LifetimeError) -> (purchases: Double, discounted: Double) {
        let figures = Figures(repeats: person.summary.repeats, ageDays: person.ageDays)
        if let known = known[figures] { return known }
        // Somebody with the same figures whose last purchase was just now, and who so is active almost for certain:
        // dividing by that costs no digits.
        let summary = try PurchaseSummary(
            repeats: person.summary.repeats, recency: person.summary.repeats > 0 ? person.summary.age : 0,
            age: person.summary.age)
        let alive = purchases.model.probabilityAlive(of: summary)
        let found = (
            purchases: try purchases.model.expectedPurchases(of: summary, within: horizon) / alive,
            discounted: try value.discountedPurchases(of: summary) / alive
        )
        known[figures] = found
        return found
    }

    /// What followed the purchases, against what was expected; nil where nothing was held out.
    ///
    /// - Throws: `LifetimeError`.
    func holdout(
        _ census: LifetimeCensus, _ unit: LifetimeUnit
    ) throws(LifetimeError) -> LifetimeValues.Holdout? {
        let (from, to, at) = census.days
        guard at > to else { return nil }
        let time = Double(at - to) / unit.days
        var active: [Figures: Double] = [:]
        var expected = 0.0
        for person in census.people {
            let figures = Figures(repeats: person.summary.repeats, ageDays: person.ageDays)
            let ifActive: Double
            if let known = active[figures] {
                ifActive = known
            } else {
                let summary = try PurchaseSummary(
                    repeats: figures.repeats, recency: figures.repeats > 0 ? person.summary.age : 0,
                    age: person.summary.age)
                let alive = purchases.model.probabilityAlive(of: summary)
                ifActive = try purchases.model.expectedPurchases(of: summary, within: time) / alive
                active[figures] = ifActive
            }
            expected += purchases.model.probabilityAlive(of: person.summary) * ifActive
        }
        return LifetimeValues.Holdout(
            from: CivilDate(daysSinceEpoch: to + 1).description, to: CivilDate(daysSinceEpoch: at).description,
            actual: census.repeats[(to + 1 - from)...].reduce(0, +),
            expectedMillionths: try LifetimeAnswer.millionths(expected))
    }

    /// Repeats so far at the end of each week, against those expected of as many new customers.
    /// O(weeks × days with a first purchase), and one expectation for each day.
    ///
    /// - Throws: `LifetimeError`.
    func weeks(_ census: LifetimeCensus, _ unit: LifetimeUnit) throws(LifetimeError) -> [LifetimeValues.Week] {
        let days = census.days
        let starts = census.first.indices.filter { census.first[$0] > 0 }
        // By days since the first purchase.
        var repeats: [Int: Double] = [:]
        var weeks: [LifetimeValues.Week] = []
        var actual: Int64 = 0
        var day = 0
        while day < census.repeats.count {
            let last = min(day + 6, census.repeats.count - 1)
            actual += census.repeats[day...last].reduce(0, +)
            var expected = 0.0
            for start in starts where start <= last {
                let time = last - start
                let each: Double
                if let known = repeats[time] {
                    each = known
                } else {
                    each = try purchases.model.expectedRepeats(within: Double(time) / unit.days)
                    repeats[time] = each
                }
                expected += Double(census.first[start]) * each
            }
            weeks.append(
                LifetimeValues.Week(
                    week: weeks.count + 1, lastDay: CivilDate(daysSinceEpoch: days.from + last).description,
                    isHeldOut: days.from + last > days.to, actual: actual,
                    expectedMillionths: try LifetimeAnswer.millionths(expected)))
            day = last + 1
        }
        return weeks
    }
}
