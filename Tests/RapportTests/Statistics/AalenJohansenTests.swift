@testable import Rapport
import Testing
import TestSupport

@Suite struct AalenJohansenTests {
    private static func random(_ seed: UInt64, causes: Int, longest: Int64 = 40) -> [ObservedTime] {
        var random = SeededGenerator(seed: seed)
        return (0..<Int.random(in: 1...80, using: &random)).map { _ in
            let cause = Int.random(in: 0...causes, using: &random)
            return ObservedTime(
                Int64.random(in: 0...longest, using: &random), endedBy: cause == causes ? nil : cause)
        }
    }

    @Test("five deals by hand: each win takes its share of those still open")
    func byHand() {
        // Won after 1, lost after 2, last seen after 3, won after 4, won after 5.
        let observed = [
            ObservedTime(1, endedBy: 0), ObservedTime(2, endedBy: 1), ObservedTime(3, endedBy: nil),
            ObservedTime(4, endedBy: 0), ObservedTime(5, endedBy: 0),
        ]
        let found = AalenJohansen(observed, causes: 2)
        for (time, won, lost) in [
            (0, 0, 0), (1, 0.2, 0), (2, 0.2, 0.2), (3, 0.2, 0.2), (4, 0.5, 0.2), (5, 0.8, 0.2), (99, 0.8, 0.2),
        ] as [(Int64, Double, Double)] {
            #expect(abs(found.cumulativeIncidence(of: 0, at: time) - won) < 1e-12, "at \(time)")
            #expect(abs(found.cumulativeIncidence(of: 1, at: time) - lost) < 1e-12, "at \(time)")
            #expect(abs(found.survival(at: time) - (1 - won - lost)) < 1e-12, "at \(time)")
        }
        #expect(abs(found.cumulativeIncidence(of: 0) - 0.8) < 1e-12)
        #expect(found.longest == 5)
    }

    @Test("with one cause the incidence is what Kaplan and Meier leave of 1", arguments: 1...30 as ClosedRange<UInt64>)
    func oneCause(seed: UInt64) {
        let observed = Self.random(seed, causes: 1)
        let (found, curve) = (AalenJohansen(observed, causes: 1), KaplanMeier(observed))
        for time in -1...42 as ClosedRange<Int64> {
            #expect(abs(found.cumulativeIncidence(of: 0, at: time) - (1 - curve.survival(at: time))) < 1e-12)
            #expect(found.survival(at: time) == curve.survival(at: time))
        }
    }

    @Test("the incidences and what has not ended make up 1 at all times", arguments: 1...30 as ClosedRange<UInt64>)
    func sums(seed: UInt64) {
        let causes = Int(seed % 4) + 1
        let observed = Self.random(seed, causes: causes)
        let found = AalenJohansen(observed, causes: causes)
        for time in -1...42 as ClosedRange<Int64> {
            let all = (0..<causes).reduce(found.survival(at: time)) { sum, cause in
                sum + found.cumulativeIncidence(of: cause, at: time)
            }
            #expect(abs(all - 1) < 1e-12)
        }
    }

    @Test(
        "without censoring the incidence is the plain share, and behind a landmark that of those who were left",
        arguments: 1...20 as ClosedRange<UInt64>)
    func landmarks(seed: UInt64) {
        let observed = Self.random(seed, causes: 3).filter { $0.cause != nil }
        for landmark in [0, 5, 20, 40] as [Int64] {
            let left = observed.filter { $0.time > landmark }
            let found = AalenJohansen(observed.after(landmark: landmark), causes: 3)
            #expect(found.longest == left.map { $0.time - landmark }.max())
            for (time, cause) in [(3, 0), (10, 1), (40, 2)] as [(Int64, Int)] {
                let ended = left.count { $0.time <= landmark + time && $0.cause == cause }
                let share = left.isEmpty ? 0 : Double(ended) / Double(left.count)
                #expect(abs(found.cumulativeIncidence(of: cause, at: time) - share) < 1e-12)
            }
        }
    }

    @Test("behind a landmark the incidence is what is left of the whole, over the share that had not ended by then")
    func conditional() {
        let observed = Self.random(7, causes: 2)
        let whole = AalenJohansen(observed, causes: 2)
        let behind = AalenJohansen(observed.after(landmark: 10), causes: 2)
        for time in 10...40 as ClosedRange<Int64> {
            let later = whole.cumulativeIncidence(of: 0, at: time) - whole.cumulativeIncidence(of: 0, at: 10)
            let expected = later / whole.survival(at: 10)
            #expect(abs(behind.cumulativeIncidence(of: 0, at: time - 10) - expected) < 1e-12)
        }
    }

    @Test("of nothing there is no incidence")
    func nothing() {
        let found = AalenJohansen([], causes: 2)
        #expect(found.cumulativeIncidence(of: 1) == 0)
        #expect(found.survival(at: 3) == 1)
        #expect(found.longest == nil)
    }
}
