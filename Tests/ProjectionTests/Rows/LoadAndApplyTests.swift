@testable import EventLog
@testable import Projection
import Testing
import TestSupport

/// A build and live batches come to the same rows.
@Suite struct LoadAndApplyTests {
    @Test(
        "live batches give the rows of a build, however the contributions fall into batches",
        arguments: 1...12 as ClosedRange<UInt64>)
    func anySplit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let steps = ContributionStep.random(160, using: &random)
        let built = try RowsApart()
        try built.load(ContributionStep.contributions(of: steps))
        let (digest, counts) = (try built.digest(), try built.counts())
        for longest in [1, 6, 40, 400] {
            let live = try RowsApart()
            var rest = steps[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Int.random(in: 1...longest, using: &random))
                try live.apply(ContributionStep.contributions(of: batch))
                rest = rest.dropFirst(batch.count)
            }
            let (liveDigest, liveCounts) = (try live.digest(), try live.counts())
            #expect(liveCounts == counts, "seed \(seed), batches of at most \(longest)")
            #expect(liveDigest == digest, "seed \(seed), batches of at most \(longest)")
        }
    }

    @Test(
        "live batches go on where a build has ended, and the rows are those of a build of everything",
        arguments: 1...6 as ClosedRange<UInt64>)
    func goesOn(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 100)
        let steps = ContributionStep.random(120, using: &random)
        let everything = try RowsApart()
        try everything.load(ContributionStep.contributions(of: steps))
        let digest = try everything.digest()
        for built in [0, 1, 60, 119] {
            let rows = try RowsApart()
            try rows.load(ContributionStep.contributions(of: steps[..<built]))
            try rows.apply(ContributionStep.contributions(of: steps[built...]))
            let found = try rows.digest()
            #expect(found == digest, "seed \(seed), \(built) of \(steps.count) built")
        }
    }

    @Test("a build of more rows than one transaction takes is whole")
    func manyTransactions() throws {
        var contributions = Contributions()
        let value = [UInt8](repeating: 7, count: 1_000)
        for number in 0..<20_000 {
            var key: [UInt8] = [1]
            key.append(contentsOf: String(number).utf8)
            contributions.put(value, at: key)
        }
        let (built, live) = (try RowsApart(), try RowsApart())
        try built.load(contributions)
        try live.apply(contributions)
        #expect(try built.counts() == [0, 0, 20_000])
        let (digest, liveDigest) = (try built.digest(), try live.digest())
        #expect(digest == liveDigest)
    }

    @Test(
        "what several workers have gathered gives the rows that one would have written",
        arguments: 1...6 as ClosedRange<UInt64>)
    func anyWorkers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 200)
        let steps = ContributionStep.random(200, using: &random)
        let one = try RowsApart()
        try one.load(ContributionStep.contributions(of: steps))
        let digest = try one.digest()
        for workers in [2, 3, 7] {
            // Whatever has one row falls to one worker.
            let parts = try (0..<workers).map { worker in
                try ContributionStep.contributions(of: steps.filter { $0.id % workers == worker })
            }
            var merged = parts[0]
            for part in parts.dropFirst() { merged.merge(part) }
            let several = try RowsApart()
            try several.load(merged)
            let found = try several.digest()
            #expect(found == digest, "seed \(seed), \(workers) workers")
        }
    }

    @Test("when everything is taken out again, no row is left", arguments: 1...6 as ClosedRange<UInt64>)
    func takenOut(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 300)
        let steps = ContributionStep.random(100, using: &random)
        let opposites = steps.map { $0.opposite }
        let live = try RowsApart()
        try live.apply(ContributionStep.contributions(of: steps))
        // Sums can be taken out in any order. Rows do not add up: the last word about each is said at the end.
        try live.apply(ContributionStep.contributions(of: opposites.shuffled(using: &random)))
        let ids = Set(steps.map { $0.id }).sorted()
        try live.apply(ContributionStep.removals(of: ids))
        let left = try live.counts()
        #expect(left == [0, 0, 0])
        let built = try RowsApart()
        try built.load(ContributionStep.contributions(of: steps + opposites))
        let counts = try built.counts()
        #expect(counts[0] == 0)
        #expect(counts[1] == 0)
    }

    // MARK: Sums over time

    /// The sum of the steps between two moments, both rounded down to quarters of an hour.
    private func sum(_ steps: [ContributionStep], _ name: String, _ start: Int64?, _ end: Int64?) -> [Int64] {
        var sums = [Int64](repeating: 0, count: ContributionStep.columns)
        for step in steps where step.name == name {
            let quarter = Self.quarter(step.microseconds)
            if let start, quarter < Self.quarter(start) { continue }
            if let end, quarter >= Self.quarter(end) { continue }
            sums[step.column] += step.sign * step.amount
        }
        return LedgerRows.withoutZerosAtEnd(sums)
    }

    private static func quarter(_ microseconds: Int64) -> Int64 {
        let towardsZero = microseconds / ContributionStep.quarter
        return microseconds % ContributionStep.quarter < 0 ? towardsZero - 1 : towardsZero
    }

    /// The ends of a range: within one day, over days, over years, open on one side or both, now and then empty.
    private static func range(using random: inout SeededGenerator) -> (start: Int64?, end: Int64?) {
        let day = ContributionStep.day
        switch Int.random(in: 0...9, using: &random) {
        case 0...2:
            let start = Int64.random(in: -3...3, using: &random) * day + Int64.random(in: 0..<day, using: &random)
            return (start, start + Int64.random(in: 0...day / 2, using: &random))
        case 3...5:
            let start = Int64.random(in: -50 * day...50 * day, using: &random)
            return (start, start + Int64.random(in: -day / 8...100 * day, using: &random))
        case 6: return (nil, ContributionStep.moment(using: &random))
        case 7: return (ContributionStep.moment(using: &random), nil)
        case 8: return (nil, nil)
        default:
            return (ContributionStep.moment(using: &random), ContributionStep.moment(using: &random))
        }
    }

    @Test(
        "the sum of a series between any two moments is that of what was added between their quarters",
        arguments: 1...10 as ClosedRange<UInt64>)
    func sums(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 400)
        let steps = ContributionStep.random(250, using: &random)
        let rows = try RowsApart()
        let built = seed % 2 == 0 ? steps.count : 50
        try rows.load(ContributionStep.contributions(of: steps[..<built]))
        try rows.apply(ContributionStep.contributions(of: steps[built...]))
        let reader = try ModelReader(rows.generation)
        for _ in 0..<200 {
            let (start, end) = Self.range(using: &random)
            for name in ContributionStep.names {
                let found = try reader.sum(
                    ContributionStep.series, [name], from: start.map { Timestamp(microseconds: $0) },
                    to: end.map { Timestamp(microseconds: $0) })
                let expected = sum(steps, name, start, end)
                let range = "\(start ?? .min) to \(end ?? .max) of \(name.debugDescription), seed \(seed)"
                #expect(LedgerRows.withoutZerosAtEnd(found) == expected, "\(range)")
            }
        }
        withExtendedLifetime(rows) {}
    }

    @Test("totals are the sums of what was added", arguments: 1...6 as ClosedRange<UInt64>)
    func totals(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 500)
        let steps = ContributionStep.random(150, using: &random)
        let rows = try RowsApart()
        try rows.load(ContributionStep.contributions(of: steps[..<70]))
        try rows.apply(ContributionStep.contributions(of: steps[70...]))
        let reader = try ModelReader(rows.generation)
        for name in ContributionStep.names {
            let found = try reader.total(ContributionStep.totals, name)
            #expect(found == sum(steps, name, nil, nil))
        }
        withExtendedLifetime(rows) {}
    }
}
