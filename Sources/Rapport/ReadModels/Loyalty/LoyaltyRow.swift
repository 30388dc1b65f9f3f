internal import LMDB

/// The row of a person who answered anything, as it is stored: what a question goes through, in place.
///
///      0  4  number of questions
///      4  4  number of orders
///      8  4  number of complaints
///     12  4  where the sets of dimensions begin
///     16  .  orders, in order of placing: 8 placed, 8 cancelled (the largest number: never)
///      .  .  complaints, in order of time: 8 raised, 8 when the person was told (the largest number: never)
///      .  .  questions, each: 4 lowest score, 4 highest score, 4 number of answers, 4 each the lengths of metric,
///            survey and question; these three; then the answers in order of time: 8 time, 4 score, 4 the number of
///            the set of dimensions, doubled, and 1 more where there is a score
///      .  .  ``DimensionSets``
///
/// Times are microseconds UTC; all numbers are little endian.
struct LoyaltyRow {
    private static let headerLength = 16
    private static let pairLength = 16

    private let questionCount: Int
    private let orderCount: Int
    private let complaintCount: Int
    private let setsOffset: Int

    // MARK: Writing

    /// The key of a person's row.
    static func key(of customer: some StringProtocol) -> [UInt8] { [LoyaltyModel.persons] + Array(customer.utf8) }

    /// The row of a person. Orders that nobody has placed are left out.
    static func encode(_ state: LoyaltyState) -> [UInt8] {
        var orders: [(Int64, Int64)] = []
        for order in state.orders where order.placedAt != .max {
            let isCancelled = order.cancelledAt != .max
            orders.append((order.placedAt, isCancelled ? max(order.cancelledAt, order.placedAt) : .max))
        }
        let complaints = Self.complaints(of: state)
        var row: [UInt8] = []
        var sets = DimensionSets()
        // The place of the sets is known at the end.
        for count in [state.questions.count, orders.count, complaints.count, 0] {
            row.append(littleEndian: UInt32(count))
        }
        for (first, second) in orders.sorted(by: { $0 < $1 }) + complaints.sorted(by: { $0 < $1 }) {
            row.append(littleEndian: first)
            row.append(littleEndian: second)
        }
        for question in state.questions {
            let texts = [question.metric, question.survey, question.question]
            row.append(littleEndian: question.low)
            row.append(littleEndian: question.high)
            row.append(littleEndian: UInt32(question.answers.count))
            for text in texts { row.append(littleEndian: UInt32(text.utf8.count)) }
            for text in texts { row.append(utf8: text) }
            for answer in question.answers {
                row.append(littleEndian: answer.at)
                row.append(littleEndian: answer.score ?? 0)
                row.append(littleEndian: sets.number(of: answer.dimensions) << 1 | (answer.score == nil ? 0 : 1))
            }
        }
        let end = UInt32(row.count)
        row.store(littleEndian: end, at: 12)
        sets.append(to: &row)
        return row
    }

    /// When each complaint was raised first, and when the person was told first what came of any event that raised it;
    /// the largest number: never. Events of one complaint have its id in common, byte for byte.
    private static func complaints(of state: LoyaltyState) -> [(Int64, Int64)] {
        var found: [(Int64, Int64)] = []
        var places: [[UInt8]: Int] = [:]
        for complaint in state.complaints {
            let toldAt = state.told.time(of: complaint.event) ?? .max
            let id = Array(complaint.id.utf8)
            if !id.isEmpty, let place = places[id] {
                found[place] = (min(found[place].0, complaint.at), min(found[place].1, toldAt))
                continue
            }
            if !id.isEmpty { places[id] = found.count }
            found.append((complaint.at, toldAt))
        }
        return found
    }

    // MARK: Reading

    /// The id of the person in a key.
    static func customer(of key: RawSpan) -> String { key.text(1..<key.byteCount) }

    /// - Throws: `MalformedBytes` for what is no such row.
    init(_ row: RawSpan) throws {
        guard row.byteCount >= Self.headerLength else { throw MalformedBytes("answers and orders of a person") }
        questionCount = Int(row.u32(at: 0))
        orderCount = Int(row.u32(at: 4))
        complaintCount = Int(row.u32(at: 8))
        setsOffset = Int(row.u32(at: 12))
        guard row.byteCount >= questionsOffset, (questionsOffset...row.byteCount).contains(setsOffset) else {
            throw MalformedBytes("orders and complaints of a person")
        }
    }

    private var questionsOffset: Int { Self.headerLength + Self.pairLength * (orderCount + complaintCount) }

