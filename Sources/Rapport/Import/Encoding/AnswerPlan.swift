internal import LMDB

/// The answer to one question of a survey: a score on a scale, or why there is none.
struct AnswerPlan: Sendable {
    /// The fields of the message that holds the answer.
    struct Fields: Sendable {
        let question: FieldEncoding
        let metric: FieldEncoding
        let score: FieldEncoding
        let noAnswer: FieldEncoding
        let scaleMin: FieldEncoding
        let scaleMax: FieldEncoding
    }

    let key: UInt64
    let value: RowTemplate
    let scale: ClosedRange<Int32>
    /// Values that stand for a question left open; the empty one always does.
    let noAnswer: Set<String>
    /// Values that stand for a question which does not apply.
    let notApplicable: Set<String>
    private let score: FieldEncoding
    /// What comes before and behind the score, the same for every row.
    private let head: [UInt8]
    private let tail: [UInt8]
    private let noAnswerBytes: [UInt8]
    private let notApplicableBytes: [UInt8]

    init(
        key: UInt64, value: RowTemplate, question: String, metric: String, scale: ClosedRange<Int32>,
        noAnswer: [String], notApplicable: [String], _ fields: Fields
    ) throws(BadValue) {
        self.key = key
        self.value = value
        self.scale = scale
        self.noAnswer = Set(noAnswer)
        self.notApplicable = Set(notApplicable)
        score = fields.score
        var head: [UInt8] = []
        head.append(varint: fields.question.key)
        head.append(prefixed: question)
        fields.metric.append(number: try fields.metric.number(metric), to: &head)
        self.head = head
        var tail: [UInt8] = []
        fields.scaleMin.append(number: try fields.scaleMin.number("\(scale.lowerBound)"), to: &tail)
        fields.scaleMax.append(number: try fields.scaleMax.number("\(scale.upperBound)"), to: &tail)
        self.tail = tail
        func reason(_ name: String) throws(BadValue) -> [UInt8] {
            var bytes: [UInt8] = []
            fields.noAnswer.append(number: try fields.noAnswer.number(name), to: &bytes)
            return bytes
        }
        noAnswerBytes = try reason("NO_ANSWER_NOT_ANSWERED")
        notApplicableBytes = try reason("NO_ANSWER_NOT_APPLICABLE")
    }

    /// Appends key and message; there is an answer in every row.
    func append(_ values: RowValues, to bytes: inout [UInt8]) throws(BadValue) -> Bool {
        try bytes.append(message: key) { bytes throws(BadValue) in
            bytes.append(contentsOf: head)
            try appendResult(values, to: &bytes)
            bytes.append(contentsOf: tail)
            return true
        }
    }

    private func appendResult(_ values: RowValues, to bytes: inout [UInt8]) throws(BadValue) {
        guard let answer = values.text(value) else { return bytes.append(contentsOf: noAnswerBytes) }
        if noAnswer.contains(answer) { return bytes.append(contentsOf: noAnswerBytes) }
        if notApplicable.contains(answer) { return bytes.append(contentsOf: notApplicableBytes) }
        guard let number = Int32(answer), scale.contains(number) else {
            let range = "\(scale.lowerBound)..\(scale.upperBound)"
            throw BadValue(slot: value.firstColumn, reason: "'\(answer)' is neither within \(range) nor a no-answer")
        }
        score.append(number: try score.number(answer), to: &bytes)
    }
}
