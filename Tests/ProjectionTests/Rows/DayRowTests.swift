@testable import EventLog
import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct DayRowTests {
    private static let days: [Int64] = [-106_751_992, -33, -1, 0, 1, 17_000, 106_751_991]

    /// What is added in a day: each quarter and column at most once, in order, nothing that is zero.
    private static func amounts(of day: Int64, using random: inout SeededGenerator) -> [QuarterAmount] {
        var places: Set<QuarterAmount> = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let quarter = day * 96 + Int64.random(in: 0...95, using: &random)
            places.insert(QuarterAmount(quarter, Int.random(in: 0...4, using: &random), 0))
        }
        return places.sorted { QuarterAmount.isEarlier($0, $1) }.map { place in
            let size = Int64.random(in: 1...9, using: &random)
            return QuarterAmount(place.quarter, place.column, Bool.random(using: &random) ? size : -size)
        }
    }

    private static func row(_ amounts: [QuarterAmount]) throws -> [UInt8] {
        // What is in the array is not in the row.
        var row: [UInt8] = [1, 2, 3]
        let changes = amounts.map { $0.change }
        try DayRow.encode(changes[...], into: &row)
        return row
    }

    @Test("a row tells all its quarters again, its sums, and those of any range of quarters", arguments: days)
    func roundTrip(day: Int64) throws {
        var random = SeededGenerator(seed: UInt64(bitPattern: day))
        for _ in 0..<30 {
            let amounts = Self.amounts(of: day, using: &random)
            let row = try Self.row(amounts)
            let read = try dayRowAmounts(row, day)
            #expect(read == amounts)
            let sums = try dayRowSums(row)
            #expect(sums == QuarterAmount.sums(amounts))
            for _ in 0..<10 {
                // Often beyond the day on one side or both.
                let start = day * 96 + Int64.random(in: -40...100, using: &random)
                let quarters = start..<start + Int64.random(in: 0...140, using: &random)
                var columns: [Int64] = []
                try DayRow.add(row.rawSpan, of: day, in: quarters, to: &columns)
                let expected = QuarterAmount.sums(amounts.filter { quarters.contains($0.quarter) })
                #expect(LedgerRows.withoutZerosAtEnd(columns) == expected, "\(quarters) of \(amounts)")
            }
        }
    }

    @Test("sums are added to the columns there, which grow as needed and are never cut")
    func addsToColumns() throws {
        let row = try Self.row([QuarterAmount(3, 0, 5), QuarterAmount(95, 2, -7)])
        var columns: [Int64] = [10]
        try DayRow.add(row.rawSpan, to: &columns)
        #expect(columns == [15, 0, -7])
        try DayRow.add(row.rawSpan, of: 0, in: 0..<95, to: &columns)
        #expect(columns == [20, 0, -7])
    }

    @Test("a day in which nothing counts has no row; one whose sums come to nothing has its quarters")
    func sumsOfNothing() throws {
        let nothing = try Self.row([])
        #expect(nothing.isEmpty)
        let amounts = [QuarterAmount(-96, 1, 4), QuarterAmount(-1, 1, -4)]
        let row = try Self.row(amounts)
        let read = try dayRowAmounts(row, -1)
        #expect(read == amounts)
        let sums = try dayRowSums(row)
        #expect(sums == [])
    }

    @Test("the greatest and the smallest amounts come back")
    func extremes() throws {
        let amounts = [QuarterAmount(0, 0, .max), QuarterAmount(0, 1, .min), QuarterAmount(1, 2, .max)]
        let row = try Self.row(amounts)
        let read = try dayRowAmounts(row, 0)
        #expect(read == amounts)
        let sums = try dayRowSums(row)
        #expect(sums == [.max, .min, .max])
    }

    @Test("a sum beyond 64 bits is an error that names the column")
    func overflow() throws {
        let error = #expect(throws: SumOverflow.self) {
            try Self.row([QuarterAmount(0, 1, .max), QuarterAmount(5, 1, 1)])
        }
        #expect(error?.column == 1)
        let row = try Self.row([QuarterAmount(0, 1, .min)])
        let otherError = #expect(throws: SumOverflow.self) {
            var columns: [Int64] = [0, -1]
            try DayRow.add(row.rawSpan, to: &columns)
        }
        #expect(otherError?.column == 1)
    }

    // MARK: Bytes that are no row

    @Test("a row that is cut short is refused, unless it ends after a whole quarter")
    func cut() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<20 {
            let amounts = Self.amounts(of: -5, using: &random)
            let row = try Self.row(amounts)
            var whole = 0
            for length in row.indices {
                let start = Array(row[..<length])
                _ = try? dayRowSums(start)
                guard let read = try? dayRowAmounts(start, -5) else { continue }
                #expect(amounts.starts(with: read))
                whole += 1
            }
            #expect(whole == amounts.count, "after the sums and after every quarter but the last")
            #expect(throws: MalformedBytes.self) { try dayRowAmounts([], -5) }
        }
    }

    @Test(
        "bytes that are no numbers are refused",
        arguments: [
            [0x80], [2, 0], [5], [0, 1], [0, 1, 0x80], [0, 1, 0], [0, 1, 0, 0x80],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func noNumbers(row: [UInt8]) {
        #expect(throws: MalformedBytes.self) { try dayRowAmounts(row, 0) }
    }

    @Test("a quarter that is not of the day and a column that no series has are refused")
    func outOfRange() async {
        await #expect(processExitsWith: .success) {
            let places: [(quarter: UInt8, column: UInt64)] = [
                (96, 0), (255, 0), (0, 1 << 24), (95, 1 << 40), (0, 1 << 63), (0, .max),
            ]
            for (quarter, column) in places {
                // One column, whose sum is 0.
                var row: [UInt8] = [1, 0, quarter]
                row.append(varint: column)
                row.append(zigzag: 1)
                let bytes = row
                #expect(throws: MalformedBytes.self) { try dayRowAmounts(bytes, 0) }
            }
        }
    }

    @Test("random bytes are read or refused, without a crash")
    func randomBytes() async {
        await #expect(processExitsWith: .success) {
            var random = SeededGenerator(seed: 3)
            for _ in 0..<2_000 {
                let count = Int.random(in: 0...40, using: &random)
                let row = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                _ = try? dayRowSums(row)
                guard let amounts = try? dayRowAmounts(row, 7) else { continue }
                let isOfTheDay = amounts.allSatisfy { (672..<768).contains($0.quarter) }
                #expect(isOfTheDay)
            }
        }
    }
}

/// The quarters of a row.
private func dayRowAmounts(_ row: [UInt8], _ day: Int64) throws -> [QuarterAmount] {
    try DayRow.changes(of: row.rawSpan, day: day).map { QuarterAmount($0) }
}

/// The sums of a row, zeros at the end left out.
private func dayRowSums(_ row: [UInt8]) throws -> [Int64] {
    var columns: [Int64] = []
    try DayRow.add(row.rawSpan, to: &columns)
    return LedgerRows.withoutZerosAtEnd(columns)
}