    /// Calls `body` with each question, of the same row. O(questions).
    ///
    /// - Throws: `MalformedBytes`, and what `body` throws.
    func forEachQuestion(in row: RawSpan, _ body: (Question) throws -> Void) throws {
        var offset = questionsOffset
        for _ in 0..<questionCount {
            let question = try Question(row, at: offset)
            try body(question)
            offset = question.end
        }
    }

    /// Whether an order was placed after `start` and by `end`, and was not cancelled by `now`. O(log n + orders in
    /// between that were cancelled).
    func hasOrder(after start: Int64, through end: Int64, notCancelledBy now: Int64, in row: RawSpan) -> Bool {
        var (low, high) = (0, orderCount)
        while low < high {
            let middle = (low + high) / 2
            if row.i64(at: Self.headerLength + Self.pairLength * middle) <= start {
                low = middle + 1
            } else {
                high = middle
            }
        }
        while low < orderCount {
            let offset = Self.headerLength + Self.pairLength * low
            if row.i64(at: offset) > end { return false }
            let cancelledAt = row.i64(at: offset + 8)
            if cancelledAt > now || cancelledAt == .max { return true }
            low += 1
        }
        return false
    }

    /// The values of a dimension by the number of the set, several where one states it twice. O(sets).
    ///
    /// - Throws: `MalformedBytes`.
    func values(of dimension: String, in row: RawSpan) throws -> [[[UInt8]]] {
        try DimensionSets.values(of: dimension, in: row, at: setsOffset)
    }

    /// What had come by `time` of what the person had complained of by then. O(complaints).
    ///
    /// - Parameter limit: microseconds within which the person must have been told.
    func recovery(at time: Int64, within limit: Int64, in row: RawSpan) -> ComplaintRecovery {
        var found = ComplaintRecovery.never
        for number in 0..<complaintCount {
            let offset = Self.headerLength + Self.pairLength * (orderCount + number)
            let (raisedAt, toldAt) = (row.i64(at: offset), row.i64(at: offset + 8))
            if raisedAt > time { break }
            let (latest, isEndless) = raisedAt.addingReportingOverflow(limit)
            if toldAt > time || (!isEndless && toldAt > latest) { return .unrecovered }
            found = .recovered
        }
        return found
    }
}

/// What had come of the complaints of a person by some time.
enum ComplaintRecovery: Int, CaseIterable {
    /// There were none.
    case never
    /// Of each the person had been told what came of it, in time.
    case recovered
    /// Of some the person had not been told, or not in time.
    case unrecovered
}

extension LoyaltyRow {
    /// Where a question and its answers stand in a row.
    struct Question {
        private static let headerLength = 24
        private static let answerLength = 16

        /// The scores that can be given.
        let scale: ClosedRange<Int>
        /// How many answers there are.
        let count: Int
        /// The bytes of the metric's word.
        let metric: Range<Int>
        /// The bytes of the survey's id.
        let survey: Range<Int>
        /// The bytes of the question's id.
        let question: Range<Int>

        fileprivate init(_ row: RawSpan, at offset: Int) throws {
            let texts = offset + Self.headerLength
            guard texts <= row.byteCount else { throw MalformedBytes("a question at \(offset)") }
            let low = Int(Int32(bitPattern: row.u32(at: offset)))
            let high = Int(Int32(bitPattern: row.u32(at: offset + 4)))
            guard low <= high else { throw MalformedBytes("a scale at \(offset), not \(low) to \(high)") }
            scale = low...high
            count = Int(row.u32(at: offset + 8))
            metric = texts..<texts + Int(row.u32(at: offset + 12))
            survey = metric.upperBound..<metric.upperBound + Int(row.u32(at: offset + 16))
            question = survey.upperBound..<survey.upperBound + Int(row.u32(at: offset + 20))
            guard end <= row.byteCount else { throw MalformedBytes("\(count) answers at \(offset)") }
        }

        /// Where the next question begins.
        fileprivate var end: Int { question.upperBound + Self.answerLength * count }

        /// When an answer was given; microseconds UTC.
        func time(_ number: Int, in row: RawSpan) -> Int64 {
            row.i64(at: question.upperBound + Self.answerLength * number)
        }

        /// The score of an answer; nil where there is none.
        func score(_ number: Int, in row: RawSpan) -> Int? {
            let offset = question.upperBound + Self.answerLength * number + 8
            return row.u32(at: offset + 4) & 1 == 0 ? nil : Int(Int32(bitPattern: row.u32(at: offset)))
        }

        /// The number of the set of dimensions of an answer.
        func dimensions(_ number: Int, in row: RawSpan) -> Int {
            Int(row.u32(at: question.upperBound + Self.answerLength * number + 12) >> 1)
        }
    }
}
