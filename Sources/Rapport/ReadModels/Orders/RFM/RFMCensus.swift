internal import EventLog
internal import LMDB
internal import Projection

/// All customers who ordered in a window of days, with their scores.
struct RFMCensus {
    /// Somebody who ordered.
    struct Person {
        let id: String
        /// Days from the last order to the last day of the window.
        var daysSinceLast: Int64 = 0
        var orders: Int64 = 0
        /// Minor units.
        var value: Int64 = 0
    }

    /// Scores from 1 to 5.
    struct Scores {
        let recency: Int
        let frequency: Int
        let value: Int

        var segment: RFMSegment { RFMSegment(recency: recency, frequency: frequency) }
    }

    /// In order of their ids.
    let people: [Person]
    /// Of each of them.
    let scores: [Scores]
    /// Days since the last order, orders, and what they are worth, by score.
    let ranges: (recency: [RFM.Score], frequency: [RFM.Score], value: [RFM.Score])
    /// Nil where there are no amounts.
    let currency: String?
    let gaps: PurchaseGaps

    /// O(orders + customers × log customers).
    ///
    /// - Parameter knownCurrency: that of another census, which counts here whether any order is in it or not.
    /// - Throws: `SumOverflow`, ``SeveralCurrencies``, ``UnknownCurrency``.
    init(
        _ question: RFMQuestion, at lastDay: CivilDate, knownCurrency: String? = nil, _ days: DayNumbers,
        _ calendar: ZonedCalendar, _ reader: borrowing ModelReader
    ) throws {
        let end = calendar.endOfDay(lastDay).microseconds
        let start = question.windowDays.map { length in
            calendar.startOfDay(CivilDate(daysSinceEpoch: lastDay.daysSinceEpoch - length + 1)).microseconds
        }
        var values = PurchaseValues(currency: knownCurrency ?? question.currency, question.measure)
        var people: [Person] = []
        var person: Person?
        var prefix: [UInt8] = []
        try BuyerRows.forEachOrder(before: end, reader) { customer, placedAt, row in
            if let customer {
                if let known = person { people.append(known) }
                person = nil
                prefix = customer
            }
            if let start, placedAt < start { return }
            guard try CustomerOrderRow.cancelledAt(row) >= end,
                let value = try values.value(of: row, placedAt: placedAt, before: end)
            else { return }
            var known = person ?? Person(id: CustomerOrderRow.customer(of: prefix))
            // Orders come in order of placing: the newest is the last.
            known.daysSinceLast = Int64(max(0, lastDay.daysSinceEpoch - days.day(of: placedAt)))
            known.orders += 1
            known.value = try sum(known.value, value)
            person = known
        }
        if let person { people.append(person) }
        self.people = people
        currency = try knownCurrency ?? values.currency(reader)
        gaps = values.gaps(
            ordersWithoutCustomer: try BuyerRows.ordersOfNobody(from: start ?? .min, before: end, reader))
        // Who ordered last has the fewest days, and is to have the highest score.
        let recency = FifthsOfValues(people.map { -$0.daysSinceLast })
        let frequency = FifthsOfValues(people.map(\.orders))
        let value = FifthsOfValues(people.map(\.value))
        scores = people.map { person in
            Scores(
                recency: recency.score(of: -person.daysSinceLast), frequency: frequency.score(of: person.orders),
                value: value.score(of: person.value))
        }
        ranges = (
            recency.scores.map {
                RFM.Score(score: $0.score, customers: $0.customers, least: -$0.greatest, greatest: -$0.least)
            }, frequency.scores, value.scores
        )
    }
}

/// Which fifth each of some values lies in, by average rank.
private struct FifthsOfValues {
    private let fifths: [Int64: Int]
    /// Those that any value has, 1 first.
    let scores: [RFM.Score]

    /// Of values in any order. O(n log n).
    init(_ values: [Int64]) {
        // A fifth depends on values alone, and equal ones share it: they need no keys.
        let quintiles = AverageRankQuintiles(values.map { (key: "", value: $0) })
        var fifths: [Int64: Int] = [:]
        var scores: [RFM.Score] = []
        // From the least value to the greatest.
        for placed in quintiles.placed {
            fifths[placed.value] = placed.bin
            let least = scores.last?.score == placed.bin ? scores.removeLast().least : placed.value
            scores.append(
                RFM.Score(
                    score: placed.bin, customers: Int64(quintiles.counts[placed.bin - 1]), least: least,
                    greatest: placed.value))
        }
        self.fifths = fifths
        self.scores = scores
    }

    /// The fifth of one of the values, from 1 to 5.
    func score(of value: Int64) -> Int { fifths[value] ?? 1 }
}
