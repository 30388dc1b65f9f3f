import EventLog

/// What a question is answered with, in each form that it can be shown in.
struct Reply {
    /// The position that the answer is of.
    let position: Position
    /// The answer as JSON has it.
    let json: () throws -> JSONTree
    /// The JSON as it is printed, with its stamp as a further member.
    let stampedJSON: (AnswerStamp) throws -> String
    let csv: () throws -> CSVTable
    /// For people, without the last line.
    let text: (Terminal) throws -> String

    /// - Parameters:
    ///   - answer: encodes itself as an object.
    ///   - table: the answer as one table.
    init(
        _ answer: some Encodable, at position: Position, csv table: @escaping @autoclosure () throws -> CSVTable,
        text: @escaping (Terminal) throws -> String
    ) {
        self.init(
            at: position, json: { try JSONTree(encoding: answer) },
            stampedJSON: { try Output.jsonText(of: Stamped(answer: answer, stamp: $0)) }, csv: { try table() },
            text: text)
    }

    /// An answer that writes its JSON itself.
    init(
        at position: Position, json: @escaping () throws -> JSONTree,
        stampedJSON: @escaping (AnswerStamp) throws -> String, csv: @escaping () throws -> CSVTable,
        text: @escaping (Terminal) throws -> String
    ) {
        self.position = position
        self.json = json
        self.stampedJSON = stampedJSON
        self.csv = csv
        self.text = text
    }
}

/// An answer with one member more.
private struct Stamped<Answer: Encodable>: Encodable {
    let answer: Answer
    let stamp: AnswerStamp

    private enum CodingKeys: CodingKey {
        case answered
    }

    func encode(to encoder: any Encoder) throws {
        try answer.encode(to: encoder)
        // The answer's own object, once more.
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(stamp, forKey: .answered)
    }
}
