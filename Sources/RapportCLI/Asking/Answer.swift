import EventLog
import Projection

/// The answer to a question, with what it takes to ask for it again.
struct Answer {
    let question: Question
    let reply: Reply
    /// The names of the read models that have answered; none where the log alone has.
    let readModels: [String]
    let logID: EventID
    /// The moment of the past that was asked about; nil for all that is recorded.
    let moment: PastMoment?
    /// When the newest event was recorded that the answer knows of; nil where it was not asked as of then.
    let recordedUntil: Timestamp?

    /// The stamp; two of the same answer differ in the time alone.
    func stamp() throws -> AnswerStamp {
        AnswerStamp(
            logId: logID, position: reply.position, asOf: recordedUntil != nil, occurredUntil: moment?.occurredUntil,
            question: question.words, readModels: AnswerStamp.versions(of: readModels),
            answerDigest: try reply.json().digest, askedAt: .now())
    }

    /// Prints the answer: for people with the position and the digest below it, as JSON with its stamp.
    func print(as form: AnswerForm) throws {
        switch form {
        case .text:
            let terminal = Terminal.output
            try Output.print(reply.text(terminal) + "\n" + terminal.footer(of: self))
        case .json: try Output.print(reply.stampedJSON(stamp()))
        case .csv: try Output.print(csv: reply.csv())
        }
    }
}

extension Terminal {
    /// The last line of an answer: what it is of, and the digest by which two answers are told apart.
    func footer(of answer: Answer) throws -> String {
        let position = answer.reply.position
        var parts = ["at position \(position)"]
        if let recordedUntil = answer.recordedUntil {
            parts = ["as of position \(position)", "recorded until \(recordedUntil)"]
        }
        if let occurredUntil = answer.moment?.occurredUntil { parts.append("what had happened by \(occurredUntil)") }
        let digest = try answer.reply.json().digest
        parts.append("digest \(digest.prefix(12))")
        return styled(parts.joined(separator: ", "), .dim)
    }
}
