import Foundation
@testable import Rapport
import Testing

/// Reference figures were computed with the library lifetimes 0.11.3 for Python, whose month has 4.345 weeks.
@Suite struct LifetimeValueTests {
    private static func value(_ stepLength: Double, _ steps: Int, _ rate: Double) throws -> LifetimeValue {
        try LifetimeValue(
            purchases: try LifetimeExamples.publishedPurchases(), spending: try LifetimeExamples.publishedSpending(),
            stepLength: stepLength, steps: steps, discountRate: rate)
    }

    private static func customers() throws -> [PurchaseSummary] {
        [
            try PurchaseSummary(repeats: 2, recency: 30.43, age: 38.86, repeatAmount: 7000),
            try PurchaseSummary(repeats: 0, recency: 0, age: 38.86),
            try PurchaseSummary(repeats: 10, recency: 36, age: 38.86, repeatAmount: 50_000),
        ]
    }

    @Test(
        "the value of a year is that of another library, by weeks and by months",
        arguments: [
            (1, 52, 0.002, [5201.439_723_769_961, 844.369_615_504_563_5, 37_740.447_672_700_18]),
            (4.345, 12, 0.01, [5155.554_038_196_246, 836.900_435_892_018_3, 37_408.682_279_037_53]),
        ] as [(Double, Int, Double, [Double])])
    func reference(stepLength: Double, steps: Int, rate: Double, expected: [Double]) throws {
        let value = try Self.value(stepLength, steps, rate)
        for (customer, reference) in zip(try Self.customers(), expected) {
            let found = try value.value(of: customer)
            #expect(LifetimeExamples.isNear(found, reference))
            let minorUnits = try value.minorUnits(of: customer)
            #expect(minorUnits == Int64(reference.rounded()))
        }
    }

    @Test("without discount it is what a purchase is worth times how many there will be")
    func withoutDiscount() throws {
        let value = try Self.value(1, 39, 0)
        for customer in try Self.customers() {
            let purchases = try value.purchases.expectedPurchases(of: customer, within: 39)
            let expected = purchases * value.spending.expectedValue(of: customer)
            let found = try value.value(of: customer)
            #expect(LifetimeExamples.isNear(found, expected, within: 1e-12))
        }
    }

    @Test("months of weeks are a twelfth of a year long, and the yearly rate is compounded over them")
    func units() throws {
        let value = try LifetimeValue(
            purchases: try LifetimeExamples.publishedPurchases(), spending: try LifetimeExamples.publishedSpending(),
            unit: .week, step: .month, steps: 12, yearlyDiscount: 1000)
        #expect(abs(value.stepLength - 365.2425 / 84) < 1e-12)
        #expect(abs(value.discountRate - 0.007_974_140_428_903_764) < 1e-15)
    }

    @Test("a step without length, no steps, and rates below 0 are refused")
    func refusals() {
        #expect(throws: LifetimeError.self) { try Self.value(0, 12, 0) }
        #expect(throws: LifetimeError.self) { try Self.value(1, 0, 0) }
        #expect(throws: LifetimeError.self) { try Self.value(1, 12, -0.1) }
        #expect(throws: LifetimeError.self) { try Self.value(1, 12, .nan) }
    }

    @Test("answers are rounded to the nearest whole, and refused where there is none")
    func rounding() throws {
        let (half, below, millionths): (Int64, Int64, Int64) = (3, -3, 242_595)
        #expect(try LifetimeAnswer.minorUnits(2.5) == half)
        #expect(try LifetimeAnswer.minorUnits(-2.5) == below)
        #expect(try LifetimeAnswer.millionths(0.242_594_52) == millionths)
        #expect(throws: LifetimeError.amountTooLarge) { try LifetimeAnswer.minorUnits(1e19) }
        #expect(throws: LifetimeError.self) { try LifetimeAnswer.millionths(.nan) }
    }
}
