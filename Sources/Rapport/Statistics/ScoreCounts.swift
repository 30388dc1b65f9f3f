/// How often each score of one scale was given, and how often none was.
///
/// All arithmetic is on integers, so counts of any split of the same answers combine to the same value. A respondent
/// without an answer is counted as respondent, and never enters a sum or mean.
public struct ScoreCounts: Hashable, Sendable {
    /// Scores that a scale may reach.
    public static let scoreLimits = -1_000...1_000

    /// The lowest score of the scale.
    public let scaleMin: Int
    /// The highest score of the scale.
    public let scaleMax: Int
    /// How often each score was given, the lowest score first; one element per score of the scale.
    public private(set) var counts: [Int]
    /// Respondents who left the question empty.
    public private(set) var noAnswer: Int
    /// Respondents to whom the question did not apply.
    public private(set) var notApplicable: Int

    /// No answers yet on `scale`, which must lie within `scoreLimits`.
    public init(scale: ClosedRange<Int>) {
        precondition(Self.isScale(scale.lowerBound, scale.upperBound), "scale \(scale) is outside \(Self.scoreLimits)")
        self.scaleMin = scale.lowerBound
        self.scaleMax = scale.upperBound
        self.counts = Array(repeating: 0, count: scale.count)
        self.noAnswer = 0
        self.notApplicable = 0
    }

    /// Counts from outside or from storage.
    ///
    /// Nil when the scale is empty or beyond `scoreLimits`, when there is not one count per score, or when a count is
    /// negative or above 10¹² (which keeps every sum within 64 bits).
    public init?(scaleMin: Int, scaleMax: Int, counts: [Int], noAnswer: Int = 0, notApplicable: Int = 0) {
        guard Self.isScale(scaleMin, scaleMax), counts.count == scaleMax - scaleMin + 1,
            (counts + [noAnswer, notApplicable]).allSatisfy((0...1_000_000_000_000).contains)
        else { return nil }
        self.scaleMin = scaleMin
        self.scaleMax = scaleMax
        self.counts = counts
        self.noAnswer = noAnswer
        self.notApplicable = notApplicable
    }

    /// The scores that can be given.
    public var scale: ClosedRange<Int> { scaleMin...scaleMax }

    private static func isScale(_ min: Int, _ max: Int) -> Bool {
        min <= max && scoreLimits.contains(min) && scoreLimits.contains(max)
    }
}

// MARK: - Counting

extension ScoreCounts {
    /// Counts `score` once more, or `times` more.
    public mutating func add(score: Int, times: Int = 1) throws(ScoreCountsError) {
        precondition(times >= 0, "cannot add a score \(times) times")
        guard scale.contains(score) else { throw .scoreOffScale(score: score, scale: scale) }
        counts[score - scaleMin] += times
    }

    /// Counts respondents who left the question empty.
    public mutating func addNoAnswer(times: Int = 1) {
        precondition(times >= 0, "cannot add a respondent \(times) times")
        noAnswer += times
    }

    /// Counts respondents to whom the question did not apply.
    public mutating func addNotApplicable(times: Int = 1) {
        precondition(times >= 0, "cannot add a respondent \(times) times")
        notApplicable += times
    }

    /// Adds the counts of `other`, which must be on the same scale.
    public mutating func combine(_ other: ScoreCounts) throws(ScoreCountsError) {
        guard other.scale == scale else { throw .scalesDiffer(scale, other.scale) }
        for index in counts.indices { counts[index] += other.counts[index] }
        noAnswer += other.noAnswer
        notApplicable += other.notApplicable
    }
}

// MARK: - Codable

extension ScoreCounts: Codable {
    private enum CodingKeys: String, CodingKey {
        case scaleMin, scaleMax, counts, noAnswer, notApplicable
    }

    /// Throws `DecodingError.dataCorrupted` for counts that do not fit their scale.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let decoded = ScoreCounts(
            scaleMin: try container.decode(Int.self, forKey: .scaleMin),
            scaleMax: try container.decode(Int.self, forKey: .scaleMax),
            counts: try container.decode([Int].self, forKey: .counts),
            noAnswer: try container.decode(Int.self, forKey: .noAnswer),
            notApplicable: try container.decode(Int.self, forKey: .notApplicable))
        guard let decoded else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container,
                debugDescription: "expected one count, 0 or more, for each score from scaleMin to scaleMax")
        }
        self = decoded
    }
}
