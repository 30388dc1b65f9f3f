/// The share of satisfied answers (top-two-box), with its 95 % Wilson interval.
///
/// Satisfied are the two highest scores of the scale: 4 and 5 of 1 to 5. For the interval see ``WilsonInterval``.
public struct CustomerSatisfactionScore: Hashable, Sendable, Codable {
    /// Answers with one of the two highest scores.
    public let satisfied: Int
    /// All answers with a score; above 0.
    public let n: Int
    /// Satisfied over n, 0 to 1.
    public let share: Double
    /// The lower bound of the share, 0 to 1.
    public let lower: Double
    /// The upper bound of the share, 0 to 1.
    public let upper: Double

    /// Nil when no score was given, or when the scale has fewer than three scores, so that all would be satisfied.
    public init?(_ counts: ScoreCounts) {
        guard counts.scale.count > 2 else { return nil }
        let satisfied = counts.count(in: counts.scaleMax - 1...counts.scaleMax)
        guard let interval = WilsonInterval(successes: satisfied, of: counts.validCount) else { return nil }
        self.satisfied = satisfied
        self.n = interval.n
        self.share = interval.share
        self.lower = interval.lower
        self.upper = interval.upper
    }
}
