internal import EventLog
internal import LMDB
internal import Projection

/// Answers that do not count because the same person gave another one to the same question shortly before.
///
/// Of the answers with a score of one person to one question of one survey on one scale, in order of time, the first
/// counts, and each that came the days of the rule or longer after the last one that counted. A day has 24 hours. What
/// came before the first day asked about is looked at, too. Answers of nobody who is known all count. Which answers
/// count does not depend on the dimension that is asked for: by each, the same ones are left out.
struct RepeatedAnswers {
    private struct Answer {
        /// Microseconds UTC.
        let time: Int64
        let score: Int
    }

    /// By the bytes of the value of the dimension, as often as an answer states it; under none without a dimension. In
    /// order of time.
    private let answers: [[UInt8]: [Answer]]

    /// None.
    init() { answers = [:] }

    /// Those that the question's rule leaves out. O(persons × their answers).
    ///
    /// - Parameter reader: of ``LoyaltyModel``, which keeps the answers of each person.
    /// - Throws: `MalformedBytes`.
    init(_ question: SatisfactionQuestion, _ reader: borrowing ModelReader) throws {
        let shortest = Int64(question.onePerDays) * 86_400_000_000
        var found: [[UInt8]: [Answer]] = [:]
        try reader.forEachRow(prefix: [LoyaltyModel.persons]) { _, row in
            let person = try LoyaltyRow(row)
            var values: [[[UInt8]]]?
            if let dimension = question.dimension { values = try person.values(of: dimension, in: row) }
            let groups = values
            try person.forEachQuestion(in: row) { asked in
                guard Self.isWanted(row.extracting(asked.metric), question.metric),
                    Self.isWanted(row.extracting(asked.survey), question.survey),
                    Self.isWanted(row.extracting(asked.question), question.question)
                else { return }
                var last: Int64?
                for number in 0..<asked.count {
                    let time = asked.time(number, in: row)
                    guard let score = asked.score(number, in: row) else { continue }
                    if let counted = last, !Self.isPast(time, counted, shortest) {
                        for group in try Self.groups(of: asked, number, groups, in: row) {
                            found[group, default: []].append(Answer(time: time, score: score))
                        }
                    } else {
                        last = time
                    }
                }
            }
            return true
        }
        answers = found.mapValues { $0.sorted { $0.time < $1.time } }
    }

    /// The groups that an answer is counted in: the one of all, without a dimension.
    ///
    /// - Parameter values: of the dimension, by the number of the set.
    private static func groups(
        of asked: LoyaltyRow.Question, _ number: Int, _ values: [[[UInt8]]]?, in row: RawSpan
    ) throws -> [[UInt8]] {
        guard let values else { return [[]] }
        let set = asked.dimensions(number, in: row)
        guard values.indices.contains(set) else {
            throw MalformedBytes("a set of dimensions below \(values.count), not \(set)")
        }
        return values[set]
    }

    /// Whether a name is the one asked for; nil takes all.
    private static func isWanted(_ name: RawSpan, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        return wanted.sameBytes(as: name)
    }

    /// Whether `time` is `span` or more after an earlier one.
    private static func isPast(_ time: Int64, _ earlier: Int64, _ span: Int64) -> Bool {
        let (difference, isHuge) = time.subtractingReportingOverflow(earlier)
        return isHuge || difference >= span
    }

    /// Takes those of a group from `start` (included) to `end` (left out) out of the columns of a series of answers,
    /// both rounded down to quarters of an hour, as the series is. O(log n + answers taken out).
    ///
    /// - Parameter group: the value of the dimension; nil without one.
    /// - Returns: how many were taken out.
    func takeOut(
        of columns: inout [Int64], on scale: ClosedRange<Int>, group: String?, from start: Timestamp,
        to end: Timestamp
    ) -> Int {
        let answers = self.answers[group.map { Array($0.utf8) } ?? []] ?? []
        let (lower, upper) = (Self.quarter(start.microseconds), Self.quarter(end.microseconds))
        var count = 0
        for answer in answers[Self.first(of: answers, from: lower)...] {
            guard Self.quarter(answer.time) < upper else { break }
            let column = SatisfactionModel.Column.firstScore + answer.score - scale.lowerBound
            guard columns.indices.contains(column) else { continue }
            columns[SatisfactionModel.Column.respondents] -= 1
            columns[column] -= 1
            count += 1
        }
        return count
    }

    /// The first answer in a quarter of an hour or a later one.
    private static func first(of answers: [Answer], from quarter: Int64) -> Int {
        var (low, high) = (0, answers.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.quarter(answers[middle].time) < quarter { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The quarter of an hour that holds a time, since 1970.
    private static func quarter(_ time: Int64) -> Int64 {
        let (quotient, remainder) = time.quotientAndRemainder(dividingBy: 900_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// A rule against repeated answers that cannot be followed.
public enum InvalidRepeatRule: Error, Hashable, CustomStringConvertible {
    /// The days are below 0 or above ``SatisfactionQuestion/mostRepeatDays``.
    case days(Int)

    public var description: String {
        switch self {
        case .days(let days):
            "one answer per \(days) days; expected 0, that all count, to \(SatisfactionQuestion.mostRepeatDays) days"
        }
    }
}
