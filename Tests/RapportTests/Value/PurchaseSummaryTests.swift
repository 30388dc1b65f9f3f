import EventLog
@testable import Rapport
import Testing

@Suite struct PurchaseSummaryTests {
    private static func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    private static func purchases(_ list: [(String, Int64)]) throws -> [Purchase] {
        try list.map { Purchase(day: try day($0.0), amount: $0.1) }
    }

    /// The watching of the published example: 39 weeks from the first of January.
    private static func watched() throws -> ClosedRange<CivilDate> { try day("1997-01-01")...day("1997-09-30") }

    @Test("the first purchase is no repeat, purchases of one day are one, and later ones are not looked at")
    func byHand() throws {
        let purchases = try Self.purchases([
            ("1997-08-02", 1496), ("1997-01-01", 2933), ("1997-01-18", 2973), ("1997-12-12", 2648), ("1997-01-18", 27),
            ("1997-01-01", 5),
        ])
        let found = try #require(try PurchaseSummary(purchases, in: Self.watched(), unit: .week))
        #expect(found.repeats == 2)
        #expect(abs(found.recency - 213.0 / 7) < 1e-12)
        #expect(abs(found.age - 272.0 / 7) < 1e-12)
        let amount: Int64 = 4496
        #expect(found.repeatAmount == amount)
        #expect(found.meanRepeatValue == 2248)
    }

    @Test("whoever purchased on one day only has no repeats, and whoever purchased outside has no summary")
    func withoutRepeats() throws {
        let once = try Self.purchases([("1997-03-02", 100), ("1997-03-02", 50)])
        let found = try #require(try PurchaseSummary(once, in: Self.watched(), unit: .day))
        let expected = try PurchaseSummary(repeats: 0, recency: 0, age: 212)
        #expect(found == expected)
        #expect(found.meanRepeatValue == nil)
        let outside = try Self.purchases([("1996-12-31", 100), ("1997-10-01", 100)])
        for none in [outside, []] {
            let summary = try PurchaseSummary(none, in: Self.watched(), unit: .day)
            #expect(summary == nil)
        }
    }

    @Test("purchases of one week can count as one, as of its Monday")
    func weeks() throws {
        let list = try Self.purchases([
            ("1997-01-08", 100), ("1997-01-12", 200), ("1997-01-13", 300), ("1997-01-19", 400), ("1997-02-03", 500),
        ])
        let found = try #require(try PurchaseSummary(list, in: Self.watched(), unit: .week, period: .week))
        let expected = try PurchaseSummary(repeats: 2, recency: 4, age: 38, repeatAmount: 1200)
        #expect(found == expected)
    }

    @Test("in months the same times are shorter by the mean length of a month")
    func months() throws {
        let list = try Self.purchases([("1997-01-08", 100), ("1997-05-12", 200)])
        let days = try #require(try PurchaseSummary(list, in: Self.watched(), unit: .day))
        let months = try #require(try PurchaseSummary(list, in: Self.watched(), unit: .month))
        #expect(abs(days.recency / months.recency - 30.436875) < 1e-9)
        #expect(abs(days.age / months.age - 30.436875) < 1e-9)
    }

    @Test("amounts that do not fit into 64 bits are refused, refunds are not")
    func amounts() throws {
        let large = try Self.purchases([("1997-01-01", 1), ("1997-01-02", .max), ("1997-01-03", 1)])
        #expect(throws: LifetimeError.amountTooLarge) {
            try PurchaseSummary(large, in: Self.watched(), unit: .week)
        }
        let refunds = try Self.purchases([("1997-01-01", 1), ("1997-01-02", 500), ("1997-01-03", -700)])
        let found = try #require(try PurchaseSummary(refunds, in: Self.watched(), unit: .week))
        #expect(found.meanRepeatValue == -100)
    }

    @Test(
        "figures that contradict each other are refused",
        arguments: [
            (-1, 0, 10), (0, 1, 10), (1, 0, 10), (1, 11, 10), (0, 0, -1), (0, 0, .nan), (1, .nan, 10),
            (1, 5, .infinity),
        ] as [(Int, Double, Double)])
    func contradictions(repeats: Int, recency: Double, age: Double) {
        #expect(throws: LifetimeError.self) { try PurchaseSummary(repeats: repeats, recency: recency, age: age) }
    }

    @Test("a yearly discount rate is compounded over the steps of a year")
    func discountRates() {
        #expect(abs(LifetimeUnit.month.discountRate(ofYearly: 1000) - 0.007_974_140_428_903_764) < 1e-15)
        #expect(abs(LifetimeUnit.week.discountRate(ofYearly: 1000) - 0.001_828_322_210_491_784) < 1e-15)
        #expect(LifetimeUnit.day.discountRate(ofYearly: 0) == 0)
    }
}
