internal import EventLog
internal import LMDB

/// Which answers a question about loyalty takes, and what came after them.
struct LoyaltySelection {
    /// An answer with a score.
    struct Answer {
        /// Microseconds UTC.
        let time: Int64
        let score: Int
        let scale: ClosedRange<Int>
        /// The bytes of the survey's id in the row.
        let survey: Range<Int>
        /// The bytes of the question's id in the row.
        let question: Range<Int>
        /// How many answers to the same question at the same time stand before it.
        let tie: Int
    }

    private let metric: [UInt8]
    private let survey: [UInt8]?
    private let question: [UInt8]?
    /// Times of answers that are wanted; microseconds UTC.
    private let wanted: Range<Int64>
    /// Microseconds UTC.
    let now: Int64
    /// Microseconds.
    let horizon: Int64
    private let firstOnly: Bool

    /// - Throws: ``InvalidLoyaltyHorizon``.
    init(_ asked: LoyaltyQuestion, _ calendar: ZonedCalendar) throws(InvalidLoyaltyHorizon) {
        guard LoyaltyQuestion.horizons.contains(asked.horizonDays) else {
            throw InvalidLoyaltyHorizon(days: asked.horizonDays)
        }
        metric = Array(asked.metric.utf8)
        survey = asked.survey.map { Array($0.utf8) }
        question = asked.question.map { Array($0.utf8) }
        now = asked.now.microseconds
        horizon = Int64(asked.horizonDays) * 86_400_000_000
        firstOnly = asked.firstOnly
        let start = asked.from.map { calendar.startOfDay($0).microseconds } ?? .min
        let end = asked.to.map { calendar.endOfDay($0).microseconds } ?? .max
        let behindNow = asked.now.microseconds == .max ? .max : asked.now.microseconds + 1
        wanted = start..<max(start, min(end, behindNow))
    }

    /// Calls `body` with each answer that is taken, of one person's row: where only the first counts, with that one.
    /// O(answers).
    ///
    /// - Returns: how many answers asked about have a score, and how many have none.
    /// - Throws: `MalformedBytes` for a score off its scale, and what `body` throws.
    func forEachAnswer(
        of person: LoyaltyRow, in row: RawSpan, _ body: (Answer) throws -> Void
    ) throws -> (scored: Int, withoutScore: Int) {
        var (scored, withoutScore) = (0, 0)
        var first: Answer?
        try person.forEachQuestion(in: row) { asked in
            guard wants(asked, in: row) else { return }
            var before: Int64?
            var tie = 0
            for number in 0..<asked.count {
                let time = asked.time(number, in: row)
                tie = before == time ? tie + 1 : 0
                before = time
                guard wanted.contains(time) else { continue }
                guard let score = asked.score(number, in: row) else {
                    withoutScore += 1
                    continue
                }
                guard asked.scale.contains(score) else {
                    throw MalformedBytes("a score within \(asked.scale), not \(score)")
                }
                scored += 1
                let answer = Answer(
                    time: time, score: score, scale: asked.scale, survey: asked.survey, question: asked.question,
                    tie: tie)
                if !firstOnly {
                    try body(answer)
                } else if first.map({ time < $0.time }) ?? true {
                    first = answer
                }
            }
        }
        if let first { try body(first) }
        return (scored: scored, withoutScore: withoutScore)
    }

    /// Whether answers to a question are asked about.
    private func wants(_ asked: LoyaltyRow.Question, in row: RawSpan) -> Bool {
        func isSame(_ wanted: [UInt8]?, _ bytes: Range<Int>) -> Bool {
            guard let wanted else { return true }
            return row.extracting(bytes).sameBytes(as: wanted.rawSpan)
        }
        return isSame(metric, asked.metric) && isSame(survey, asked.survey) && isSame(question, asked.question)
    }

    /// The last moment of the horizon of an answer, microseconds UTC; nil where it has none that can be told.
    func end(ofAnswerAt time: Int64) -> Int64? {
        let (end, isEndless) = time.addingReportingOverflow(horizon)
        return isEndless ? nil : end
    }

    /// What became of an answer. O(log orders).
    func outcome(of answer: Answer, by person: LoyaltyRow, in row: RawSpan) -> LoyaltyOutcome {
        guard let end = end(ofAnswerAt: answer.time), end <= now else { return .immature }
        let hasOrder = person.hasOrder(after: answer.time, through: end, notCancelledBy: now, in: row)
        return hasOrder ? .repurchased : .lost
    }
}
