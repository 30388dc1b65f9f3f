@testable import Rapport
import Testing
import TestSupport

@Suite struct KaplanMeierTests {
    /// Weeks of remission of 21 patients treated with 6-MP, of whom 9 relapsed while they were watched: E. Freireich
    /// and others, "The Effect of 6-Mercaptopurine on the Duration of Steroid-induced Remissions in Acute Leukemia",
    /// Blood 21 (1963).
    static let remission: [ObservedTime] =
        [6, 6, 6, 7, 10, 13, 16, 22, 23].map { ObservedTime($0, endedBy: 0) }
        + [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map { ObservedTime($0, endedBy: nil) }

    /// Of the table in D. Collett, "Modelling Survival Data in Medical Research", and every textbook since.
    private static let published: [(time: Int64, atRisk: Int, survival: Double)] = [
        (6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627), (22, 7, 0.538),
        (23, 6, 0.448),
    ]

    @Test("the remissions of leukaemia are the published ones")
    func remissions() throws {
        let curve = KaplanMeier(Self.remission)
        #expect([curve.count, curve.ended] == [21, 9])
        let steps = curve.points.filter { $0.ended > 0 }
        #expect(steps.map(\.time) == Self.published.map(\.time))
        #expect(steps.map(\.atRisk) == Self.published.map(\.atRisk))
        for (found, expected) in zip(steps, Self.published) {
            #expect(abs(found.survival - expected.survival) < 0.0005, "week \(expected.time)")
        }
        #expect(curve.points.map(\.time) == [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35])
        #expect(curve.points.map(\.lastSeen) == [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 1])
    }

    @Test("their intervals are those that R's survfit and lifelines give on the scale of log(-log)")
    func intervals() throws {
        let curve = KaplanMeier(Self.remission)
        let expected: [(time: Int64, low: Double, high: Double)] = [
            (6, 0.619718, 0.951552), (16, 0.367511, 0.804912), (23, 0.188052, 0.680143),
        ]
        for (time, low, high) in expected {
            let point = try #require(curve.points.first { $0.time == time })
            let interval = try #require(point.interval)
            #expect(abs(interval.lowerBound - low) < 1e-6, "week \(time)")
            #expect(abs(interval.upperBound - high) < 1e-6, "week \(time)")
        }
        // The standard error after six weeks.
        #expect(abs((curve.points.first?.variance ?? 0).squareRoot() - 0.0764) < 1e-4)
    }

    @Test("a quantile is the first time by which so many have ended, and none where they have not")
    func quantiles() {
        let curve = KaplanMeier(Self.remission)
        #expect(curve.quantile(0.1) == 6)
        #expect(curve.quantile(0.25) == 13)
        #expect(curve.quantile(0.5) == 23)
        #expect(curve.quantile(0.75) == nil)
        #expect(curve.survival(at: 5) == 1)
        #expect(abs(curve.survival(at: 6) - 18.0 / 21) < 1e-12)
        #expect(curve.survival(at: 22) == curve.points[10].survival)
        #expect(curve.survival(at: 1000) == curve.points[11].survival)
    }

    @Test("where all have ended, the quantiles are those of a plain list, to the very one")
    func withoutCensoring() {
        for count in 1...200 {
            let curve = KaplanMeier((1...count).map { ObservedTime(Int64($0), endedBy: $0 % 3) })
            for percent in [1, 10, 25, 50, 75, 90, 100] {
                let needed = (count * percent + 99) / 100
                #expect(curve.quantile(Double(percent) / 100) == Int64(needed), "\(percent) % of \(count)")
            }
            #expect(curve.survival(at: Int64(count)) == 0)
            #expect(curve.points.last?.interval == nil)
        }
    }

    @Test("nothing watched, nothing ended: no quantile")
    func nothing() {
        let empty = KaplanMeier([])
        #expect(empty.points.isEmpty)
        #expect(empty.quantile(0.5) == nil)
        #expect(empty.survival(at: 7) == 1)
        let open = KaplanMeier([ObservedTime(4, endedBy: nil), ObservedTime(9, endedBy: nil)])
        #expect(open.points.map(\.survival) == [1, 1])
        #expect(open.points.allSatisfy { $0.interval == nil })
        #expect(open.quantile(0.5) == nil)
    }

    @Test(
        "the share is the product over all earlier times, with ties of every kind",
        arguments: 1...40 as ClosedRange<UInt64>)
    func products(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let observed = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            ObservedTime(
                Int64.random(in: 0...25, using: &random), endedBy: Int.random(in: 0...2, using: &random) == 0 ? nil : 0)
        }
        let curve = KaplanMeier(observed)
        for time in -1...27 as ClosedRange<Int64> {
            var (product, greenwood) = (1.0, 0.0)
            for earlier in 0...25 as ClosedRange<Int64> where earlier <= time {
                let atRisk = observed.count { $0.time >= earlier }
                let ended = observed.count { $0.time == earlier && $0.cause != nil }
                if ended == 0 { continue }
                product *= 1 - Double(ended) / Double(atRisk)
                if ended < atRisk { greenwood += Double(ended) / Double(atRisk * (atRisk - ended)) }
            }
            #expect(abs(curve.survival(at: time) - product) < 1e-12)
            if let point = curve.points.first(where: { $0.time == time }) {
                #expect(abs(point.variance - product * product * greenwood) < 1e-12)
                #expect(point.atRisk == observed.count { $0.time >= time })
            }
        }
    }
}
