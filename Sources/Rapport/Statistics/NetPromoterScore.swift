/// The Net Promoter Score of answers from 0 to 10, with its 95 % interval.
///
/// Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6; the score is 100(p − d). For the interval see
/// ``NetShare``. Source: F. F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
public struct NetPromoterScore: Hashable, Sendable, Codable {
    /// Answers of 9 or 10.
    public let promoters: Int
    /// Answers of 7 or 8.
    public let passives: Int
    /// Answers of 0 to 6.
    public let detractors: Int
    /// All answers; above 0.
    public let n: Int
    /// The score in points, −100 to 100.
    public let score: Double
    /// The standard error of the score in points.
    public let standardError: Double
    /// The lower bound in points, −100 to 100.
    public let lower: Double
    /// The upper bound in points, −100 to 100.
    public let upper: Double
    /// How the bounds were found: adjusted below 30 answers.
    public let method: NetShare.Method

    /// Nil when there is no answer. No count may be negative.
    public init?(promoters: Int, passives: Int, detractors: Int) {
        precondition(passives >= 0, "\(passives) passives")
        let n = promoters + passives + detractors
        guard let net = NetShare(favourable: promoters, unfavourable: detractors, of: n) else { return nil }
        self.promoters = promoters
        self.passives = passives
        self.detractors = detractors
        self.n = n
        self.score = net.net
        self.standardError = net.standardError
        self.lower = net.lower
        self.upper = net.upper
        self.method = net.method
    }

    /// Nil when no score was given, or when the scale is not 0 to 10.
    public init?(_ counts: ScoreCounts) {
        guard counts.scale == 0...10 else { return nil }
        self.init(
            promoters: counts.count(in: 9...10), passives: counts.count(in: 7...8), detractors: counts.count(in: 0...6))
    }
}
