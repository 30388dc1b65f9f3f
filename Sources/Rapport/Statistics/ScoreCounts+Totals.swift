extension ScoreCounts {
    /// Everyone who responded, with or without a score.
    public var respondents: Int { validCount + noAnswer + notApplicable }

    /// Answers with a score: the n of every statistic.
    public var validCount: Int { counts.reduce(0, +) }

    /// The sum of all scores given.
    public var sum: Int { scores.reduce(0) { $0 + $1.score * $1.count } }

    /// The mean score; nil when no score was given.
    public var mean: Double? { validCount == 0 ? nil : Double(sum) / Double(validCount) }

    /// How many scores given lie in `range`, which may reach beyond the scale.
    public func count(in range: ClosedRange<Int>) -> Int {
        scores.reduce(0) { range.contains($1.score) ? $0 + $1.count : $0 }
    }

    /// Each score of the scale with its count, lowest first.
    var scores: some Sequence<(score: Int, count: Int)> {
        zip(scale, counts).lazy.map { (score: $0, count: $1) }
    }
}
