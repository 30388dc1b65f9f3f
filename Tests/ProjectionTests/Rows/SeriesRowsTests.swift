@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct SeriesRowsTests {
    /// What the changes of one series touch.
    private struct Touched {
        var keys: [[UInt8]] = []
        var days: [(key: [UInt8], day: Int64, amounts: [QuarterAmount])] = []
        var blocks: [(key: [UInt8], columns: [Int64])] = []

        init(_ key: [UInt8], _ amounts: [QuarterAmount]) throws {
            try SeriesRows(key: key.rawSpan).forEach(of: amounts.map { $0.change }) { row in
                switch row {
                case .day(let dayKey, let day, let changes):
                    keys.append(dayKey)
                    days.append((dayKey, day, changes.map { QuarterAmount($0) }))
                case .block(let blockKey, let columns):
                    keys.append(blockKey)
                    blocks.append((blockKey, columns))
                }
            }
        }
    }

    private static let series = RowKey.make(1, ["a"])

    private static func key(_ level: UInt8, _ bucket: Int64) -> [UInt8] {
        var key = series
        TimeBucket.writeSuffix(level, bucket, to: &key)
        return key
    }

    @Test("each day holds its quarters, and each block of days the sum of them")
    func daysAndBlocks() throws {
        // The day before 1970, two quarters of one day, and a day in the next block of 32.
        let amounts = [
            QuarterAmount(-1, 1, 4), QuarterAmount(0, 1, 1), QuarterAmount(95, 1, 2), QuarterAmount(32 * 96, 1, 8),
        ]
        let touched = try Touched(Self.series, amounts)
        #expect(touched.days.map { $0.day } == [-1, 0, 32])
        #expect(touched.days.map { $0.key } == [Self.key(1, -1), Self.key(1, 0), Self.key(1, 32)])
        #expect(touched.days.map { $0.amounts } == [[amounts[0]], [amounts[1], amounts[2]], [amounts[3]]])
        #expect(touched.blocks.map { $0.key } == [Self.key(2, -1), Self.key(2, 0), Self.key(2, 1)])
        #expect(touched.blocks.map { $0.columns } == [[0, 4], [0, 3], [0, 8]])
    }

    @Test("no change touches no row")
    func nothing() throws {
        let touched = try Touched(Self.series, [])
        #expect(touched.keys.isEmpty)
    }

    @Test(
        "rows come in the order of their keys and hold every change once",
        arguments: 1...8 as ClosedRange<UInt64>)
    func holdsEverything(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var places: Set<QuarterAmount> = []
        for _ in 0..<300 {
            let moment = Timestamp(microseconds: ContributionStep.moment(using: &random))
            places.insert(QuarterAmount(TimeBucket.quarter(of: moment), Int.random(in: 0...2, using: &random), 0))
        }
        let amounts = places.sorted { QuarterAmount.isEarlier($0, $1) }.map { place in
            QuarterAmount(place.quarter, place.column, Int64.random(in: 1...9, using: &random))
        }
        let touched = try Touched(Self.series, amounts)
        #expect(zip(touched.keys, touched.keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        #expect(touched.days.flatMap { $0.amounts } == amounts)
        for (key, day, ofDay) in touched.days {
            #expect(key == Self.key(1, day))
            #expect(ofDay.allSatisfy { $0.quarter >= day * 96 && $0.quarter < (day + 1) * 96 })
        }
        let byBlock = Dictionary(grouping: amounts) { TimeBucket.block(ofDay: TimeBucket.day(ofQuarter: $0.quarter)) }
        #expect(touched.blocks.count == byBlock.count)
        for (block, ofBlock) in byBlock {
            let found = try #require(touched.blocks.first { $0.key == Self.key(2, block) })
            let columns = LedgerRows.withoutZerosAtEnd(found.columns)
            #expect(columns == QuarterAmount.sums(ofBlock))
        }
    }

    @Test("a block whose sum does not fit is an error that names the column")
    func overflow() {
        let error = #expect(throws: SumOverflow.self) {
            try Touched(Self.series, [QuarterAmount(0, 2, .max), QuarterAmount(96, 2, 1)])
        }
        #expect(error?.column == 2)
    }
}
