@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct TimeBucketTests {
    private static let quartersPerBlock: Int64 = 96 * 32

    /// The bucket of `level` that holds a quarter.
    private static func bucket(ofQuarter quarter: Int64, _ level: UInt8) -> Int64 {
        let day = TimeBucket.day(ofQuarter: quarter)
        switch level {
        case 0: return quarter
        case TimeBucket.days: return day
        default: return TimeBucket.block(ofDay: day)
        }
    }

    @Test(
        "the pieces of a range hold each of its quarters once, and no other",
        arguments: [1, 10, 100, 1_000, 12_000] as [Int64])
    func coversExactly(longest: Int64) {
        var random = SeededGenerator(seed: UInt64(longest))
        for _ in 0..<20 {
            let start = Int64.random(in: -20_000...20_000, using: &random)
            let range = start..<start + Int64.random(in: 1...longest, using: &random)
            let pieces = TimeBucket.cover(range)
            var wrong: [Int64] = []
            for quarter in range.lowerBound - 100..<range.upperBound + 100 {
                let holding = pieces.filter { $0.buckets.contains(Self.bucket(ofQuarter: quarter, $0.level)) }
                if holding.count != (range.contains(quarter) ? 1 : 0) { wrong.append(quarter) }
            }
            #expect(wrong == [], "\(range) as \(pieces)")
        }
    }

    @Test("a long range is made of whole blocks, and of fewer than 64 days and 192 quarters around them")
    func longRangesAreCheap() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let start = Int64.random(in: -5_000_000...5_000_000, using: &random)
            let range = start..<start + Int64.random(in: 3 * Self.quartersPerBlock...5_000_000, using: &random)
            let pieces = TimeBucket.cover(range)
            var counts = [0, 0, 0]
            for piece in pieces { counts[Int(piece.level)] += piece.buckets.count }
            #expect(counts[0] < 2 * 96, "\(range)")
            #expect(counts[1] < 2 * 32, "\(range)")
            #expect(counts[0] + 96 * counts[1] + 96 * 32 * counts[2] == range.count, "\(range)")
        }
    }

    @Test("an empty range has no pieces")
    func emptyRange() {
        #expect(TimeBucket.cover(5..<5).isEmpty)
    }

    @Test("everything holds the quarters of all moments, and is made of blocks alone")
    func everything() {
        for microseconds in [.min, -1, 0, .max] as [Int64] {
            let quarter = TimeBucket.quarter(of: Timestamp(microseconds: microseconds))
            #expect(TimeBucket.everything.contains(quarter))
        }
        let pieces = TimeBucket.cover(TimeBucket.everything)
        #expect(pieces.map { $0.level } == [TimeBucket.blocks])
        #expect(pieces.map { $0.buckets.count } == [1 << 29])
    }

    @Test("keys sort by level, then by bucket, before 1970 as after it; and tell both")
    func keysSort() {
        var random = SeededGenerator(seed: 3)
        var cells: [(level: UInt8, bucket: Int64)] = [(0, -1), (0, 0), (0, 1), (1, .min), (1, .max), (2, -1), (2, 0)]
        for _ in 0..<300 {
            let level = UInt8.random(in: 0...2, using: &random)
            cells.append((level, Int64.random(in: -3_000...3_000, using: &random)))
        }
        let keys = cells.map { cell in
            var key: [UInt8] = [9, 9]
            TimeBucket.writeSuffix(cell.level, cell.bucket, to: &key)
            return key
        }
        for (key, cell) in zip(keys, cells) {
            let read = TimeBucket.bucket(ofKey: key.rawSpan)
            #expect(read.level == cell.level)
            #expect(read.bucket == cell.bucket)
        }
        let sortedKeys = keys.sorted { $0.lexicographicallyPrecedes($1) }
        let read = sortedKeys.map { TimeBucket.bucket(ofKey: $0.rawSpan) }
        let sortedCells = cells.sorted { ($0.level, $0.bucket) < ($1.level, $1.bucket) }
        #expect(zip(read, sortedCells).allSatisfy { $0 == $1 })
    }

    @Test(
        "a moment belongs to the quarter that began at it or before it, also before 1970",
        arguments: [
            (0, 0), (1, 0), (899_999_999, 0), (900_000_000, 1), (-1, -1), (-900_000_000, -1), (-900_000_001, -2),
            (86_400_000_000, 96), (-86_400_000_000, -96),
        ] as [(Int64, Int64)])
    func quarters(microseconds: Int64, quarter: Int64) {
        #expect(TimeBucket.quarter(of: Timestamp(microseconds: microseconds)) == quarter)
    }

    @Test(
        "a quarter belongs to one day and one block of 32 days, also before 1970",
        arguments: [
            (0, 0, 0), (95, 0, 0), (96, 1, 0), (3_071, 31, 0), (3_072, 32, 1), (-1, -1, -1), (-96, -1, -1),
            (-97, -2, -1), (-3_072, -32, -1), (-3_073, -33, -2),
        ] as [(Int64, Int64, Int64)])
    func daysAndBlocks(quarter: Int64, day: Int64, block: Int64) {
        #expect(TimeBucket.day(ofQuarter: quarter) == day)
        #expect(TimeBucket.block(ofDay: day) == block)
    }
}
