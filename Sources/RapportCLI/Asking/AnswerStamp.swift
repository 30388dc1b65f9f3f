import EventLog
import Foundation
import Projection
import Rapport

/// What an answer in JSON says of itself, so that it can be asked for again years later: the member `answered`.
struct AnswerStamp: Codable, Equatable, Sendable {
    /// The member that holds it.
    static let member = "answered"

    /// Which log was asked.
    let logId: EventID
    /// The position that the answer is of.
    let position: Position
    /// Whether it was asked as of that position, or was the newest then.
    let asOf: Bool
    /// What happened later was left out; nil leaves out nothing.
    let occurredUntil: Timestamp?
    /// The words of the question, without those that say where, as of when, and in which form.
    let question: [String]
    /// The read models that answered, with their versions.
    let readModels: [String: Int]
    /// The SHA-256 of the answer's JSON without this stamp: members by name, no spaces.
    let answerDigest: String
    /// When it was asked. No answer depends on it.
    let askedAt: Timestamp

    /// The versions that this program has of read models.
    static func versions(of models: [String]) -> [String: Int] {
        let known = models.compactMap { name in Rapport.version(ofReadModel: name).map { (name, $0) } }
        return Dictionary(known) { first, _ in first }
    }
}

extension AnswerStamp {
    /// The stamp of an answer that was kept.
    ///
    /// - Throws: ``MalformedLine`` when it has none.
    init(of answer: JSONTree) throws(MalformedLine) {
        guard let stamp = answer.member(Self.member) else {
            throw MalformedLine("has no member \(Self.member); expected the answer to a question, as --json gives it")
        }
        do {
            self = try JSONDecoder().decode(AnswerStamp.self, from: Data(stamp.text.utf8))
        } catch {
            throw MalformedLine("the member \(Self.member) is not what --json gives: \(error)")
        }
    }
}
