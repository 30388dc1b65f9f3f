@testable import Rapport
import Testing
import TestSupport

@Suite struct IsotonicFitTests {
    private static func fit(_ values: [Double], _ weights: [Double]) -> IsotonicFit {
        IsotonicFit(zip(values, weights).map { IsotonicFit.Point(value: $0, weight: $1) })
    }

    /// By SciPy's `isotonic_regression` and scikit-learn's `IsotonicRegression`, which agree.
    private static let known: [(values: [Double], weights: [Double], fitted: [Double], ends: [Int])] = [
        ([0.1, 0.08, 0.12, 0.2, 0.6], [40, 60, 100, 200, 200], [0.088, 0.088, 0.12, 0.2, 0.6], [2, 3, 4, 5]),
        ([5, 4, 3, 2, 1], [1, 1, 1, 1, 1], [3, 3, 3, 3, 3], [5]),
        ([1, 2, 3], [1, 1, 1], [1, 2, 3], [1, 2, 3]),
        ([1, 3, 2, 4, 3.5, 3, 5], [1, 2, 1, 1, 3, 1, 2], [1, 8.0 / 3, 8.0 / 3, 3.5, 3.5, 3.5, 5], [1, 3, 6, 7]),
        ([0.3, 0.3, 0.1, 0.5], [10, 5, 5, 1], [0.25, 0.25, 0.25, 0.5], [3, 4]),
        (
            [3, 1, 2, 0, 5, 4, 4, 6], [1, 1, 4, 1, 2, 2, 3, 1],
            [12.0 / 7, 12.0 / 7, 12.0 / 7, 12.0 / 7, 30.0 / 7, 30.0 / 7, 30.0 / 7, 6], [4, 7, 8]
        ),
    ]

    @Test("known values have the known fit and blocks")
    func knownFits() {
        for (values, weights, fitted, ends) in Self.known {
            let fit = Self.fit(values, weights)
            #expect(fit.blocks.map(\.places.upperBound) == ends, "\(values)")
            #expect(fit.values.count == fitted.count)
            for (found, expected) in zip(fit.values, fitted) {
                #expect(abs(found - expected) < 1e-12, "\(values)")
            }
            let weight = fit.blocks.reduce(0.0) { $0 + $1.weight }
            #expect(weight == weights.reduce(0, +))
        }
    }

    @Test("each value is the greatest of the least means that contain it", arguments: 1...60)
    func maximumOfMinima(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...12, using: &random)
        let values = (0..<count).map { _ in Double(Int.random(in: 0...20, using: &random)) / 4 }
        let weights = (0..<count).map { _ in Double(Int.random(in: 1...9, using: &random)) }
        func mean(_ places: ClosedRange<Int>) -> Double {
            let sum = places.reduce(0.0) { $0 + values[$1] * weights[$1] }
            return sum / weights[places].reduce(0, +)
        }
        let fit = Self.fit(values, weights)
        for (place, found) in fit.values.enumerated() {
            let minima = (0...place).compactMap { start in (place..<count).map { mean(start...$0) }.min() }
            #expect(abs(found - (minima.max() ?? -1)) < 1e-12, "place \(place)")
        }
        let starts = fit.blocks.map(\.places.lowerBound)
        let ends = fit.blocks.map(\.places.upperBound)
        #expect(starts == [0] + ends.dropLast())
        #expect(ends.last == count)
        let isRising = zip(fit.blocks, fit.blocks.dropFirst()).allSatisfy { $0.value < $1.value }
        #expect(isRising)
    }

    @Test("equal values are one block, with the very same value")
    func equal() {
        let fit = Self.fit([0.1, 0.1, 0.1], [3, 7, 11])
        #expect(fit.blocks.map(\.places) == [0..<3])
        #expect(fit.blocks.map(\.value) == [0.1])
        #expect(fit.blocks.map(\.weight) == [21])
    }

    @Test("of nothing there is no block")
    func nothing() {
        #expect(IsotonicFit([]).blocks.isEmpty)
        #expect(IsotonicFit([]).values.isEmpty)
    }
}
