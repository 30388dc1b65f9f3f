/// Why scores cannot be counted together.
public enum ScoreCountsError: Error, Hashable {
    /// The score cannot be given on the scale.
    case scoreOffScale(score: Int, scale: ClosedRange<Int>)
    /// Counts on two scales have no common meaning.
    case scalesDiffer(ClosedRange<Int>, ClosedRange<Int>)
}

extension ScoreCountsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .scoreOffScale(let score, let scale):
            "score \(score) is not on the scale \(scale.lowerBound) to \(scale.upperBound)"
        case .scalesDiffer(let left, let right):
            "scores from \(left.lowerBound) to \(left.upperBound) and from \(right.lowerBound) to \(right.upperBound)"
                + " cannot be counted together"
        }
    }
}
