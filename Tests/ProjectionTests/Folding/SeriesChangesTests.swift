@testable import EventLog
@testable import Projection
import Testing
import TestSupport

@Suite struct SeriesChangesTests {
    private static let quarter: Int64 = 900_000_000

    private func summed(_ amounts: [QuarterAmount]) throws -> [QuarterAmount] {
        var series = SeriesChanges()
        for amount in amounts {
            let time = Timestamp(microseconds: amount.quarter * Self.quarter + 5)
            series.add(amount.amount, to: amount.column, at: time)
        }
        return try series.summed().map { QuarterAmount($0) }
    }

    @Test(
        "changes come in order of time and column, each quarter and column once, summed, and none that is zero",
        arguments: 1...10 as ClosedRange<UInt64>)
    func sumsInOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var amounts: [QuarterAmount] = []
            for _ in 0..<Int.random(in: 0...200, using: &random) {
                // Few places, so that many sums meet and come to nothing.
                amounts.append(
                    QuarterAmount(
                        Int64.random(in: -8...8, using: &random), Int.random(in: 0...3, using: &random),
                        Int64.random(in: -2...2, using: &random)))
            }
            var sums: [QuarterAmount: Int64] = [:]
            for amount in amounts { sums[QuarterAmount(amount.quarter, amount.column, 0), default: 0] += amount.amount }
            let expected = sums.filter { $0.value != 0 }
                .map { QuarterAmount($0.key.quarter, $0.key.column, $0.value) }
                .sorted { QuarterAmount.isEarlier($0, $1) }
            let found = try summed(amounts)
            #expect(found == expected)
        }
    }

    @Test("many changes of few places take little memory, and their sums are right")
    func manyChanges() throws {
        var series = SeriesChanges()
        for number in 0..<100_000 {
            let time = Timestamp(microseconds: Int64(number % 50) * Self.quarter)
            series.add(number % 3 == 0 ? -1 : 1, to: number % 2, at: time)
        }
        #expect(series.changes.count < 8192)
        var other = SeriesChanges()
        for _ in 0..<3 { other.add(series) }
        #expect(other.changes.count <= 3 * series.changes.count)
        let sums = try series.summed()
        #expect(sums.count == 50)
        #expect(sums.reduce(0) { $0 + $1.amount } == 100_000 - 2 * 33_334)
        #expect(try other.summed().map(\.amount) == sums.map { $0.amount * 3 })
    }

    @Test("a sum that does not fit for a while is left for what comes to bring it back")
    func overflowForAWhile() throws {
        var series = SeriesChanges()
        let time = Timestamp(microseconds: 0)
        for _ in 0..<2 { series.add(.max, to: 0, at: time) }
        for _ in 0..<20_000 { series.add(1, to: 0, at: time) }
        #expect(throws: SumOverflow.self) { _ = try series.summed().count }
        for _ in 0..<2 { series.add(-.max, to: 0, at: time) }
        for _ in 0..<20_000 { series.add(1, to: 0, at: time) }
        #expect(try series.summed().map(\.amount) == [40_000])
    }

    @Test(
        "a sum of nothing is left out, wherever it stands",
        arguments: [
            ([], []),
            ([[0, 0]], []),
            ([[0, 5], [0, -5]], []),
            ([[0, 5], [0, -5], [1, 1]], [[1, 1]]),
            ([[0, 1], [1, 5], [1, -5]], [[0, 1]]),
            ([[0, 1], [1, 5], [2, 1], [1, -5]], [[0, 1], [2, 1]]),
            ([[0, 5], [1, 5], [2, 5], [2, -5], [1, -5], [0, -5]], []),
            ([[0, 5], [0, -5], [0, 7]], [[0, 7]]),
            ([[0, 0], [1, 0], [2, 3], [3, 0]], [[2, 3]]),
        ] as [([[Int64]], [[Int64]])])
    func sumsOfNothing(added: [[Int64]], left: [[Int64]]) throws {
        // Quarter and amount.
        let found = try summed(added.map { QuarterAmount($0[0], 2, $0[1]) })
        #expect(found == left.map { QuarterAmount($0[0], 2, $0[1]) })
    }

    @Test("changes of another worker are added")
    func adds() throws {
        var one = SeriesChanges()
        one.add(3, to: 0, at: Timestamp(microseconds: 0))
        one.add(4, to: 0, at: Timestamp(microseconds: Self.quarter))
        var other = SeriesChanges()
        other.add(5, to: 0, at: Timestamp(microseconds: 1))
        other.add(-4, to: 0, at: Timestamp(microseconds: Self.quarter + 1))
        one.add(other)
        let found = try one.summed().map { QuarterAmount($0) }
        #expect(found == [QuarterAmount(0, 0, 8)])
    }

    @Test(
        "a change tells its quarter and its column, at the ends of time as in the middle",
        arguments: [.min, -899_999_999, -1, 0, 899_999_999, 900_000_000, .max] as [Int64])
    func packs(microseconds: Int64) {
        let quarter = TimeBucket.quarter(of: Timestamp(microseconds: microseconds))
        for column in [0, 1, 255, SeriesChanges.Change.maximumColumns - 1] {
            let amount = QuarterAmount(quarter, column, .min)
            #expect(QuarterAmount(amount.change) == amount)
        }
    }

    @Test("changes sort by quarter, then by column")
    func sorts() {
        let last = SeriesChanges.Change.maximumColumns - 1
        let sorted: [QuarterAmount] = [
            QuarterAmount(TimeBucket.quarter(of: Timestamp(microseconds: .min)), last, 0), QuarterAmount(-97, last, 0),
            QuarterAmount(-1, 0, 0), QuarterAmount(-1, last, 0), QuarterAmount(0, 0, 0), QuarterAmount(0, 1, 0),
            QuarterAmount(0, last, 0), QuarterAmount(1, 0, 0),
            QuarterAmount(TimeBucket.quarter(of: Timestamp(microseconds: .max)), 0, 0),
        ]
        let orders = sorted.map { $0.change.order }
        #expect(zip(orders, orders.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(
        "a sum beyond 64 bits is an error that names the column",
        arguments: [(.max, 1), (.min, -1)] as [(Int64, Int64)])
    func overflow(start: Int64, step: Int64) {
        let amounts = [QuarterAmount(7, 2, 1), QuarterAmount(7, 3, start), QuarterAmount(7, 3, step)]
        let error = #expect(throws: SumOverflow.self) { try summed(amounts) }
        #expect(error?.column == 3)
    }
}
