import ArgumentParser
import EventLog
import Projection

/// An answer in JSON that somebody has kept in a file.
struct KeptAnswer {
    /// What the file is called in messages.
    let name: String
    /// The answer without its stamp.
    let json: JSONTree
    let stamp: AnswerStamp

    /// Reads the file at `path`; `-` stands for standard input.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or it is no answer with a stamp.
    init(_ path: String) throws {
        let input = try TextInput(path)
        name = input.name
        let answer = try input.parsed { try JSONTree(parsing: Array($0.utf8)) }
        stamp = try input.parsed { _ in try AnswerStamp(of: answer) }
        json = answer.without(AnswerStamp.member)
    }

    /// Which moment it is of.
    var moment: PastMoment { PastMoment(position: stamp.position, occurredUntil: stamp.occurredUntil) }

    /// The question that it answers.
    ///
    /// - Parameter path: the data directory that is asked.
    /// - Throws: ``CommandFailure`` when this program does not understand it.
    func question(data path: String) throws -> Question {
        do {
            return try Question(stamp.question, data: path)
        } catch {
            throw CommandFailure(
                .badInput, "\(name): its question cannot be asked: \(RapportCommand.message(for: error))")
        }
    }

    /// - Throws: ``CommandFailure`` when `log` is another one, or does not reach so far.
    func require(_ log: EventLog) throws {
        guard stamp.logId == log.logID else {
            throw CommandFailure(
                .conflict, "\(name): is an answer of log \(stamp.logId); \(log.path) holds log \(log.logID)")
        }
        guard stamp.position > .zero else {
            throw CommandFailure(.badInput, "\(name): is an answer of position 0, when nothing was recorded")
        }
        guard stamp.position <= log.head else {
            throw CommandFailure(
                .notFound,
                "\(name): is an answer of position \(stamp.position); the log ends at position \(log.head)")
        }
    }
}
