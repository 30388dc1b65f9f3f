internal import EventLog
internal import LMDB
internal import Projection

/// Counts the answers of one person after the other.
struct LoyaltyTally {
    /// Answers, and what came after them.
    struct Count {
        private(set) var answered = 0
        private(set) var matured = 0
        private(set) var repurchased = 0

        /// - Parameter hasRepurchased: nil where the horizon is not over.
        fileprivate mutating func add(_ hasRepurchased: Bool?) {
            answered += 1
            guard let hasRepurchased else { return }
            matured += 1
            if hasRepurchased { repurchased += 1 }
        }
    }

    /// An answer with a score.
    private struct Answer {
        /// Microseconds UTC.
        let time: Int64
        let score: Int
        let scale: ClosedRange<Int>
    }

    private let metric: [UInt8]
    private let survey: [UInt8]?
    private let question: [UInt8]?
    /// Times of answers that are wanted; microseconds UTC.
    private let wanted: Range<Int64>
    /// Microseconds UTC.
    private let now: Int64
    /// Microseconds.
    private let horizon: Int64
    private let firstOnly: Bool

    /// All scales of the answers.
    private(set) var scales: [ClosedRange<Int>] = []
    /// By score, of the first of the scales.
    private(set) var scores: [Count] = []
    /// By ``ComplaintRecovery``.
    private(set) var recoveries = [Count](repeating: Count(), count: ComplaintRecovery.allCases.count)
    private(set) var overall = Count()
    private(set) var persons = 0
    private(set) var withoutScore = 0
    private(set) var repeated = 0

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

    /// Takes in the row of a person. O(answers × (log orders + complaints)).
    ///
    /// - Throws: `MalformedBytes` for what is no such row.
    mutating func add(_ row: RawSpan) throws {
        let person = try LoyaltyRow(row)
        var first: Answer?
        var count = 0
        try person.forEachQuestion(in: row) { asked in
            guard wants(asked, in: row) else { return }
            for number in 0..<asked.count {
                let time = asked.time(number, in: row)
                guard wanted.contains(time) else { continue }
                guard let score = asked.score(number, in: row) else {
                    withoutScore += 1
                    continue
                }
                count += 1
                let answer = Answer(time: time, score: score, scale: asked.scale)
                if firstOnly {
                    if time < first?.time ?? .max || first == nil { first = answer }
                } else {
                    try add(answer, of: person, in: row)
                }
            }
        }
        if count > 0 { persons += 1 }
        guard let first else { return }
        try add(first, of: person, in: row)
        repeated += count - 1
    }

    /// Whether answers to a question are asked about.
    private func wants(_ asked: LoyaltyRow.Question, in row: RawSpan) -> Bool {
        func isSame(_ wanted: [UInt8]?, _ bytes: Range<Int>) -> Bool {
            guard let wanted else { return true }
            return row.extracting(bytes).sameBytes(as: wanted.rawSpan)
        }
        return isSame(metric, asked.metric) && isSame(survey, asked.survey) && isSame(question, asked.question)
    }

    private mutating func add(_ answer: Answer, of person: LoyaltyRow, in row: RawSpan) throws {
        if scales.isEmpty { scores = Array(repeating: Count(), count: answer.scale.count) }
        if !scales.contains(answer.scale) { scales.append(answer.scale) }
        // Answers on two scales have no common meaning: whoever asks is told, and no count is looked at.
        guard answer.scale == scales[0] else { return }
        guard answer.scale.contains(answer.score) else {
            throw MalformedBytes("a score within \(answer.scale), not \(answer.score)")
        }
        let (end, isEndless) = answer.time.addingReportingOverflow(horizon)
        var hasRepurchased: Bool?
        if !isEndless, end <= now {
            hasRepurchased = person.hasOrder(after: answer.time, through: end, notCancelledBy: now, in: row)
        }
        let recovery = person.recovery(at: answer.time, within: horizon, in: row)
        scores[answer.score - answer.scale.lowerBound].add(hasRepurchased)
        recoveries[recovery.rawValue].add(hasRepurchased)
        overall.add(hasRepurchased)
    }
}
