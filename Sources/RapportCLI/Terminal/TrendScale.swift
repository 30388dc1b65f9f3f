import Foundation

/// The axis of a trend: which value stands in which column.
struct TrendScale: Sendable {
    private let axis: ClosedRange<Double>
    private let fractionDigits: Int

    init(_ axis: ClosedRange<Double>, fractionDigits: Int) {
        precondition(axis.lowerBound < axis.upperBound, "an axis needs a length, not \(axis)")
        self.axis = axis
        self.fractionDigits = fractionDigits
    }

    /// The narrowest axis that holds `values` and ends at multiples of a round step, with a step to either side of a
    /// single round value; 0 to 1 for no values.
    static func axis(holding values: [Double]) -> ClosedRange<Double> {
        guard let low = values.min(), let high = values.max() else { return 0...1 }
        let step = roundStep(atLeast: (high > low ? high - low : max(1, abs(high) / 10)) / 4)
        let lower = (low / step).rounded(.down)
        let upper = (high / step).rounded(.up)
        let margin: Double = lower < upper ? 0 : 1
        return (lower - margin) * step...(upper + margin) * step
    }

    /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
    private static func roundStep(atLeast step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        return power * ([1, 2, 5].first { $0 * power >= step } ?? 10)
    }

    /// The lower end, the middle and the upper end of the axis, each at its column. Empty for no width.
    func labels(width: Int) -> String {
        guard width > 0 else { return "" }
        let middle = (axis.lowerBound + axis.upperBound) / 2
        let ends = [axis.lowerBound, middle, axis.upperBound]
        let digits = ends.allSatisfy { $0 == $0.rounded() } ? 0 : fractionDigits
        let texts = ends.map { NumberFormat.decimal($0, fractionDigits: digits) }
        let start = max(texts[0].count + 1, (width - texts[1].count) / 2)
        let left = texts[0].padded(toWidth: start, alignment: .left) + texts[1] + " "
        return left + texts[2].padded(toWidth: width - left.count, alignment: .right)
    }

    /// `├──●──┤`, each sign at the column of its value. Empty for no width.
    func drawing(of estimate: TrendChart.Estimate, width: Int) -> String {
        guard width > 0 else { return "" }
        let (low, high) = (column(of: estimate.low, width), column(of: estimate.high, width))
        var signs = [Character](repeating: " ", count: width)
        for column in min(low, high)...max(low, high) { signs[column] = "─" }
        signs[low] = "├"
        signs[high] = "┤"
        signs[column(of: estimate.value, width)] = "●"
        return String(signs)
    }

    private func column(of value: Double, _ width: Int) -> Int {
        let share = (value - axis.lowerBound) / (axis.upperBound - axis.lowerBound)
        return Int((min(1, max(0, share)) * Double(width - 1)).rounded())
    }
}
