/// Median, lowest and highest of several measurements.
struct Spread {
    let median: Double
    let lowest: Double
    let highest: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        median = sorted[sorted.count / 2]
        lowest = sorted[0]
        highest = sorted[sorted.count - 1]
    }

    /// The value below which the share `quantile` of `values` lies.
    static func quantile(_ quantile: Double, of values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]
    }

    /// `0.92 (0.90-0.97)`.
    var text: String { "\(number(median)) (\(number(lowest))-\(number(highest)))" }
}
