internal import EventLog
internal import LMDB

/// Collects the answers of a page from the rows of persons in any order.
struct LoyaltyAnswerList {
    /// An answer that is asked for.
    struct Found {
        /// Its place in the list, as bytes in the order of the list: the time, the person, the question, and the number
        /// among answers to it at that time.
        let key: [UInt8]
        let customer: String
        let survey: String
        let question: String
        let score: Int
        /// Microseconds UTC.
        let time: Int64
        let outcome: LoyaltyOutcome
    }

    /// Of a key: a time, an id of at least a byte, a question and a number.
    static let shortestKey = 25

    private let selection: LoyaltySelection
    private let score: Int?
    private let outcome: LoyaltyOutcome?
    /// How many rows the page has.
    private let size: Int
    private let last: [UInt8]?
    /// The scales of all answers asked about.
    private var scales: [ClosedRange<Int>] = []
    private var found: [Found] = []
    /// Nothing behind this key is on the page; nil while there is room.
    private var bound: [UInt8]?

    /// An empty list.
    ///
    /// - Parameter last: the key of the last answer of the page before.
    init(
        _ selection: LoyaltySelection, score: Int?, outcome: LoyaltyOutcome?, _ size: Int, after last: [UInt8]?
    ) {
        self.selection = selection
        self.score = score
        self.outcome = outcome
        self.size = size
        self.last = last
    }

    /// Takes in the row of a person. O(answers).
    ///
    /// - Throws: `MalformedBytes` for what is no such row.
    mutating func add(_ row: RawSpan, of customer: String) throws {
        let person = try LoyaltyRow(row)
        let selection = self.selection
        _ = try selection.forEachAnswer(of: person, in: row) { answer in
            if !scales.contains(answer.scale) { scales.append(answer.scale) }
            if let score, score != answer.score { return }
            let became = selection.outcome(of: answer, by: person, in: row)
            if let outcome, outcome != became { return }
            let key = Self.key(answer, of: customer, in: row)
            if let last, !last.lexicographicallyPrecedes(key) { return }
            if let bound, bound.lexicographicallyPrecedes(key) { return }
            found.append(
                Found(
                    key: key, customer: customer, survey: row.text(answer.survey),
                    question: row.text(answer.question), score: answer.score, time: answer.time, outcome: became))
        }
        if found.count > 2 * size + 1_000 { cut() }
    }

    private static func key(_ answer: LoyaltySelection.Answer, of customer: String, in row: RawSpan) -> [UInt8] {
        var question: [UInt8] = []
        question.append(littleEndian: UInt64(answer.survey.count))
        question += row.copy(answer.survey)
        question += row.copy(answer.question)
        var key: [UInt8] = []
        key.append(bigEndian: UInt64(bitPattern: answer.time) ^ 1 << 63)
        key.append(utf8: customer)
        key.append(bigEndian: FastHash.hash64(question.rawSpan))
        key.append(bigEndian: UInt64(answer.tie))
        return key
    }

    /// Sorts, and leaves one answer more than the page has.
    private mutating func cut() {
        found.sort { $0.key.lexicographicallyPrecedes($1.key) }
        guard found.count > size + 1 else { return }
        found.removeSubrange((size + 1)...)
        bound = found.last?.key
    }

    /// - Throws: ``MixedScales``, and ``InvalidLoyaltyScore`` where no answer can have the score; where there are no
    ///   answers at all any score will do.
    func checkScale(_ asked: LoyaltyQuestion) throws {
        guard scales.count <= 1 else {
            let texts = scales.map { "\($0.lowerBound)..\($0.upperBound)" }
            throw MixedScales(metric: asked.metric, scales: texts.sorted())
        }
        guard let score, let scale = scales.first, !scale.contains(score) else { return }
        throw InvalidLoyaltyScore(score: score, scale: scale)
    }

    /// The answers of the page in order, and the key of the last where others follow. O(n log n).
    mutating func page() -> (answers: [Found], next: [UInt8]?) {
        cut()
        let answers = Array(found.prefix(size))
        return (answers: answers, next: found.count > size ? answers.last?.key : nil)
    }
}
