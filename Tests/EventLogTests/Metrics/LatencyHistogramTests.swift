@testable import EventLog
import Testing
import TestSupport

@Suite struct LatencyHistogramTests {
    @Test(
        "quantiles are right to a few percent, from microseconds to seconds",
        arguments: [1_500, 40_000, 900_000, 12_000_000, 4_000_000_000] as [UInt64])
    func quantilesAreRight(shortest: UInt64) throws {
        var histogram = LatencyHistogram()
        for step: UInt64 in 1...1000 { histogram.add(nanoseconds: shortest + shortest * step / 1000) }
        #expect(histogram.count == 1000)
        #expect(histogram.longest == 2 * shortest)
        for share in [0.01, 0.5, 0.9, 0.99] {
            let found = try #require(histogram.quantile(share))
            let exact = Double(shortest) * (1 + share)
            #expect(abs(Double(found) / exact - 1) < 0.033, "\(share): \(found)")
        }
        let highest = try #require(histogram.quantile(1))
        #expect(highest <= 2 * shortest)
    }

    @Test("nothing has no quantile")
    func nothingHasNoQuantile() {
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }

    @Test("what is shorter or longer than can be told apart counts at the ends")
    func extremesCountAtTheEnds() throws {
        var histogram = LatencyHistogram()
        histogram.add(nanoseconds: 0)
        histogram.add(nanoseconds: 200_000_000_000)
        histogram.add(nanoseconds: .max)
        #expect(histogram.longest == .max)
        let (low, high) = (try #require(histogram.quantile(0.1)), try #require(histogram.quantile(1)))
        #expect(low < 2000 && high > 60_000_000_000)
    }

    @Test("no quantile is above the longest time")
    func noQuantileIsAboveTheLongest() {
        var histogram = LatencyHistogram()
        histogram.add(nanoseconds: 1_000_000)
        let quantile = histogram.quantile(0.99) ?? 0
        #expect(quantile <= 1_000_000 && quantile > 930_000)
    }

    @Test("added up they are as one that has counted everything")
    func addsUp() {
        var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        var random = SeededGenerator(seed: 1)
        for number in 0..<1000 {
            let time = UInt64.random(in: 1...50_000_000, using: &random)
            if number % 3 == 0 { left.add(nanoseconds: time) } else { right.add(nanoseconds: time) }
            both.add(nanoseconds: time)
        }
        left.add(right)
        #expect(left.count == both.count)
        #expect(left.longest == both.longest)
        for share in [0.1, 0.5, 0.99] { #expect(left.quantile(share) == both.quantile(share)) }
    }
}
